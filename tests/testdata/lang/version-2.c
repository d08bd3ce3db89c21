/*
 * Version 2 turns every leniency of version 1 into an error.
 */

/**
 * old - spellings that version 1 accepts, some with a warning
 * @fd:no blank ### space-after-colon@5: no blank behind the colon of '@fd'
 * @buf : blanks before the colon ### space-before-colon@5: blanks between '@buf' and its colon
 *
 * api-version: 2
 * context-flags: KAPI_CTX_PROCESS | KAPI_CTX_SLEEPABLE ### legacy-spelling@4: write 'contexts:' ### legacy-spelling@19: write 'process' for 'KAPI_CTX_PROCESS' ### legacy-spelling@38: write 'sleepable' for 'KAPI_CTX_SLEEPABLE'
 * long-desc:no blank ### space-after-colon@4: no blank behind the colon of 'long-desc'
 *  indented by one blank ### bad-indent-prose@5: 'indented by one blank' is indented by 1; 2 are meant
 * long-desc: again ### joined-prose@4: second 'long-desc:'; the texts are joined
 *
 * param: fd, int ### legacy-spelling@15: write the type as sub-key 'type'
 *   flags: in ### legacy-spelling@13: write 'input' for 'in'
 *   description: text ### legacy-spelling@6: write 'desc' instead of 'description'
 *   constraint: the rule ### legacy@6: 'constraint' is an old name of 'cdesc' ### scanner-hazard@6: other kernel-doc readers take 'constraint:' for a section
 * param: fd ### merged-param@4: second block for parameter 'fd'; the two are merged
 *   range: -1, 5 ### negative-unsigned@6: the bound -1 is negative, but the C type is 'unsigned int'
 *   valid-values: 1, 2 ### conflict@6: 'valid-values' does not go with the constraint 'range'
 * param-type: buf, KAPI_TYPE_PTR ### legacy-spelling@16: write 'type' in a 'param' block ### legacy-spelling@21: write 'ptr' for 'KAPI_TYPE_PTR'
 * returns: ### legacy@4: write 'return:' ### missing-value@4: check-type exact needs 'success'
 *   check-type: exact
 * error : EIO, no unit ### space-before-colon@4: blanks between 'error' and its colon
 * signal: SIGUSR1
 *   errno: EINTR ### missing-sign@13: write '-EINTR': it is an error result
 *   direction: Send | send ### legacy-spelling@17: write 'send' for 'Send' ### repeated-word@24: 'send' stands in this list already
 *   queue_behavior: Standard ### legacy-spelling@6: write 'queue' instead of 'queue_behavior' ### legacy-spelling@22: write 'standard' for 'Standard'
 *   restartable: TRUE ### legacy-spelling@19: write 'yes' for 'TRUE'
 * lock: gizmo_lock ### missing-type@4: lock 'gizmo_lock' has no type
 * side-effect: network, hardware ### legacy@17: join effects by '|', not by ','
 * side-effect: network, nic, text ### legacy-spelling@17: write target and desc as sub-keys
 * capability: CAP_A, bypass ### legacy-spelling@23: write 'bypass_check' for 'bypass' ### legacy-spelling@23: write type and desc as sub-keys
 * constraint: rule, text ### legacy-spelling@22: write the text as sub-key desc
 * state-trans: gizmo, idle, busy ### legacy-spelling@17: write from, to and desc as sub-keys
 * error-count: 5 ### count-mismatch@17: 'error-count: 5', but there are 1
 */
int old(unsigned int fd, char *buf);

/** ### missing-param-doc@1: no '@undocumented:' line
 * advice - findings that stay warnings
 * @fd: descriptor
 *   lock: in the text ### scanner-hazard@6: other kernel-doc readers start a section at 'lock:'; reword the line
 *
 * api-version: 2
 * Notes: in capitals ### near-miss@4: 'Notes:' is an ordinary section; the spec tag is 'notes:'
 * error-code: EIO ### reserved@4: 'error-code:' is reserved and has no meaning yet
 * side-effect: irreversible ### contradiction@4: irreversible, yet reversible
 *   reversible: yes
 */
int advice(int fd, int undocumented);
