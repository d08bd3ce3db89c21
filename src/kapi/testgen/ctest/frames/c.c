/* What a test tells its parent; it has no descriptor to print to. */
static struct report {
	int is_skipped;
	int has_failed;
	char text[400];
} *report;

static inline __attribute__((noreturn)) void skip(const char *why)
{
	report->is_skipped = 1;
	snprintf(report->text, sizeof(report->text), "%s", why);
	_exit(0);
}

static __attribute__((format(printf, 1, 2))) void fail(const char *format, ...)
{
	va_list args;

	if (report->has_failed)
		return;
	report->has_failed = 1;
	va_start(args, format);
	vsnprintf(report->text, sizeof(report->text), format, args);
	va_end(args);
}

static long setup(long result, const char *call)
{
	if (result != -1)
		return result;
	fail("%s: %s", call, strerror(errno));
	report->is_skipped = is_lacking(errno);
	_exit(0);
}

#define EXPECT_EQ(expected, seen) \
	expect_eq(expected, seen, #expected, #seen)
#define ASSERT_LE(least, seen) \
	assert_le(least, seen, #seen)
#define EXPECT_LE(least, seen) \
	assert_le(least, seen, #seen)

static inline void expect_eq(long expected, long seen, const char *name, const char *call)
{
	if (seen != expected)
		fail("expected %s (%ld), got %ld: %s", name, expected, seen, call);
}

static inline void assert_le(long least, long seen, const char *call)
{
	if (seen >= least)
		return;
	fail("expected %ld or more, got %ld: %s", least, seen, call);
	_exit(0);
}
