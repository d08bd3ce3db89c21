/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

static void *closer(void *fd)
{
	FAULT(close(*(int *)fd), (void)0);
	return fd;
}

int main(void)
{
	int fd = some_file();
	pthread_t thread;
	close(fd);
	pthread_create(&thread, NULL, closer, &fd);
	pthread_join(thread, NULL);
	return 0;
}
