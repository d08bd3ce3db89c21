#include <linux/capability.h>

/* Give up one effective capability. */
static void drop_capability(int number)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	SETUP(syscall(__NR_capget, &head, sets));
	sets[number / 32].effective &= ~(1U << number % 32);
	SETUP(syscall(__NR_capset, &head, sets));
}
