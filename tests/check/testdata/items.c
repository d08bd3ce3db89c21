/* Contexts, errors, capabilities, signals, structs, includes, calls without arguments. */

/**
 * sys_contexts - sleeps where nothing may
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process, hardirq, sleepable ### contradiction: 'sleepable' beside 'hardirq', where nothing may sleep
 */
SYSCALL_DEFINE1(contexts, int, a);

/**
 * sys_from_nowhere - no system call comes from there
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: softirq ### contradiction: contexts lack 'process', from which every system call comes
 */
SYSCALL_DEFINE1(from_nowhere, int, a);

/**
 * atomic_only - a function may be for interrupts alone
 *
 * api-version: 2
 * api-type: function
 * contexts: softirq, hardirq, atomic
 */
void atomic_only(void);

/**
 * sys_zero - takes nothing
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 */
SYSCALL_DEFINE0(zero); ### zero-arguments: sys_zero has no arguments; run-time checks do not cover such calls

/**
 * zero - as a function may
 *
 * api-version: 2
 * api-type: function
 */
int zero(void);

/**
 * lookup - facts that others take over
 * @fd: x
 *
 * api-version: 2
 * api-type: shared
 * error-set: closed
 *
 * error: EBADF, not open
 *   when(open): !fd_open(fd)
 * capability: CAP_FROB
 */
void lookup(int fd);

/**
 * sys_errors - errors that say too little or too much
 * @fd: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 * error-set: closed
 * include: lookup(fd)
 * include: lookup(fd) ### duplicate: 'lookup' is included already
 *
 * error: EBADF, the same again
 *   when(again): ! fd_open(fd) ### duplicate: EBADF has this cause already
 * error: EINVAL, unknown when
 *   label: unknown
 *   must: yes ### contradiction: must, but EINVAL has no 'when' that could be true
 * error: EINVAL, known
 *   when(known): fd < 0
 *   must: yes
 *   scope: fs | driver
 * error: EIO, never surely
 *   must: no
 * capability: none ### contradiction: 'none' stands beside CAP_FROB, which 'lookup' brings
 */
SYSCALL_DEFINE1(errors, int, fd);

/**
 * sys_signals - signals
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * capability: none
 * signal: SIGHUP
 *   action: transform ### missing-value: action transform needs 'transform-to'
 * signal: SIGFROB
 *   action: terminate
 *   transform-to: SIGHUP ### contradiction: transform-to, but the action is 'terminate'
 *   state-required: running
 *   state-forbidden: running, dead ### contradiction: state 'running' is both required and forbidden
 * signal: a group of signals
 *   errno: -EINTR
 *   interruptible: no ### contradiction: not interruptible, yet errno is EINTR
 * signal: another group
 *   action: transform
 *   transform-to: SIGHUP
 *   errno: -EINTR
 *   interruptible: yes
 */
SYSCALL_DEFINE1(signals, int, a);

/**
 * sys_structs - members
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * struct: frob
 * struct-field: one, int, x ### contradiction: the range 2..1 is empty
 * struct-field-range: one, 2, 1
 * struct-field: two, int, x
 * struct-field-range: two, 1, 2
 */
SYSCALL_DEFINE1(structs, int, a);
