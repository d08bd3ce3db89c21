#include <grp.h>

/* Be another user without privileges. */
static void become_user(uid_t uid)
{
	SETUP(setgroups(0, NULL));
	SETUP(setresgid(uid, uid, uid));
	SETUP(setresuid(uid, uid, uid));
}
