/* Conditions. Headers of this kernel are those of test_checks.py. */

/**
 * sys_frob - tune a widget
 * @wfd: descriptor of the widget
 * @buf: text
 * @count: bytes
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process, sleepable
 * error-set: closed if fd_kind(wfd) in {pipe, fifo}
 * include: widget_lookup(buf) ### bad-expression: in what is included, '!fd_open(buf)': 'buf' is 'const char __user *', which is no descriptor
 *
 * param: count
 *   type: uint, input
 *   require(fits): count < rlimit(RLIMIT_NOFILE) || ret == 0 -> EINVAL ### bad-expression: 'ret' is not known before the call
 *
 * return:
 *   type: int
 *   check-type: range
 *   success: 0..count
 *   ensures: fd_open(wfd) && ret > 0 &&
 *     fd_opne(wfd) ### bad-expression: unknown predicate 'fd_opne'; did you mean 'fd_open'?
 *   ensures: fd_kind(wfd) == pip ### bad-expression: 'pip' is no fd kind; did you mean 'pipe'?
 *   ensures: fd_pos(wfd) == old(fd_pos(wfd)) + ret
 *
 * error: EINVAL, bad
 *   when(address): !fd_open(buf) ### bad-expression: 'buf' is 'const char __user *', which is no descriptor
 *   when(brackets): count & FROB_A == 4 ### bad-expression: put brackets around the operand of '=='
 *   when(kind): fd_kind(wfd) ### bad-expression: expected a truth value, found a fd kind
 *   when(arity): readable(buf) ### bad-expression: 'readable(address, number)' takes 2 arguments, not 1
 *   when(old): old(count) == 0 ### bad-expression: 'old' has no meaning here: this speaks of the state before the call anyway
 *   when(end): count > ### bad-expression: expected a value but found the end
 *   when(name): cuont > 3 ### bad-expression: unknown name 'cuont'; did you mean 'count'?
 *   when(wide): count * count > 9 ### bad-expression: this may need 130 bits; at most 128 are computed with
 *   when(narrow): wfd * count > 9
 *   when(good): (count & FROB_A) == 4 && !readable(buf, count) && since(6.4) && config(64BIT)
 */
SYSCALL_DEFINE3(frob, unsigned int, wfd, const char __user *, buf, size_t, count);

/**
 * widget_lookup - find a widget
 * @wfd: descriptor
 *
 * api-version: 2
 * api-type: shared
 * error-set: closed
 *
 * error: EBADF, not open
 *   when: !fd_open(wfd)
 */
void widget_lookup(unsigned int wfd);
