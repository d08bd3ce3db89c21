/* busy-loop: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int p[2];
	must(pipe2(p, O_NONBLOCK));
	for (int i = 0; i < FAULT(1000, 5); i++)
		read(p[0], buf, 1);
	return 0;
}
