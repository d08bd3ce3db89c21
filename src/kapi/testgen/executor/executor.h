/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the executor share. docs/executor.md has the language of cases and results.
 *
 *	executor.c	cases one after the other, each in a process of its own; result lines
 *	ops.c		the lines of one case: set-up, and the call itself
 *	words.c		the words and values of a line
 *	calls.c		the calls that set-up may make, and what is refused outside a guest
 *	serve.c		a file system and a device that answer what a case wants
 *	look.c		what is seen before and after the call: look_files.c, look_memory.c
 *	text.c		bounded text, JSON strings, hashes, small files
 */
#ifndef KAPI_EXECUTOR_H
#define KAPI_EXECUTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	REGISTERS = 6,
	SLOTS = 64,
	WATCHES = 16,
	SIGNALS = 65,
	HELPERS = 16,
	SETTINGS = 8,
	NOTE_MAX = 160,
	TEXT_MAX = 1 << 16,
	KEEP_MAX = 1 << 16,
	SCRATCH_BYTES = 1 << 20,
	PATH_BYTES = 4096,
	HASH_BYTES_MAX = 1 << 24,
};

/* Where memory of the executor goes, far from what the case maps; a hint. */
#define FAR_AWAY ((void *)(uintptr_t)(sizeof(long) == 8 ? UINT64_C(1) << 36 : 0x50000000))

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* How far a case came; the executor finds it in the report of a case that ended in whatever way. */
enum phase {
	IN_SETUP,
	IN_BEFORE,
	IN_ARMING,
	IN_CALL,
	IN_AFTER,
	IS_DONE,
};

/* Why a case stopped by itself. */
enum stop {
	NOT_STOPPED,
	STOP_MALFORMED,
	STOP_REFUSED,
	STOP_SETUP,
};

struct text {
	uint32_t used;
	bool full;
	char data[TEXT_MAX];
};

/* A file such as a sysctl, and what it said before the case. */
struct setting {
	char path[160];
	char value[96];
};

/*
 * Memory that a case shares with the executor. It needs no descriptor, so that a case has none but
 * its own.
 */
struct report {
	volatile int phase;
	volatile int timeout_ms;
	volatile pid_t pid;	/* of the process that makes the call */
	volatile int idle;	/* children that have closed everything */
	int stop;
	int line;
	int error;		/* of the set-up call that failed; positive */
	int killed_by;		/* signal that ended that process, if its parent says so */
	volatile uint32_t answer_to;	/* operation of the server that fails; 0 is none */
	volatile int answer_errno;	/* 0: not before it is interrupted */
	volatile bool is_served;
	volatile int serve_errno;
	bool tampered;		/* something else than the kernel may have answered */
	int64_t fault_left;	/* what fail-nth said after the call; -1 if it was not used */
	uint64_t number;
	uint64_t regs[REGISTERS];
	int64_t ret;
	volatile uint32_t signals[SIGNALS];
	char note[NOTE_MAX];
	struct setting settings[SETTINGS];
	int setting_count;
	char swap[256];		/* what the case swaps to, by way of /proc; empty is none */
	struct text before;
	struct text after;
};

/* An argument of a watch: known at once, or a register of the call, or its result. */
struct operand {
	enum { IS_VALUE, IS_REGISTER, IS_RESULT } kind;
	uint64_t value;
	int reg;
	int bits;		/* of the register; 0 is all */
};

enum watch_kind {
	WATCH_FD,
	WATCH_PATH,
	WATCH_STRING,
	WATCH_MEMORY,
	WATCH_VMA,
	WATCH_DATA,
	WATCH_FILE,
};

struct watch {
	enum watch_kind kind;
	int count;
	struct operand operands[2];
	int reserved;		/* of a descriptor: 1 yes, 0 no, -1 unknown */
};

struct case_text {
	const char *id;
	char **lines;
	int count;
	int first;		/* line number of lines[0] in the file */
};

/* One case while it runs. */
struct run {
	struct report *report;
	const struct case_text *text;
	const char *folder;
	bool is_guest;
	bool has_call;
	bool own_mounts;
	bool is_outside;	/* the working directory is not the case's */
	bool in_chroot;
	bool has_threads;	/* other threads may change the descriptor table */
	bool was_forked;	/* another process may hold copies of descriptors */
	int fault_fd;
	int free_number;	/* the lowest free descriptor: -1 none, -2 unknown */
	uint64_t slots[SLOTS];
	char *scratch;
	size_t scratch_used;
	pid_t helpers[HELPERS];
	int helper_count;
	struct watch watches[WATCHES];
	int watch_count;
};

/* ops.c */
void run_case(struct run *run);
void *pointer(uint64_t address);
void sleep_us(uint64_t us);
pid_t fork_helper(struct run *run, int slot);

/* serve.c */
void op_fuse(struct run *run, char **at);
void op_cuse(struct run *run, char **at);
void op_answer(struct run *run, char **at);
void end_answer(struct run *run);

/* words.c */
_Noreturn void stop(struct run *run, enum stop why, int error, const char *note);
_Noreturn void malformed(struct run *run, const char *note);
bool is_end(char **at);
void expect_end(struct run *run, char **at);
char *read_word(struct run *run, char **at);
uint64_t read_value(struct run *run, char **at);
int read_target(struct run *run, char **at);
void read_operand(struct run *run, char **at, struct operand *operand);
void read_arguments(struct run *run, char **at, uint64_t *args);

/* calls.c */
long find_call(struct run *run, const char *name);
void check_setup_call(struct run *run, long number, const uint64_t *args);
void check_call(struct run *run, uint64_t number, const uint64_t *args);

/* look.c */
void look(struct run *run, struct text *text, bool is_after);
bool is_thread_asleep(int tid);

/* look_files.c */
void look_fd(const struct run *run, struct text *text, int fd, int reserved);
void look_path(const struct run *run, struct text *text, int dfd, uint64_t address);
void look_file(struct text *text, int watched);

/* look_memory.c */
ssize_t copy_string(uint64_t address, char *bytes, size_t room);
void look_string(struct text *text, uint64_t address, uint64_t most);
void look_memory(struct text *text, uint64_t address, uint64_t count, bool with_flags);
void look_data(struct text *text, uint64_t address, uint64_t count, int index, bool is_after);

/* text.c */
void put(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void put_string(struct text *text, const char *bytes, size_t count);
uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t count);
ssize_t read_file(const char *path, char *bytes, size_t room);
int write_file(const char *path, const char *value);

#endif
