/*
 * The result of a call that prepares a test. If it fails, the test is skipped where the system
 * lacks something, and has failed otherwise.
 */
#define SETUP(call)	setup((long)(call), #call)
#define SETUP_MAP(call)	((void *)SETUP(call))

static int is_lacking(int error)
{
	return error == ENOSYS || error == EOPNOTSUPP || error == EPERM || error == EACCES ||
	       error == ENODEV || error == ENOENT || error == ENOMEM || error == EINVAL;
}
