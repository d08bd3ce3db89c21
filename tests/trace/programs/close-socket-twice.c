/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int s[2];
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	close(s[0]);
	close(s[1]);
	FAULT(close(s[1]), (void)0);
	return 0;
}
