/* bad-argument: madvise */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	char *map = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(map, 4096, FAULT(4711, MADV_WILLNEED));
	return 0;
}
