/* bad-argument: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int p[2];
	must(pipe(p));
	write(p[1], "x", 1);
	read(p[FAULT(1, 0)], buf, 1);
	return 0;
}
