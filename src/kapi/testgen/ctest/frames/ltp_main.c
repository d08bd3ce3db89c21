static void run(unsigned int n)
{
	if (!SAFE_FORK()) {
		SAFE_MKDIR(tcases[n].name, 0755);
		enter_folder(tcases[n].name);
		tcases[n].run();
		exit(0);
	}
	tst_reap_children();
}

static struct tst_test test = {
	.test = run,
	.tcnt = ARRAY_SIZE(tcases),
	.forks_child = 1,
	.needs_tmpdir = 1,
};
