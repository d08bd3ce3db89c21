/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = some_file(), other = FAULT(fd, dup(fd));
	close(fd);
	close(other);
	return 0;
}
