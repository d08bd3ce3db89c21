/* Names that no header knows. */

/**
 * sys_names - everywhere
 * @fd: x
 * @flags: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 * error-set: closed if flags == FROB_NONE ### unknown-constant: no constant 'FROB_NONE' in a fake kernel; did you mean 'FROB_ONE'?
 *
 * param: fd
 *   type: fd, input
 *   on-violation: EBADFX ### unknown-errno: no errno 'EBADFX' in a fake kernel; did you mean 'EBADF'?
 * param: flags
 *   type: int, input
 *   constraint-type: mask(FROB_A | FROB_Q) ### unknown-constant: no constant 'FROB_Q' in a fake kernel; did you mean 'FROB_C'?
 *   require: flags != FROB_X -> EZZZ ### unknown-constant: no constant 'FROB_X' in a fake kernel; did you mean 'FROB_C'? ### unknown-errno: no errno 'EZZZ' in a fake kernel
 *   size: FROB_LONGER ### unknown-constant: no constant 'FROB_LONGER' in a fake kernel; did you mean 'FROB_ONE'?
 *
 * return:
 *   type: int
 *   check-type: range
 *   success: 0..FROB_A
 *   error-values: EIO, ENOTHING, 5 ### unknown-errno: no errno 'ENOTHING' in a fake kernel
 *   ensures: ret < FROB_A
 *   ensures: ret != FROB_Z ### unknown-constant: no constant 'FROB_Z' in a fake kernel; did you mean 'FROB_C'?
 *
 * error: ERESTARTSYS, internal
 * error: EINVALID, x ### unknown-errno: no errno 'EINVALID' in a fake kernel; did you mean 'EINVAL'?
 *   when: flags == FROB_A && config(FROB) && CONFIG_FROB && flags != ELSEWHERE_A
 *     && flags != FROB_TWICE ### unknown-constant: no constant 'FROB_TWICE' in a fake kernel
 * capability: CAP_FROBS ### unknown-capability: no capability 'CAP_FROBS' in a fake kernel; did you mean 'CAP_FROB'?
 *   when: flags
 * signal: SIGHUPP ### unknown-signal: no signal 'SIGHUPP' in a fake kernel; did you mean 'SIGHUP'?
 *   errno: -EINTRR ### unknown-errno: no errno 'EINTRR' in a fake kernel; did you mean 'EINTR'?
 * signal: SIGFROB
 *   number: SIGHUP+3
 *   transform-to: SIGNONE ### unknown-signal: no signal 'SIGNONE' in a fake kernel
 *   action: transform
 *   errno: -4
 * signal: SIGNALS of any kind
 * constraint: words
 *   expr: POSIX says FROB_Q
 */
SYSCALL_DEFINE2(names, int, fd, int, flags);

/**
 * facts - taken over by others
 * @a: x
 *
 * api-version: 2
 * api-type: shared
 *
 * error: EIO, x
 *   when: a == FROB_A
 */
void facts(int a);

/**
 * sys_taker - names what it takes over
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 * include: facts(FROB_NO) ### unknown-constant: no constant 'FROB_NO' in a fake kernel; did you mean 'FROB_ONE'?
 */
SYSCALL_DEFINE1(taker, int, a);
