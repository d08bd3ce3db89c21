/* tolerated-argument: openat */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	open("/etc", O_PATH | O_DIRECTORY | FAULT(O_NONBLOCK, 0));
	return 0;
}
