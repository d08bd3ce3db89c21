// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file system and a character device whose server is a child of the case: /dev/fuse, /dev/cuse.
 *
 * The file system has one regular file, "file"; the device can be read and written. All goes well
 * until 'answer' names an operation and an errno. From then on this operation fails so, until the
 * call under test has returned; with errno 0 it is answered only when a signal interrupts who waits,
 * and then with EINTR.
 */
#include "executor.h"
#include "fuse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILE_NODE = FUSE_ROOT_NODE + 1,
	FILE_BYTES = 8192,
	WRITE_BYTES = 1 << 16,
	REQUEST_BYTES = WRITE_BYTES + 8192,	/* more than a header may take */
};

struct server {
	struct report *report;
	int fd;
	uint64_t held;		/* the request that is not answered; 0 is none */
	const char *device;	/* name of the character device; NULL: a file system */
	char request[REQUEST_BYTES];
	char reply[REQUEST_BYTES];
};

static const struct fuse_request *header_of(const struct server *server)
{
	return (const struct fuse_request *)server->request;
}

/* What stands behind the header of a request. */
static const void *body_of(const struct server *server)
{
	return server->request + sizeof(struct fuse_request);
}

static void send_reply(struct server *server, uint64_t unique, int error, size_t size)
{
	struct fuse_reply header = { .error = -error, .unique = unique };

	header.length = (uint32_t)(sizeof(header) + size);
	memcpy(server->reply, &header, sizeof(header));
	/* Nobody may wait for it any more. */
	if (write(server->fd, server->reply, header.length) < 0 && errno != ENOENT)
		_exit(0);
}

/* Room for what stands behind the header of a reply, all zero. */
static void *reply_of(struct server *server, size_t size)
{
	void *reply = server->reply + sizeof(struct fuse_reply);

	memset(reply, 0, size);
	return reply;
}

static void answer(struct server *server, int error, size_t size)
{
	send_reply(server, header_of(server)->unique, error, size);
}

static void fill_attributes(struct fuse_attributes *attributes, uint64_t node)
{
	bool is_file = node == FILE_NODE;

	attributes->inode = node;
	attributes->size = is_file ? FILE_BYTES : 0;
	attributes->blocks = is_file ? FILE_BYTES / 512 : 0;
	attributes->mode = is_file ? S_IFREG | 0666 : S_IFDIR | 0777;
	attributes->links = is_file ? 1 : 2;
	attributes->block_size = 4096;
}

static void begin(struct server *server)
{
	const struct fuse_init *in = body_of(server);
	struct fuse_init_reply *out = reply_of(server, sizeof(*out));

	out->major = FUSE_VERSION;
	out->minor = in->minor < FUSE_MINOR ? in->minor : FUSE_MINOR;
	out->max_readahead = in->max_readahead;
	out->flags = FUSE_BIG_WRITES;
	out->max_write = WRITE_BYTES;
	answer(server, 0, sizeof(*out));
	server->report->is_served = true;
}

static void begin_device(struct server *server)
{
	struct cuse_init_reply *out = reply_of(server, sizeof(*out));
	char *name = (char *)(out + 1);

	out->major = FUSE_VERSION;
	out->minor = FUSE_MINOR;
	out->max_read = out->max_write = WRITE_BYTES;
	name += sprintf(name, "DEVNAME=%s", server->device) + 1;
	answer(server, 0, (size_t)(name - (char *)out));
	server->report->is_served = true;
}

static void look_up(struct server *server)
{
	struct fuse_entry *out = reply_of(server, sizeof(*out));

	if (strcmp(body_of(server), "file")) {
		answer(server, ENOENT, 0);
		return;
	}
	out->node = FILE_NODE;
	fill_attributes(&out->attributes, FILE_NODE);
	answer(server, 0, sizeof(*out));
}

static void tell_attributes(struct server *server)
{
	struct fuse_attributes_reply *out = reply_of(server, sizeof(*out));

	fill_attributes(&out->attributes, header_of(server)->node);
	answer(server, 0, sizeof(*out));
}

static void read_bytes(struct server *server)
{
	const struct fuse_transfer *in = body_of(server);
	size_t size = in->size < WRITE_BYTES ? in->size : WRITE_BYTES;

	if (!server->device && in->offset >= FILE_BYTES)
		size = 0;
	reply_of(server, size);
	answer(server, 0, size);
}

static void write_bytes(struct server *server)
{
	const struct fuse_transfer *in = body_of(server);
	uint32_t size = in->size;
	struct fuse_write_reply *out = reply_of(server, sizeof(*out));

	out->size = size;
	answer(server, 0, sizeof(*out));
}

/* An answer of zeros, such as what an open file or a file system looks like. */
static void answer_zeros(struct server *server, size_t size)
{
	reply_of(server, size);
	answer(server, 0, size);
}

static void serve_request(struct server *server)
{
	switch (header_of(server)->operation) {
	case FUSE_INIT:
		begin(server);
		break;
	case CUSE_INIT:
		begin_device(server);
		break;
	case FUSE_LOOKUP:
		look_up(server);
		break;
	case FUSE_GETATTR:
	case FUSE_SETATTR:
		tell_attributes(server);
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		answer_zeros(server, sizeof(struct fuse_open_reply));
		break;
	case FUSE_STATFS:
		answer_zeros(server, sizeof(struct fuse_statfs_reply));
		break;
	case FUSE_READ:
		read_bytes(server);
		break;
	case FUSE_WRITE:
		write_bytes(server);
		break;
	case FUSE_READDIR:
	case FUSE_FLUSH:
	case FUSE_FSYNC:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FALLOCATE:
	case FUSE_DESTROY:
		answer(server, 0, 0);
		break;
	default:
		answer(server, ENOSYS, 0);
	}
}

static void interrupt(struct server *server)
{
	const struct fuse_interrupt *in = body_of(server);

	if (in->unique != server->held)
		return;
	server->held = 0;
	send_reply(server, in->unique, EINTR, 0);
}

static void handle_request(struct server *server)
{
	const struct fuse_request *header = header_of(server);
	const struct report *report = server->report;

	if (header->operation == FUSE_FORGET || header->operation == FUSE_BATCH_FORGET)
		return;
	if (header->operation == FUSE_INTERRUPT)
		interrupt(server);
	else if (header->operation != report->answer_to)
		serve_request(server);
	else if (report->answer_errno)
		answer(server, report->answer_errno, 0);
	else
		server->held = header->unique;
}

static _Noreturn void serve(struct server *server)
{
	for (;;) {
		ssize_t count = read(server->fd, server->request, sizeof(server->request) - 1);

		if (count < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
			continue;
		if (count < (ssize_t)sizeof(struct fuse_request))
			_exit(0);
		server->request[count] = 0;
		handle_request(server);
	}
}

/* Open the kernel's side; the errno if that fails. */
static int start(struct server *server, const char *path)
{
	const char *device = server->device ? "/dev/cuse" : "/dev/fuse";
	char options[128];

	server->fd = open(device, O_RDWR | O_CLOEXEC);
	if (server->fd < 0)
		return errno;
	if (server->device)
		return 0;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other",
		 server->fd);
	return mount("none", path, "fuse", 0, options) ? errno : 0;
}

static void begin_serving(struct run *run, char **at, bool is_device)
{
	struct server *server = calloc(1, sizeof(*server));
	struct report *report = run->report;
	int slot = read_target(run, at);
	const char *path = pointer(read_value(run, at));
	pid_t pid;

	expect_end(run, at);
	if (!server)
		malformed(run, "no memory");
	server->report = report;
	server->device = is_device ? path : NULL;
	report->is_served = false;
	report->serve_errno = 0;
	pid = fork_helper(run, slot);
	if (!pid) {
		report->serve_errno = start(server, path);
		if (report->serve_errno)
			_exit(0);
		if (chdir("/"))
			_exit(0);
		serve(server);
	}
	while (!report->is_served && !report->serve_errno)
		sleep_us(200);
	free(server);
	if (report->serve_errno)
		stop(run, STOP_SETUP, report->serve_errno, "nothing can be served");
}

void op_fuse(struct run *run, char **at)
{
	if (!run->own_mounts)
		stop(run, STOP_REFUSED, 0, "needs 'mounts' before");
	begin_serving(run, at, false);
}

void op_cuse(struct run *run, char **at)
{
	begin_serving(run, at, true);
}

/* 'answer OPERATION ERRNO': from now on until the call has returned. */
void op_answer(struct run *run, char **at)
{
	uint32_t opcode = (uint32_t)read_value(run, at);

	run->report->answer_errno = (int)read_value(run, at);
	run->report->answer_to = opcode;
	expect_end(run, at);
}

void end_answer(struct run *run)
{
	run->report->answer_to = 0;
}
