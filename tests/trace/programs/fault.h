/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs of this folder share. Each has one fault, and none with -DFIXED. The first
 * line of each names the kind of the finding and the call.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef FIXED
#define FAULT(faulty, fixed) fixed
#else
#define FAULT(faulty, fixed) faulty
#endif

/* A descriptor, or the end of the program: what is set up must not fail. */
static inline int must(int fd)
{
	if (fd < 0) {
		perror("set-up");
		exit(99);
	}
	return fd;
}

/* A file that can be read. */
static inline int some_file(void)
{
	return must(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static char buf[256];
