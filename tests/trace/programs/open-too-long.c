/* bad-argument: openat */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	char *name = malloc(5000);
	memset(name, '/', 4999);
	name[FAULT(4999, 4000)] = 0;
	open(name, O_RDONLY);
	return 0;
}
