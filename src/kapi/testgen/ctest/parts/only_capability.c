#include <linux/capability.h>

/* Have one capability of those that are permitted, and no other. */
static void only_capability(int number)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { 0 };

	sets[number / 32].effective = 1U << number % 32;
	sets[number / 32].permitted = 1U << number % 32;
	SETUP(syscall(__NR_capset, &head, sets));
}
