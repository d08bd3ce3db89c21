/* bad-argument: write */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int p[2];
	must(pipe(p));
	write(p[FAULT(0, 1)], "x", 1);
	return 0;
}
