/*
 * Every tag and every key of version 2 that version 1 does not have, without a finding.
 */

/**
 * widget_lookup - find the widget behind a descriptor
 * @fd: descriptor
 *
 * api-version: 2
 * api-type: shared
 * error-set: closed
 *
 * error: EBADF, @fd is no widget
 *   when(no-widget): !widget_open(fd)
 *   must: yes
 */
void widget_lookup(int fd);

/**
 * sys_frob2 - tune a widget
 * @wfd: descriptor of the widget
 * @len: room at @buf, in bytes
 * @buf: receives the previous setting
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process, sleepable
 * origin: drivers/widget.c: widget_frob(),
 *     widget_read()
 * error-set: closed if fd_kind(wfd) == pipe
 * include: widget_lookup(wfd)
 *
 * param: wfd
 *   type: fd, input
 *   constraint-type: range(0, INT_MAX)
 *   on-violation: EDOM | ENXIO
 *   origin: drivers/widget.c: widget_get()
 * param: len
 *   type: uint, input
 *   require: len < FROB_MAX -> EDOM
 *   require(width): len % 8 == 0 -> EDOM | ENXIO
 *   require(odd): len & 1 -> ignored
 * param: buf
 *   type: user_ptr, output
 *   constraint-type: buffer(len)
 *   on-violation: EFAULT
 *   null-ok: len == 0
 *
 * return:
 *   type: int
 *   check-type: range
 *   success: 0..len
 *   ensures: ret <= len
 *   ensures: old(fd_pos(wfd)) + ret == fd_pos(wfd)
 *   origin: drivers/widget.c: widget_frob()
 *
 * error: EIO, the widget is broken
 *   label: broken
 *   condition: the widget does not turn
 *   when(stuck): widget_stuck(wfd) && len > 0
 *   when(gone): widget_gone(wfd)
 *   must: no
 *   scope: fs | driver
 *   ensures: fd_pos(wfd) == old(fd_pos(wfd))
 *   origin: drivers/widget.c: widget_turn()
 * error: ENODATA, not for user space
 *   internal: yes
 *
 * lock: widget->lock
 *   label: outer
 *   type: rwlock
 *   mode: read
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: len > 0
 *   origin: drivers/widget.c: widget_frob()
 *
 * signal: any caught signal
 *   label: interrupt
 *   action: return
 *   when: len > 0
 *   errno: -EINTR
 *   origin: drivers/widget.c: widget_wait()
 *
 * side-effect: hardware
 *   label: turn
 *   when: len > 0
 *   origin: drivers/widget.c: widget_turn()
 *
 * state-trans: widget
 *   label: start
 *   from: idle
 *   to: busy
 *   when: len > 0
 *   origin: drivers/widget.c: widget_turn()
 *
 * capability: CAP_SYS_ADMIN
 *   label: big
 *   type: bypass_check
 *   when: len > FROB_MAX
 *   origin: drivers/widget.c: widget_frob()
 *
 * constraint: order
 *   label: order
 *   expr: frob() before close()
 *   origin: drivers/widget.c: widget_close()
 */
SYSCALL_DEFINE3(frob2, int, wfd, size_t, len, char __user *, buf)
{
}
