/* tolerated-argument: openat */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	open("/etc/passwd", O_RDONLY | FAULT(0x40000000, 0));
	return 0;
}
