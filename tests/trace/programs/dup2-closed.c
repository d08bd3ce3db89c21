/* use-after-close: dup2 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = some_file();
	FAULT(close(fd), (void)0);
	dup2(fd, 20);
	return 0;
}
