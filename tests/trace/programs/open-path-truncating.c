/* tolerated-argument: openat */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	open("/dev/null", O_PATH | FAULT(O_TRUNC, 0));
	return 0;
}
