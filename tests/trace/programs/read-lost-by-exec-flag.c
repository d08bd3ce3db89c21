/* never-open: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(int argc, char **argv)
{
	int fd;

	if (argc > 1) {
		read(20, buf, 10);
		return 0;
	}
	fd = fcntl(some_file(), FAULT(F_DUPFD_CLOEXEC, F_DUPFD), 20);
	execl(argv[0], argv[0], "again", (char *)NULL);
	return 0;
}
