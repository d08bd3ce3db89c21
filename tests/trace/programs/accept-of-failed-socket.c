/* failed-result-used: accept4 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = socket(FAULT(9999, AF_UNIX), SOCK_STREAM | SOCK_NONBLOCK, 0);
	accept4(fd, NULL, NULL, 0);
	return 0;
}
