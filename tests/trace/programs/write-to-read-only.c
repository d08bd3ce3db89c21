/* bad-argument: write */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = must(open("/dev/null", FAULT(O_RDONLY, O_WRONLY)));
	write(fd, buf, 10);
	return 0;
}
