/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the server needs of the protocol of /dev/fuse and /dev/cuse, as of version 7.31, which later
 * kernels speak, too: include/uapi/linux/fuse.h. Not every C library has the headers of the kernel.
 */
#ifndef KAPI_EXECUTOR_FUSE_H
#define KAPI_EXECUTOR_FUSE_H

#include <stdint.h>

enum {
	FUSE_VERSION = 7,
	FUSE_MINOR = 31,
	FUSE_ROOT_NODE = 1,
	FUSE_BIG_WRITES = 1 << 5,
};

enum fuse_operation {
	FUSE_LOOKUP = 1,
	FUSE_FORGET = 2,
	FUSE_GETATTR = 3,
	FUSE_SETATTR = 4,
	FUSE_OPEN = 14,
	FUSE_READ = 15,
	FUSE_WRITE = 16,
	FUSE_STATFS = 17,
	FUSE_RELEASE = 18,
	FUSE_FSYNC = 20,
	FUSE_FLUSH = 25,
	FUSE_INIT = 26,
	FUSE_OPENDIR = 27,
	FUSE_READDIR = 28,
	FUSE_RELEASEDIR = 29,
	FUSE_INTERRUPT = 36,
	FUSE_DESTROY = 38,
	FUSE_BATCH_FORGET = 42,
	FUSE_FALLOCATE = 43,
	CUSE_INIT = 4096,
};

/* Begins a request. */
struct fuse_request {
	uint32_t length, operation;
	uint64_t unique, node;
	uint32_t uid, gid, pid, padding;
};

/* Begins a reply; the error is negative. */
struct fuse_reply {
	uint32_t length;
	int32_t error;
	uint64_t unique;
};

struct fuse_init {
	uint32_t major, minor, max_readahead, flags;
};

struct fuse_init_reply {
	uint32_t major, minor, max_readahead, flags;
	uint16_t max_background, congestion_threshold;
	uint32_t max_write, unused[9];
};

struct cuse_init_reply {
	uint32_t major, minor, unused, flags, max_read, max_write, device[2], spare[10];
};

struct fuse_attributes {
	uint64_t inode, size, blocks, atime, mtime, ctime;
	uint32_t nanoseconds[3], mode, links, uid, gid, device, block_size, flags;
};

/* The times tell how long the kernel may remember it: not at all. */
struct fuse_entry {
	uint64_t node, generation, entry_valid, attributes_valid;
	uint32_t nanoseconds[2];
	struct fuse_attributes attributes;
};

struct fuse_attributes_reply {
	uint64_t valid;
	uint32_t nanoseconds, padding;
	struct fuse_attributes attributes;
};

struct fuse_open_reply {
	uint64_t handle;
	uint32_t flags, backing;
};

/* Begins the body of a request to read or to write. */
struct fuse_transfer {
	uint64_t handle, offset;
	uint32_t size, flags;
};

struct fuse_write_reply {
	uint32_t size, padding;
};

struct fuse_statfs_reply {
	uint64_t blocks[5];
	uint32_t sizes[10];
};

struct fuse_interrupt {
	uint64_t unique;
};

#endif
