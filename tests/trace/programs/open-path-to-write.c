/* tolerated-argument: openat */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	open("/etc/passwd", O_PATH | FAULT(O_RDWR, 0));
	return 0;
}
