/* zero-length: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	read(some_file(), buf, FAULT(strlen(buf), sizeof(buf)));
	return 0;
}
