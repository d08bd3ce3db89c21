/* Rules of parameters. */

/**
 * sys_rules - empty, double and without effect
 * @a: x
 * @b: x
 * @c: x
 * @d: x
 * @e: x
 * @f: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   type: int, input
 *   constraint-type: range(3, 0) ### contradiction: the range 3..0 is empty
 * param: b
 *   type: int, input
 *   constraint-type: range(3, 3)
 *   alignment: 12 ### bad-value: alignment 12 is no power of two
 * param: c
 *   type: int, input
 *   constraint-type: enum(FROB_A, FROB_B, FROB_A) ### duplicate: value 'FROB_A' stands here twice
 *   alignment: 0x10
 * param: d
 *   type: int, input
 *   on-violation: EINVAL ### contradiction: on-violation, but 'd' has no constraint that could be violated
 * param: e
 *   type: int, input
 *   constraint-type: alignment(0) ### bad-value: alignment 0 is no power of two
 *   on-violation: EINVAL | EBADF
 * param: f
 *   type: int, input
 *   constraint-type: mask(0) ### contradiction: mask 0 permits no bit of 'f'; is it reserved? say so in cdesc
 */
SYSCALL_DEFINE6(rules, int, a, int, b, int, c, int, d, int, e, int, f);

/**
 * sys_good_rules - near cases that are fine
 * @a: x
 * @b: x
 * @c: x
 * @d: x
 * @e: x
 * @f: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   type: fd, input
 *   on-violation: EBADF
 * param: b
 *   type: int, input
 *   cdesc: at most what the device has
 *   on-violation: EINVAL
 * param: c
 *   type: int, input
 *   constraint-type: range(FROB_B, 0)
 *   on-violation: ignored
 * param: d
 *   type: int, input
 *   constraint-type: mask(0)
 *   cdesc: reserved
 *   require(one): a > 0 -> EINVAL
 *   require(two): a > 1 -> EINVAL
 * param: e
 *   type: int, input
 *   require(one): a > 0 -> EINVAL
 *   require(two): a>0 -> EBADF ### duplicate: the same relation again
 * param: f
 *   type: int, input
 *   constraint-type: mask
 *   mask: FROB_A
 *   arch-mask: x86 = FROB_B
 *   arch-mask: x86 = FROB_C ### duplicate: the same architecture again
 */
SYSCALL_DEFINE6(good_rules, int, a, int, b, int, c, int, d, int, e, int, f);
