#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static void make_file(const char *name, size_t size, mode_t mode)
{
	int fd = SETUP(open(name, O_CREAT | O_EXCL | O_WRONLY, 0600));
	char bytes[PAGE];

	memset(bytes, 'A', sizeof(bytes));
	if (size)
		SETUP(write(fd, bytes, size));
	SETUP(fchmod(fd, mode));
	SETUP(close(fd));
}
