/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stand-in for the header of the Linux Test Project, which distributions do not package. It has
 * what generated tests use, by the names and with the meaning of LTP's documentation, and a main()
 * that runs them. It is no part of LTP, and shares no code with it.
 */
#ifndef TST_TEST_H
#define TST_TEST_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TPASS = 0, TFAIL = 1, TBROK = 2, TWARN = 4, TINFO = 16, TCONF = 32, TTYPE = 63 };
enum { TTERRNO = 256, TERRNO = 512 };

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

struct tst_test {
	unsigned int tcnt;
	void (*test)(unsigned int number);
	unsigned int forks_child:1;
	unsigned int needs_tmpdir:1;
};

static int *stub_counts;	/* by type, shared with children */
static long stub_ret;

static inline __attribute__((format(printf, 2, 3))) void tst_res(int type, const char *format, ...)
{
	static const char *const names[] = { [TPASS] = "TPASS", [TFAIL] = "TFAIL", [TBROK] = "TBROK",
					     [TCONF] = "TCONF", [TINFO] = "TINFO" };
	int error = errno;
	va_list args;

	__atomic_add_fetch(&stub_counts[type & TTYPE], 1, __ATOMIC_SEQ_CST);
	va_start(args, format);
	fprintf(stderr, "%s: ", names[type & TTYPE]);
	vfprintf(stderr, format, args);
	va_end(args);
	if (type & (TERRNO | TTERRNO))
		fprintf(stderr, ": %s", strerror(error));
	fprintf(stderr, "\n");
}

#define tst_brk(type, ...) do { tst_res(type, __VA_ARGS__); exit(0); } while (0)

#define stub_judge(good, name, call) \
	(tst_res((good) ? TPASS : TFAIL, "%s: %s gives %ld", name, call, stub_ret))

#define TST_EXP_FAIL2(call, error, name) do { \
	stub_ret = (call); \
	stub_judge(stub_ret == -1 && errno == (error), name, #call); } while (0)
#define TST_EXP_VAL(call, value, name) do { \
	stub_ret = (call); \
	stub_judge(stub_ret == (value), name, #call); } while (0)
#define TST_EXP_FD(call, name) ({ \
	stub_ret = (call); \
	stub_judge(stub_ret >= 0, name, #call); \
	stub_ret; })
#define TST_EXP_POSITIVE(call, ...) ({ \
	stub_ret = (call); \
	stub_judge(stub_ret >= 0, "" __VA_ARGS__, #call); \
	stub_ret; })
#define TST_EXP_EQ_LI(seen, value) do { \
	stub_ret = (seen); \
	stub_judge(stub_ret == (value), #value, #seen); } while (0)

#define SAFE_FORK() stub_safe(fork())
#define SAFE_MKDIR(name, mode) stub_safe(mkdir(name, mode))

static inline int stub_safe(int result)
{
	if (result < 0)
		tst_brk(TBROK | TERRNO, "set-up");
	return result;
}

static inline void tst_reap_children(void)
{
	int status;

	while (wait(&status) > 0)
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			tst_res(TBROK, "a child ended with %#x", status);
}

static struct tst_test test;

int main(void)
{
	const char *base = getenv("TMPDIR");
	char folder[256];

	snprintf(folder, sizeof(folder), "%s/ltp-XXXXXX", base ? base : "/tmp");
	stub_counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stub_counts == MAP_FAILED || !mkdtemp(folder) || chdir(folder) || chmod(folder, 0755))
		return TBROK;
	for (unsigned int i = 0; i < test.tcnt; i++)
		test.test(i);
	printf("%s passed %d failed %d broken %d skipped %d\n", folder, stub_counts[TPASS],
	       stub_counts[TFAIL], stub_counts[TBROK], stub_counts[TCONF]);
	return stub_counts[TFAIL] || stub_counts[TBROK];
}

#endif
