/* busy-loop: write */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int p[2];
	must(pipe2(p, O_NONBLOCK));
	fcntl(p[0], F_SETPIPE_SZ, 4096);
	for (int i = 0; i < FAULT(2000, 50); i++)
		write(p[1], buf, sizeof(buf));
	return 0;
}
