#include <fcntl.h>

/* The number that the next descriptor gets. */
static int unused_fd(void)
{
	int fd = SETUP(open(".", O_PATH));

	SETUP(close(fd));
	return fd;
}
