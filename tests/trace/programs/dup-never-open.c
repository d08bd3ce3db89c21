/* never-open: dup */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	dup(FAULT(50, 0));
	return 0;
}
