/* busy-loop: accept4 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	struct sockaddr_un name = { AF_UNIX, "" };
	int fd = must(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
	must(bind(fd, (struct sockaddr *)&name, sizeof(sa_family_t)));
	must(listen(fd, 1));
	for (int i = 0; i < FAULT(1000, 5); i++)
		accept4(fd, NULL, NULL, 0);
	return 0;
}
