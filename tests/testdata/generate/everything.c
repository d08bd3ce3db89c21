#include <linux/frob.h>

/**
 * sys_frob - tune a widget
 * @wfd: descriptor of the widget
 * @how: flags
 * @buf: the setting
 * @len: its size
 * @path: of the log
 * @mode: of the log
 *
 * api-version: 2
 * api-type: syscall
 * long-desc: Sets what the widget shall do.
 *
 *   A second paragraph.
 * contexts: process, sleepable
 * origin: fs/frob.c: SYSCALL_DEFINE6(frob)
 * error-set: closed if fd_kind(wfd) == reg
 *
 * param: wfd
 *   type: fd, input
 *   constraint-type: range(-1, FROB_MAX)
 *   on-violation: EBADF
 *   cdesc: an open widget
 *   origin: fs/frob.c: do_frob()
 *
 * param: how
 *   type: uint, input
 *   constraint-type: mask(FROB_FAST | FROB_SAFE)
 *   arch-mask: x86 = FROB_HOT
 *   on-violation: ignored
 *   require(one-of): how != 0 -> EINVAL | ENOSYS
 *
 * param: buf
 *   type: user_ptr, inout, optional, const
 *   constraint-type: buffer(len)
 *   null-ok: len == 0
 *   desc: Holds what was set before,
 *     too.
 *
 * param: len
 *   type: uint, input
 *   constraint-type: range(0, frob_size(how))
 *
 * param: path
 *   type: path, input
 *   constraint-type: user_path
 *
 * param: mode
 *   type: custom, input
 *   constraint-type: enum(FROB_FAST, 3, -4)
 *   on-violation: masked
 *
 * return:
 *   type: int
 *   check-type: range
 *   success: 0..len
 *   ensures: ret <= 4096
 *   desc: Bytes that were set.
 *
 * error: EBADF, no widget
 *   condition: @wfd is closed
 *   when(closed): !fd_open(wfd)
 *   when(other): fd_kind(wfd) != reg
 *   must: yes
 *   origin: fs/frob.c: do_frob()
 *
 * error: ERESTARTSYS, a signal came
 *   internal: yes
 *   condition: early
 *
 * error: EINTR, a signal came
 *   scope: driver
 *   ensures: fd_open(wfd)
 *   desc: After a restart.
 *
 * lock: widget->lock
 *   type: mutex
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: len != 0
 *   desc: Held while the widget turns.
 *
 * signal: SIGUSR1
 *   direction: send
 *   action: terminate
 *   target: the owner
 *   condition: the widget broke
 *   restartable: no
 *   desc: Once.
 *
 * signal: fatal signals
 *   direction: receive, handle
 *   errno: -EINTR
 *   timing: during
 *
 * side-effect: file_position
 *   target: position of @wfd
 *   condition: success
 *   reversible: yes
 *   desc: Moves on.
 *
 * side-effect: alloc_memory
 *   when: len != 0
 *   reversible: no
 *
 * state-trans: widget
 *   from: idle
 *   to: turning
 *   condition: success
 *   desc: It turns.
 *
 * capability: CAP_SYS_ADMIN
 *   type: bypass_check
 *   allows: a foreign widget
 *   without: EPERM
 *   condition: @wfd belongs to another user
 *   priority: 2
 *
 * constraint: order
 *   expr: len <= frob_size(how)
 *   desc: The setting fits.
 *
 * examples: frob(fd, 0, buf,
 *       sizeof(buf));
 *
 *   close(fd);
 *
 * notes: Slow.
 *
 *   Very slow.
 */
SYSCALL_DEFINE6(frob, int, wfd, unsigned int, how, char __user *, buf, size_t, len,
		const char __user *, path, int, mode)
{
}
