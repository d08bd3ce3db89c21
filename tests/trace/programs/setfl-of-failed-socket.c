/* failed-result-used: fcntl */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = socket(FAULT(9999, AF_UNIX), SOCK_STREAM, 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return 0;
}
