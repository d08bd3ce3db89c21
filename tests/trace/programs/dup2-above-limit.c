/* bad-argument: dup2 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	dup2(0, FAULT(limit.rlim_cur, limit.rlim_cur - 1));
	return 0;
}
