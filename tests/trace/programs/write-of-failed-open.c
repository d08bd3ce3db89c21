/* failed-result-used: write */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = open(FAULT("/nonexistent/x", "/dev/null"), O_WRONLY);
	write(fd, buf, 10);
	return 0;
}
