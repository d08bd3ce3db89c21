#include <sched.h>
#include <sys/mount.h>

/* A mount namespace from which nothing gets out. */
static void own_mounts(void)
{
	SETUP(unshare(CLONE_NEWNS));
	SETUP(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
}
