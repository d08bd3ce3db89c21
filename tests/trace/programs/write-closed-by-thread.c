/* use-after-close: write */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

static void *closer(void *fd)
{
	FAULT(close(*(int *)fd), (void)0);
	return fd;
}

int main(void)
{
	int fd = must(open("/dev/null", O_WRONLY));
	pthread_t thread;
	pthread_create(&thread, NULL, closer, &fd);
	pthread_join(thread, NULL);
	write(fd, buf, 10);
	return 0;
}
