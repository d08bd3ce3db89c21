/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Six threads with one table open, copy and close descriptors, each only its own: no fault. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 6
#define ROUNDS 200

static void use_pipe(void)
{
	char c;
	int p[2];

	pipe2(p, O_NONBLOCK);
	read(p[0], &c, 1);
	write(p[1], &c, 1);
	read(p[0], &c, 1);
	close(p[0]);
	close(p[1]);
}

static void use_sockets(void)
{
	char c = 0;
	int s[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	write(s[0], &c, 1);
	read(s[1], &c, 1);
	close(s[0]);
	close(s[1]);
}

static void use_eventfd(void)
{
	uint64_t value;
	int fd = eventfd(1, 0);

	read(fd, &value, sizeof(value));
	close(fd);
}

static void use_copies(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3), zero = open("/dev/zero", O_RDONLY);
	char c;

	fcntl(copy, F_SETFL, O_NONBLOCK);
	close(copy);
	close(dup(fd));
	dup2(zero, fd);
	read(fd, &c, 1);
	close(zero);
}

static void use_child(int fd)
{
	if (fork() == 0) {
		close(fd);
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
}

static void *work(void *seed)
{
	unsigned int state = (unsigned int)(uintptr_t)seed;

	for (int i = 0; i < ROUNDS; i++) {
		int cloexec = rand_r(&state) % 2 ? O_CLOEXEC : 0;
		int fd = open("/dev/null", O_RDWR | cloexec);

		switch (rand_r(&state) % 5) {
		case 0:
			use_pipe();
			break;
		case 1:
			use_sockets();
			break;
		case 2:
			use_eventfd();
			break;
		case 3:
			use_copies(fd);
			break;
		case 4:
			if (i % 8 == 0)
				use_child(fd);
			break;
		}
		close(fd);
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (uintptr_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	while (wait(NULL) > 0)
		;
	return 0;
}
