#include <fcntl.h>
#include <stdio.h>

/* Make the kernel fail at the n-th point of the next call at which it can. */
static void fail_nth(int nth)
{
	int fd = SETUP(open("/proc/thread-self/fail-nth", O_RDWR));
	char text[16];

	SETUP(fd = dup3(fd, 63, 0));
	SETUP(pwrite(fd, text, snprintf(text, sizeof(text), "%d", nth), 0));
}
