enum { TIMEOUT_S = 10 };

/* The status of a child, or -1 if it did not end in time and was killed. */
static int wait_for(pid_t pid)
{
	int status, left = TIMEOUT_S * 1000;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (!left--) {
			kill(-pid, SIGKILL);
			waitpid(pid, NULL, 0);
			return -1;
		}
		usleep(1000);
	}
	kill(-pid, SIGKILL);	/* what it left behind */
	return status;
}

static int run_test(const struct test *test)
{
	char folder[256];
	int status;
	pid_t pid;

	memset(report, 0, sizeof(*report));
	make_folder(folder, sizeof(folder));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		setsid();
		syscall(__NR_close_range, 0, ~0U, 0);
		enter_folder(folder);
		test->run();
		_exit(0);
	}
	status = pid < 0 ? -1 : wait_for(pid);
	remove_tree(AT_FDCWD, folder);
	if (status < 0)
		fail("no end within %d s", TIMEOUT_S);
	else if (WIFSIGNALED(status))
		fail("ended by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		fail("ended with status %d", WEXITSTATUS(status));
	return report->has_failed && !report->is_skipped;
}

int main(void)
{
	size_t count = sizeof(tests) / sizeof(*tests);
	int failed = 0;

	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (report == MAP_FAILED)
		return 1;
	printf("KTAP version 1\n1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		int has_failed = run_test(&tests[i]);

		if (has_failed)
			printf("# %s: %s\n", tests[i].name, report->text);
		printf("%sok %zu %s", has_failed ? "not " : "", i + 1, tests[i].name);
		if (report->is_skipped)
			printf(" # SKIP %s", report->text);
		printf("\n");
		failed += has_failed;
	}
	return !!failed;
}
