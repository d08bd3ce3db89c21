/* tolerated-argument: openat */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	open("/dev/null", O_WRONLY | FAULT(0x01000000, O_TRUNC));
	return 0;
}
