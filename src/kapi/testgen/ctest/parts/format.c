#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A text with numbers or other texts in it; lives as long as the test. */
static __attribute__((format(printf, 1, 2))) const char *format(const char *template, ...)
{
	va_list args;
	char *result;

	va_start(args, template);
	SETUP(vasprintf(&result, template, args));
	va_end(args);
	return result;
}
