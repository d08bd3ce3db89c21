/*
 * Phase: blocks become items of the model; what they say must fit together.
 */

/**
 * locks - scope, kind and what contradicts it
 *
 * lock: untyped ### missing-type@4: lock 'untyped' has no type
 * lock: both, mutex
 *   type: spinlock ### conflict@6: 'type' says something else than an earlier line
 * lock: , mutex ### empty-value@10: a lock type without a lock
 * lock: odd ### contradiction@4: held on exit, yet neither taken nor held on entry
 *   type: mutex
 *   held-on-exit: yes
 * lock: impossible ### conflict@4: what the keys say of taking, dropping and holding the lock does not fit
 *   type: mutex
 *   acquired: yes
 *   held-on-exit: no
 * lock: disagreeing ### conflict@4: scope 'releases' disagrees with the other keys, which mean 'acquires'
 *   type: mutex
 *   acquired: yes
 *   scope: releases
 */
int locks(void);

/**
 * effects - side effects
 *
 * side-effect: network | teleport ### unknown-token@27: 'teleport' is no side effect
 * side-effect: network, hardware ### legacy@17: join effects by '|', not by ','
 * side-effect: irreversible ### contradiction@4: irreversible, yet reversible
 *   reversible: yes
 * side-effect: none | network ### contradiction@4: 'none' stands beside other effects
 * side-effect: network, nic, text
 *   target: modem ### conflict@6: 'target' says something else than an earlier line
 * side-effect: network, nic, ### separator@17: a part is missing in 'network, nic,'
 */
int effects(void);

/**
 * capabilities - names
 *
 * contexts: process
 * capability: CAP_A, CAP_B ### bad-value@23: 'CAP_B' needs a block of its own
 * capability: sys_admin ### bad-value@16: 'sys_admin' is no CAP_ name
 * capability: CAP_A, ### separator@16: a part is missing in 'CAP_A,'
 */
int capabilities(void);

/**
 * rules - constraints, state transitions and errors
 *
 * constraint: , text ### separator@16: a part is missing in ', text'
 * state-trans: gizmo ### missing-key@4: 'state-trans' needs 'to'
 *   from: idle
 * state-trans: ### missing-key@4: 'state-trans' needs 'object'
 *   from: idle
 *   to: busy
 * state-trans: gizmo, idle, ### missing-key@4: 'state-trans' needs 'to' ### separator@17: a part is missing in 'gizmo, idle,'
 * constraint: unit
 *   expr: a < b
 * constraint-expr: unit, a > b ### conflict@27: another expression than that of constraint 'unit'
 * constraint-expr: unit ### bad-value@21: 'constraint-expr' takes 'NAME, TEXT'
 */
int rules(void);

/**
 * structs - structs and their members
 *
 * struct: , text ### bad-value@12: 'struct' takes 'NAME, text', not ', text'
 * struct-field: flags ### bad-value@18: 'struct-field' takes 'NAME, CTYPE, text', not 'flags'
 * struct-field: flags, u32, bits
 * struct-field: flags, u64, bits ### duplicate-key@18: second member 'flags'; the first is kept
 * struct-field-range: flagz, 1, 5 ### unknown-field@24: no earlier struct-field 'flagz'; did you mean 'flags'?
 * struct-field-range: flags, 1 ### bad-value@24: 'struct-field-range' takes 'NAME, lo, hi', not 'flags, 1'
 * struct-field-mask: flags ### bad-value@23: 'struct-field-mask' takes 'NAME, EXPR', not 'flags'
 * struct-field-mask: flags, A
 * struct-field-mask: flags, B ### conflict@23: 'flags' has such limits already
 */
int structs(void);

/**
 * flats - flat attributes that disagree with a block
 * @fd: descriptor
 *
 * param: fd
 *   type: int
 * param-type: fd, uint ### conflict@20: 'param-type' says something else than 'type' before
 * param-flags: fd ### bad-value@17: 'param-flags' takes 'NAME, LIST'
 * param-type: df, int ### unknown-param@16: the code has no parameter 'df'
 * param: fd, ### merged-param@4: second block for parameter 'fd'; the two are merged ### separator@11: a comma without a type
 *   range: 0, 5
 *   type: uint ### duplicate-key@6: second 'type' for one parameter; the first is kept
 * return:
 *   type: int
 * return-type: fd ### conflict@17: 'return-type' says something else than an earlier line
 */
int flats(int fd);

/**
 * signs - a negative bound
 * @len: length
 *
 * param: len
 *   constraint-type: range(-1, 5) ### negative-unsigned@6: the bound -1 is negative, but the C type is 'size_t'
 */
int signs(size_t len);

/**
 * buffers - two parameters hold the length
 * @buf: buffer
 * @len: length
 * @max: length
 *
 * param: buf
 *   constraint-type: buffer(len) ### conflict@6: buffer and size-param of 'buf' name different parameters
 *   size-param: max
 */
int buffers(char *buf, int len, int max);

/** ### missing-param-doc@1: no '@fd:' line
 * undocumented - no text for the parameter
 *
 * contexts: process
 */
int undocumented(int fd);
