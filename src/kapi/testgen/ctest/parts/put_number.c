#include <string.h>

/* A number of so many bytes into memory. */
static void put_number(void *to, size_t size, unsigned long value)
{
	unsigned int small = value;

	memcpy(to, size == sizeof(small) ? (void *)&small : (void *)&value, size);
}
