/* failed-result-used: dup */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = open(FAULT("/nonexistent", "/etc/passwd"), O_RDONLY);
	dup(fd);
	return 0;
}
