#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct {
	long delay_ms, number, args[6];
	volatile int tid;
} other;

static void *make_other_call(void *unused)
{
	(void)unused;
	other.tid = syscall(__NR_gettid);
	if (other.delay_ms)
		usleep(other.delay_ms * 1000);
	syscall(other.number, other.args[0], other.args[1], other.args[2], other.args[3],
		other.args[4], other.args[5]);
	return NULL;
}

static int is_asleep(int tid)
{
	char path[64], text[512] = "";
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	stat = fopen(path, "r");
	if (!stat)
		skip("no /proc");
	if (!fgets(text, sizeof(text), stat))
		text[0] = 0;
	fclose(stat);
	return !!strstr(text, ") S ");
}

/* Another thread makes a call after so many milliseconds, or now; then wait until it sleeps. */
static void call_in_thread(long delay_ms, long number, const long *args)
{
	pthread_t thread;
	int asleep = 0;

	other.delay_ms = delay_ms;
	other.number = number;
	memcpy(other.args, args, sizeof(other.args));
	errno = pthread_create(&thread, NULL, make_other_call, NULL);
	SETUP(errno ? -1 : 0);
	while (!other.tid || (!delay_ms && asleep < 3)) {
		usleep(500);
		if (other.tid)
			asleep = is_asleep(other.tid) ? asleep + 1 : 0;
	}
}
