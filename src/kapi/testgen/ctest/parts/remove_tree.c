#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Remove a file, or a directory with all that is in it. */
static void remove_tree(int at, const char *name)
{
	struct dirent *entry;
	DIR *dir;
	int fd;

	if (!unlinkat(at, name, 0) || !unlinkat(at, name, AT_REMOVEDIR))
		return;
	fchmodat(at, name, 0700, 0);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			remove_tree(fd, entry->d_name);
	closedir(dir);
	unlinkat(at, name, AT_REMOVEDIR);
}
