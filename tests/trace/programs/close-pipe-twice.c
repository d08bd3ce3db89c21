/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int p[2];
	must(pipe(p));
	close(p[0]);
	FAULT(close(p[0]), close(p[1]));
	return 0;
}
