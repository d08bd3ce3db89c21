/* failed-result-used: dup2 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = open(FAULT("/nonexistent/x", "/dev/null"), O_WRONLY);
	dup2(fd, 20);
	return 0;
}
