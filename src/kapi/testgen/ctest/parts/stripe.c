#include <sys/mman.h>

/* Make every second page a mapping of its own, until there may be no more. */
static void stripe(char *start, size_t pages)
{
	for (size_t i = 1; i < pages; i += 2) {
		if (!mprotect(start + i * PAGE, PAGE, PROT_NONE))
			continue;
		SETUP(errno == ENOMEM ? 0 : -1);
		return;
	}
}
