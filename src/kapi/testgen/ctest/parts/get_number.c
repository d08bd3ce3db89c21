#include <string.h>

/* The number of so many bytes in memory. */
static long get_number(const void *from, size_t size)
{
	int small;
	long large = 0;

	if (size != sizeof(small)) {
		memcpy(&large, from, sizeof(large));
		return large;
	}
	memcpy(&small, from, sizeof(small));
	return small;
}
