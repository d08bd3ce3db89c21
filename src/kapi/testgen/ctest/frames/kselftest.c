/* The running test, for functions that end it. */
static struct __test_metadata *running;

static inline __noreturn void skip(const char *why)
{
	struct __test_metadata *_metadata = running;

	SKIP(_exit(KSFT_SKIP), "%s", why);
}

static long setup(long result, const char *call)
{
	struct __test_metadata *_metadata = running;
	int error = errno;

	if (result != -1)
		return result;
	if (is_lacking(error))
		SKIP(_exit(KSFT_SKIP), "%s: %s", call, strerror(error));
	ASSERT_NE(-1, result)
		TH_LOG("%s: %s", call, strerror(error));
	return result;
}
