/* bad-argument: dup2 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	dup2(0, FAULT(-1, 20));
	return 0;
}
