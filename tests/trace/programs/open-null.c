/* bad-argument: openat */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	open(FAULT(NULL, "/"), O_RDONLY);
	return 0;
}
