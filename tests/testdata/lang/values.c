/*
 * Phase: values of sub-keys.
 */

/**
 * lists - separators and elements
 *
 * contexts: process, softirq | nmi ### separator@14: 'process, softirq | nmi' mixes ',' and '|'; use one of them
 * signal: SIGUSR1
 *   timing: before, during ### separator@22: 'timing' takes one word, not a list
 *   direction: send, , block, send ### separator@17: an element is missing in 'send, , block, send' ### repeated-word@32: 'send' stands in this list already
 *   state-required: asleep ### unknown-token@22: 'asleep' is no task state; did you mean 'sleeping'?
 * side-effect: network | network ### repeated-word@27: 'network' stands in this list already
 */
int lists(void);

/**
 * params - values of parameters
 * @fd: descriptor
 * @len: length
 * @buf: buffer
 *
 * param: fd
 *   type: uint | input ### separator@12: separate by ',', not by '|'
 *   constraint-type: range(7) ### bad-constraint@23: 'range' takes 2 arguments, not 1
 *   size-param: count ### out-of-range@18: no parameter 'count'; the code has: 0 fd, 1 len, 2 buf
 *   alignment: (8 ### bad-value@17: brackets do not match in '(8'
 * param: len
 *   type: unsigned, inptu ### unknown-token@12: 'unsigned' is no parameter type; did you mean 'union'? ### unknown-token@22: 'inptu' is no parameter flag; did you mean 'input'?
 *   range: -5, 5 ### negative-unsigned@6: the bound -5 is negative, but the C type is 'size_t'
 *   mask: A | B ### conflict@6: 'mask' does not go with the constraint 'range'
 *   arch-mask: x86 = C ### conflict@17: 'arch-mask' needs a mask beside it
 *   size-param: 9 ### out-of-range@18: no parameter '9'; the code has: 0 fd, 1 len, 2 buf
 *   size: == 5 ### bad-value@12: '== 5' compares nothing
 * param: buf
 *   type: user_ptr
 *   constraint-type: magic(1) ### bad-constraint@23: no constraint form 'magic'
 *   mask: A
 *   arch-mask: vax = B ### unknown-arch@17: no architecture 'vax'
 *   arch-mask: sparc ### bad-value@17: 'arch-mask' takes 'ARCH = EXPR', not 'sparc'
 *   arch-mask: sparc = ### empty-value@17: 'arch-mask' lacks its bits
 *   size-param: a b ### bad-value@18: 'a b' is no parameter index or name
 */
long params(int fd, size_t len, char *buf);

/**
 * forms - constraints that are wrong
 * @a: one
 * @b: two
 * @c: three
 * @d: four
 * @e: five
 * @f: six
 * @g: seven
 * @h: eight
 *
 * param: a
 *   constraint-type: nonzero(3) ### bad-constraint@23: 'nonzero' takes 0 arguments, not 1
 * param: b
 *   constraint-type: mask(FROB_ALL) only ### bad-constraint@23: 'mask(FROB_ALL) only' is not 'NAME' or 'NAME(args)'
 * param: c
 *   constraint-type: range(1,) ### bad-constraint@23: an argument of 'range' is missing
 * param: d
 *   constraint-type: user_string() ### bad-constraint@23: write 'user_string' without empty brackets
 * param: f
 *   constraint-type: user_string(4, 5) ### bad-constraint@23: 'user_string' takes 0 or 1 arguments, not 2
 * param: h
 *   constraint-type: mask(A, B) ### bad-constraint@23: 'mask' takes 1 argument, not 2
 * param: g
 *   constraint-type: enum() ### bad-constraint@23: 'enum' takes 1 or more arguments, not 0
 * param: e
 *   constraint-type: range(9, 1)
 *   range: 1, 9 ### conflict@6: 'range' disagrees with the constraint's own arguments
 */
long forms(int a, int b, int c, int d, int e, int f, int g, int h);

/**
 * results - values of the result
 *
 * return: text ### missing-value@4: check-type exact needs 'success' ### bad-value@12: text stands behind 'return:'; use the sub-key desc
 *   type: voidd ### unknown-token@12: 'voidd' is no parameter type; did you mean 'void'?
 *   check-type: exact
 *   success: =< 5 ### bad-value@15: '=< 5' compares nothing
 *   success-range: 1 ### bad-value@21: 'success-range' takes 'lo, hi', not '1'
 *   error-values: -EIO, 5x, --5 ### unknown-errno@26: '5x' is no errno ### unknown-errno@30: '--5' is no errno
 */
int results(void);

/**
 * checks - checks without a value, and two that compete
 *
 * return: ### missing-value@4: check-type range needs 'success-range'
 *   check-type: range
 */
int checks(void);

/**
 * rivals - two ways to say what success is
 *
 * return: ### contradiction@4: both a predicate and a range say what success is
 *   success: == 0
 *   success-range: 0, 5
 */
int rivals(void);

/**
 * numbers - numbers and names
 *
 * error: -EIO, no unit ### errno-sign@11: write 'EIO' without its sign
 * error: eio, no unit ### unknown-errno@11: 'eio' is no errno name; did you mean 'EIO'?
 * error: EIO, ### separator@11: a part is missing in 'EIO,'
 * signal: SIGUSR1
 *   number: usr1 ### bad-value@14: 'usr1' is neither a SIG name nor a number
 *   priority: 256 ### bad-value@16: 256 is not in 0..255
 *   transform-to: -1 ### bad-value@20: '-1' is neither a SIG name nor a number
 *   errno: -eintr ### unknown-errno@13: '-eintr' is no errno
 *   restartable: maybe ### unknown-token@19: 'maybe' is neither yes nor no
 * lock: gizmo_lock ### missing-type@4: lock 'gizmo_lock' has no type
 *   type: mutx ### unknown-token@12: 'mutx' is no lock type; did you mean 'mutex'?
 *   acquired: perhaps ### unknown-token@16: 'perhaps' is none of yes, no, conditional
 * capability: CAP_SYS_ADMIN
 *   priority: first ### bad-value@16: 'first' is no number
 */
int numbers(void);

/**
 * bounds - expressions that are none, and an empty range
 * @a: one
 * @b: two
 *
 * param: a
 *   range: 9, 1 ### contradiction@13: the range 9..1 is empty
 * param: b
 *   constraint-type: mask(=A) ### bad-value@28: '=A' compares nothing
 * struct-field: c, int
 * struct-field-range: c, =1, 5 ### bad-value@27: '=1' compares nothing
 * error: ERESTARTSYS, internal ### conflict@11: ERESTARTSYS is internal to the kernel
 *   internal: no ### needs-version-2@6: 'internal' needs 'api-version: 2'
 */
int bounds(int a, int b);
