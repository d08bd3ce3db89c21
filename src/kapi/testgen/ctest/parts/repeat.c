#include <stdlib.h>
#include <string.h>

/* A text again and again; lives as long as the test. */
static const char *repeat(const char *text, size_t times)
{
	size_t length = strlen(text);
	char *result = malloc(length * times + 1);

	if (!result)
		skip("no memory");
	for (size_t i = 0; i < times; i++)
		memcpy(result + i * length, text, length);
	result[length * times] = 0;
	return result;
}
