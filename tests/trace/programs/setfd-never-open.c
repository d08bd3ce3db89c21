/* never-open: fcntl */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	fcntl(FAULT(55, 0), F_SETFD, FD_CLOEXEC);
	return 0;
}
