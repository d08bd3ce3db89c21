/* failed-result-used: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = open(FAULT("/nonexistent", "/etc/passwd"), O_RDONLY);
	for (int i = 0; i < 3; i++)
		read(fd, buf, 10);
	return 0;
}
