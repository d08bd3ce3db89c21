static inline __attribute__((noreturn)) void skip(const char *why)
{
	fprintf(stderr, "it cannot be shown here: %s\n", why);
	exit(2);
}

static inline long setup(long result, const char *call)
{
	if (result != -1)
		return result;
	fprintf(stderr, "it cannot be shown here: %s: %s\n", call, strerror(errno));
	exit(2);
}
