/* tolerated-argument: openat */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	open("made", O_WRONLY | O_CREAT, FAULT(S_IFREG, 0) | 0600);
	unlink("made");
	return 0;
}
