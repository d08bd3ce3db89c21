#include <sys/resource.h>

static void set_soft_limit(int resource, rlim_t value)
{
	struct rlimit limit;

	SETUP(getrlimit(resource, &limit));
	limit.rlim_cur = value;
	SETUP(setrlimit(resource, &limit));
}
