static inline __attribute__((noreturn)) void skip(const char *why)
{
	tst_brk(TCONF, "%s", why);
	abort();
}

static long setup(long result, const char *call)
{
	if (result != -1)
		return result;
	if (is_lacking(errno))
		tst_brk(TCONF | TERRNO, "%s", call);
	tst_brk(TBROK | TERRNO, "%s", call);
	return result;
}
