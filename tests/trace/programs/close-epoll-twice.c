/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = must(epoll_create1(0));
	close(fd);
	FAULT(close(fd), (void)0);
	return 0;
}
