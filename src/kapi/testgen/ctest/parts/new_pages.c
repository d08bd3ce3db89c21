#include <string.h>
#include <sys/mman.h>

/* Private memory with something in it. */
static char *new_pages(size_t count)
{
	char *start = SETUP_MAP(mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

	return memset(start, 'A', count * PAGE);
}
