static inline __attribute__((noreturn)) void skip(const char *why)
{
	fprintf(stderr, "cannot be shown here: %s\n", why);
	exit(2);
}

static long setup(long result, const char *call)
{
	if (result != -1)
		return result;
	fprintf(stderr, "cannot be shown here: %s: %s\n", call, strerror(errno));
	exit(2);
}
