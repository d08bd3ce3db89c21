#include <fcntl.h>
#include <string.h>

/* Changes the machine; nothing puts it back. */
static void write_setting(const char *path, const char *value)
{
	int fd = SETUP(open(path, O_WRONLY));

	SETUP(write(fd, value, strlen(value)));
	SETUP(close(fd));
}
