/* never-open: dup2 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = some_file();
	FAULT(dup2(20, fd), dup2(fd, 20));
	return 0;
}
