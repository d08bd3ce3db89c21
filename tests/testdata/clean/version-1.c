/*
 * Every tag and every key of version 1, in their preferred spellings and without a finding.
 */

/**
 * sys_frob - tune a widget, or read how it is tuned
 *   at the moment
 * @wfd: descriptor of the widget
 * @len: room at @buf, in bytes;
 *   a multiple of 8
 * @flags: what to do
 * @name: which setting
 * @buf: receives the previous setting
 *
 * Free description, before any tag: with a colon.
 *
 *   Indented text of it.
 *
 * Description: An ordinary section,
 *   which goes on.
 *
 * @buf.len: Another one, of a member.
 *
 * sample::
 *
 *     verbatim text
 *
 * api-version: 1
 * api-type: syscall
 * long-desc: Replaces the setting and hands back the old one.
 *   Body lines are indented; a colon: anywhere in them is plain text.
 *
 *     Deeper lines, too.
 * contexts: process,
 *     sleepable
 *
 * param: wfd
 *   type: fd, input
 *   constraint-type: range(0, INT_MAX)
 *   cdesc: any descriptor of a widget
 *   desc: Longer text on the descriptor, which does not
 *     fit into one line.
 *
 *     A second paragraph.
 * param: len
 *   type: uint
 *   flags: input, const
 *   range: 1, MAX(FROB_MAX, 64)
 *   size: sizeof(size_t)
 *   alignment: 8
 * param: flags
 *   type: uint, input
 *   mask: FROB_READ | FROB_WRITE
 *   arch-mask: sparc = FROB_SPARC
 *   arch-mask: alpha = FROB_ALPHA
 * param: name
 *   type: path, input
 *   constraint-type: user_string(FROB_NAME_MAX)
 * param: buf
 *   type: user_ptr, output, optional
 *   constraint-type: buffer(len)
 *
 * return:
 *   type: int
 *   check-type: error_check
 *   success: >= 0
 *   error-values: EIO, EDOM
 *   desc: Number of bytes stored.
 *
 * error: EDOM, length out of range, or not a multiple of 8
 *   condition: len > FROB_MAX
 *   desc: Also given for one more case: a length that is
 *     not a multiple of the widget width.
 * error: EIO
 *
 * lock: widget->lock (outer, nested)
 *   type: mutex
 *   acquired: conditional
 *   released: yes
 *   held-on-entry: no
 *   held-on-exit: no
 *   desc: Taken around the whole call.
 * lock: widget_list
 *   type: rcu
 *   scope: caller_held
 *
 * signal: SIGUSR1, and its friends
 *   number: SIGUSR1
 *   direction: receive, handle
 *   action: return
 *   target: the calling thread
 *   condition: while the widget turns
 *   errno: -EINTR
 *   timing: while_sleeping
 *   priority: 0
 *   restartable: no
 *   interruptible: yes
 *   queue: standard
 *   transform-to: SIGUSR2
 *   sa-flags-required: SA_RESTART | SA_SIGINFO
 *   sa-flags-forbidden: SA_NODEFER
 *   state-required: running, sleeping
 *   state-forbidden: zombie
 *   desc: Waiting ends early.
 *
 * side-effect: hardware | network
 *   target: the widget
 *   condition: always
 *   reversible: yes
 *   desc: Moves it.
 *
 * state-trans: widget
 *   from: idle
 *   to: busy, or stuck
 *   condition: started
 *   desc: Until it is done.
 *
 * capability: CAP_SYS_ADMIN
 *   type: bypass_check
 *   allows: any setting
 *   without: EDOM for settings above FROB_MAX
 *   condition: len > FROB_MAX
 *   priority: 1
 *   desc: Checked once.
 * capability: none
 *
 * constraint: order of calls
 *   expr: frob() ? after open() :
 *     before close()
 *   desc: Nothing else is ordered.
 *
 * struct: frob_state, what @buf receives
 * struct-field: mode, __u32, one of FROB_READ, FROB_WRITE
 * struct-field-mask: mode, FROB_READ | FROB_WRITE
 * struct-field: level, __s32
 * struct-field-range: level, -5, FROB_LEVEL_MAX
 *
 * examples: one();
 *   // why
 *   two();
 *
 * notes: Remarks of any kind.
 *
 * kapi-origin: gizmo: rev 2
 *   of it
 *
 * error-count: 2
 * struct-field-count: 2
 */
SYSCALL_DEFINE5(frob, int, wfd, size_t, len, unsigned int, flags, const char __user *, name,
		char __user *, buf)
{
}

/**
 * frob_enum - the other constraints
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
 *   valid-values: FROB_A, FROB_B, 9
 *   size-param: b
 * param: b
 *   constraint-type: alignment(PAGE_SIZE)
 * param: c
 *   constraint-type: power_of_two
 * param: d
 *   constraint-type: page_aligned
 * param: e
 *   constraint-type: nonzero
 * param: f
 *   constraint-type: custom(check_frob)
 * param: g
 *   constraint-type: user_path
 * param: h
 *   constraint-type: none
 *
 * return:
 *   success-range: 0, FROB_MAX
 */
long frob_enum(int a, int b, int c, int d, int e, int f, const char *g, int h);
