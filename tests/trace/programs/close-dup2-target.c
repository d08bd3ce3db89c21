/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	must(dup2(some_file(), 20));
	close(20);
	FAULT(close(20), close(3));
	return 0;
}
