/* close-of-nothing: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = open("/nonexistent", O_RDONLY);
	FAULT(close(fd), (void)fd);
	return 0;
}
