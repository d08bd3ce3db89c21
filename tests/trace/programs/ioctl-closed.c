/* use-after-close: ioctl */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int p[2], n;
	must(pipe(p));
	FAULT(close(p[0]), (void)0);
	ioctl(p[0], FIONREAD, &n);
	return 0;
}
