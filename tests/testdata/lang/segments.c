/*
 * Phase: tags, ordinary sections, and text between them.
 */

/**
 * words - nearly tags
 * @fd: descriptor
 * contexst: joins the text of the parameter ### maybe-tag@4: 'contexst:' is no tag; did you mean 'context'?
 *
 * Free text, in which a usual word: is text.
 * retrun: joins the description ### maybe-tag@4: 'retrun:' is no tag; did you mean 'return'?
 *
 * contexts: process
 */
int words(int fd);

/**
 * sections - ordinary sections that look like tags
 *
 * contexts: process
 * note: the tag is called notes ### near-miss@4: 'note:' is an ordinary section; the spec tag is 'notes:'
 * example: the tag is called examples ### near-miss@4: 'example:' is an ordinary section; the spec tag is 'examples:'
 * Notes: in capitals ### near-miss@4: 'Notes:' is an ordinary section; the spec tag is 'notes:'
 * Examples: in capitals ### near-miss@4: 'Examples:' is an ordinary section; the spec tag is 'examples:'
 * Context: in capitals ### near-miss@4: 'Context:' is an ordinary section; the spec tag is 'contexts:'
 * Return: in capitals ### near-miss@4: 'Return:' is an ordinary section; the spec tag is 'return:'
 * Returns: in capitals ### near-miss@4: 'Returns:' is an ordinary section; the spec tag is 'return:'
 * return: ### near-miss@4: 'return:' is an ordinary section; indent sub-keys by 2 to make a block of it
 *  type: int
 * Note: no tag has this name, so this is no near miss
 * Description: nor is this
 */
int sections(void);

/**
 * tags - words that are no tags, and tags that are spelt in another way
 *
 * contexts : process ### space-before-colon@4: blanks between 'contexts' and its colon
 * Error: EIO, no unit ### tag-case@4: 'Error' must be written 'error'
 * errors: ENXIO ### unknown-tag@4: the language has no tag 'errors'; write one error block for each errno
 * since: 5.1 ### unknown-tag@4: the language has no tag 'since'; say it in notes
 * lock-held: gizmo_lock ### unknown-tag@4: the language has no tag 'lock-held'; use the sub-keys of lock
 * erorr: EDOM, too large ### unknown-tag@4: the language has no tag 'erorr'; did you mean 'error'?
 * frobnicate: everything ### unknown-tag@4: the language has no tag 'frobnicate'
 * lock: gizmo_lock
 *   type: mutex
 * text that belongs to nothing ### stray-text@4: 'text that belongs to nothing' belongs to no block; indent it, or move it up
 * validation-rule: must be valid ### reserved@4: 'validation-rule:' is reserved and has no meaning yet
 * error-code: EIO ### reserved@4: 'error-code:' is reserved and has no meaning yet
 * struct-field-flags: x ### reserved@4: 'struct-field-flags:' is reserved and has no meaning yet
 * returns: ### legacy@4: write 'return:'
 *   type: int
 */
int tags(void);

/**
 * repeats - tags that may occur once
 * @fd: descriptor
 * @fd: the same ### duplicate-tag@5: second text for '@fd:'; the first is kept
 *
 * api-version: 1
 * contexts: process
 * context-flags: KAPI_CTX_NMI ### duplicate-tag@4: second 'context-flags'; only one is allowed, the first is kept
 * api-version: 1 ### duplicate-tag@4: second 'api-version'; only one is allowed, the first is kept
 * return:
 *   type: int
 * return: ### duplicate-tag@4: second 'return'; only one is allowed, the first is kept
 *   type: fd
 * notes: one
 * notes: two ### joined-prose@4: second 'notes:'; the texts are joined
 * error-count: 0
 * error-count: 0 ### duplicate-tag@17: second 'error-count'; only one is allowed, the first is kept
 */
int repeats(int fd);

/**
 * hazards - lines that other readers take for sections
 * @fd: descriptor
 *   lock: in the text of a parameter ### scanner-hazard@6: other kernel-doc readers start a section at 'lock:'; reword the line
 *
 * long-desc: prose
 *   return: in prose ### scanner-hazard@6: other kernel-doc readers start a section at 'return:'; reword the line
 *   double:: colons are harmless
 * error: EIO, no unit
 *   desc: text
 *     Note: in a value ### scanner-hazard@8: other kernel-doc readers start a section at 'Note:'; reword the line
 *     @fd: as well ### scanner-hazard@8: other kernel-doc readers start a section at '@fd:'; reword the line
 *     * notes: after a second star ### scanner-hazard@8: other kernel-doc readers start a section at '* notes:'; reword the line
 *     gizmo: is no section
 * param: fd
 *   constraint: an old name of cdesc ### legacy@6: 'constraint' is an old name of 'cdesc' ### scanner-hazard@6: other kernel-doc readers take 'constraint:' for a section
 *   struct-type: struct gizmo ### scanner-hazard@6: other kernel-doc readers take 'struct-type:' for a section
 */
int hazards(int fd);

/** ### missing-param-doc@1: no '@buf:' line ### missing-param-doc@1: no '@flags:' line
 * parameters - what the code has and has not
 * @fd : blanks before the colon ### space-before-colon@5: blanks between '@fd' and its colon
 * @flag: misspelt ### unknown-param@5: the code has no parameter 'flag'; did you mean 'flags'?
 * @error: EIO, no unit ### unknown-param@5: the code has no parameter 'error'; for the tag write 'error:' without '@'
 * @buf: ### empty-value@5: '@buf:' has no text
 *
 * param: fd
 *   type: fd
 * param: flagz ### unknown-param@11: the code has no parameter 'flagz'; did you mean 'flags'?
 *   type: uint
 * param: fd ### merged-param@4: second block for parameter 'fd'; the two are merged
 *   size: 4
 */
int parameters(int fd, int flags, char *buf);

/**
 * empty - tags without a value
 *
 * api-type: ### empty-value@4: 'api-type:' has no value
 * contexts: ### empty-value@4: 'contexts:' has no value
 * long-desc: ### empty-value@4: 'long-desc:' has no text
 * error: ### empty-value@4: 'error:' takes 'ERRNO, summary'
 * param: ### empty-value@4: 'param:' takes 'NAME'
 *   type: int
 * error-count: ### empty-value@4: 'error-count:' has no value
 */
int empty(void);

/**
 * version - there is no such version
 *
 * api-version: 7 ### bad-version@17: no api-version 7 exists; use 1 or 2
 * api-type: two words ### bad-value@14: 'api-type' takes one word, not 'two words'
 */
int version(void);

/**
 * counts - numbers that are asserted
 *
 * error: EIO, no unit
 * error-count: 2 ### count-mismatch@17: 'error-count: 2', but there are 1
 * lock-count: none ### bad-value@16: 'none' is no number
 */
int counts(void);
