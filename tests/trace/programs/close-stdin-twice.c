/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	close(0);
	FAULT(close(0), (void)0);
	return 0;
}
