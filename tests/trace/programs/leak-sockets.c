/* leak: exit */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	for (int i = 0; i < 20; i++) {
		int fd = must(socket(AF_UNIX, SOCK_STREAM, 0));
		FAULT((void)0, (void)close(fd));
	}
	return 0;
}
