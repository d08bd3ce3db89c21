/* use-after-close: recvmsg */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int s[2];
	struct iovec part = { buf, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	write(s[1], "x", 1);
	FAULT(close(s[0]), (void)0);
	recvmsg(s[0], &message, 0);
	return 0;
}
