/* Results: class, success, check type. */

/**
 * sys_address - a system call returns long whatever its value means
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * return:
 *   type: user_ptr
 */
SYSCALL_DEFINE1(address, int, a);

/**
 * sys_structure - but no struct
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * return:
 *   type: struct ### class-mismatch: class 'struct' takes a struct or a pointer to one, but the call returns 'long'
 */
SYSCALL_DEFINE1(structure, int, a);

/**
 * pointer - a function has the class of its type
 *
 * api-version: 2
 * api-type: function
 *
 * return:
 *   type: int ### class-mismatch: class 'int' takes a signed integer, but the call returns 'struct frob *'; write 'ptr'
 */
struct frob *pointer(void);

/**
 * pointer_too - a pointer that is no error may be anything but 0
 *
 * api-version: 2
 * api-type: function
 *
 * return:
 *   type: ptr
 *   check-type: custom
 *   success: != 0
 * error: EINVAL
 */
struct frob *pointer_too(void);

/**
 * nothing - a function without result
 *
 * api-version: 2
 * api-type: function
 *
 * return:
 *   type: int ### class-mismatch: class 'int', but the function returns void
 *   check-type: exact
 *   success: == 0 ### class-mismatch: success, but the function returns void
 */
void nothing(void);

/**
 * nothing_said - may say that it has none
 *
 * api-version: 2
 * api-type: function
 *
 * return:
 *   type: void
 */
void nothing_said(void);

/**
 * nothing_fails - and cannot fail
 *
 * api-version: 2
 * api-type: function
 *
 * error: EINVAL, x ### contradiction: EINVAL, but the function returns void
 */
void nothing_fails(void);

/**
 * facts - a shared spec has a result of no meaning
 * @a: x
 *
 * api-version: 2
 * api-type: shared
 *
 * error: EINVAL, x
 */
void facts(int a);

/**
 * sys_overlap_range - successes among the errors
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * return:
 *   type: int
 *   check-type: range
 *   success: -1..a ### contradiction: success overlaps -4095..-1, which are the errors
 */
SYSCALL_DEFINE1(overlap_range, int, a);

/**
 * sys_overlap_predicate - successes among the errors
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * return:
 *   type: int
 *   check-type: custom
 *   success: != 0 ### contradiction: success overlaps -4095..-1, which are the errors
 */
SYSCALL_DEFINE1(overlap_predicate, int, a);

/**
 * sys_no_overlap - the numbers beside them
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * return:
 *   type: int
 *   check-type: custom
 *   success: > -1
 */
SYSCALL_DEFINE1(no_overlap, int, a);

/**
 * sys_symbolic - a number that nobody here knows
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * return:
 *   type: int
 *   check-type: exact
 *   success: == FROB_A
 */
SYSCALL_DEFINE1(symbolic, int, a);

/**
 * sys_below - far below them
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * return:
 *   type: int
 *   check-type: custom
 *   success: < -4095
 */
SYSCALL_DEFINE1(below, int, a);

/**
 * truth - a function without errors may use these numbers
 *
 * api-version: 2
 * api-type: function
 *
 * return:
 *   type: int
 *   check-type: custom
 *   success: != 0
 */
int truth(void);

/**
 * sys_checks - a check type and what does not go with it
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * return:
 *   type: int
 *   check-type: exact
 *   success: >= 0 ### contradiction: check-type exact, but success is '>= 0'
 *   error-values: EINVAL, EBADF
 */
SYSCALL_DEFINE1(checks, int, a);

/**
 * sys_gone - does not come back
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * return:
 *   type: int
 *   check-type: no_return
 *   success: == 0 ### contradiction: check-type no_return, but a result means success
 */
SYSCALL_DEFINE1(gone, int, a);
