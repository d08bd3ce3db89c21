/* use-after-close: accept */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = must(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
	FAULT(close(fd), (void)0);
	accept(fd, NULL, NULL);
	return 0;
}
