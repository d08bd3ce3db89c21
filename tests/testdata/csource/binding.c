/*
 * Phase: which comments are specs, and what code stands below them.
 * "
 */

/** ### orphan-spec@1: this spec is followed by a variable, not by a function
 * sys_orphan - followed by a variable
 *
 * contexts: process
 */
int orphan = 1;

/** ### orphan-spec@1: this spec is followed by other code, not by a function
 * sys_orphan - followed by a statement
 *
 * contexts: process
 */
if (orphan)
	return;

/** ### orphan-spec@1: this spec is followed by another kernel-doc comment, not by a function
 * sys_orphan - followed by another comment
 *
 * contexts: process
 */

/**
 * sys_arity - digit and pairs disagree
 * @fd: one
 *
 * contexts: process
 */
SYSCALL_DEFINE2(arity, int, fd) ### arity@1: SYSCALL_DEFINE2 takes 2 parameters, found 1
{
}

/**
 * sys_arity_pair - type without a name
 *
 * contexts: process
 */
SYSCALL_DEFINE1(arity_pair, int) ### arity@1: SYSCALL_DEFINE1 has a type without a name: 'int'
{
}

/**
 * sys_other - another name ### name-mismatch@4: the first line names 'sys_other', but the code defines 'sys_mismatch'
 *
 * contexts: process
 */
SYSCALL_DEFINE0(mismatch)
{
}

/**
 * contexts: process ### name-mismatch@4: the comment lacks its first line 'no_name_line - ...'
 */
void no_name_line(void);

/**
 * @fd: no name line, but a text for a parameter ### name-mismatch@4: the comment lacks its first line 'no_name_line_either - ...'
 *
 * contexts: process
 */
void no_name_line_either(int fd);

/**
 * dash_missing tunes a widget ### name-mismatch@4: write 'dash_missing - text'
 *
 * contexts: process
 */
void dash_missing(void);

/**
 * lonely - one tag and no sub-key
 *
 * error: EIO, no unit ### maybe-spec@4: 'error:' is a tag of a spec, but this comment is none; add 'api-version:' if it shall be one
 */
int lonely(void);

/**
 * loud - several tags, all in the wrong case
 *
 * Error: EIO, no unit ### maybe-spec@4: 'Error:' is a tag of a spec, but this comment is none; write tags in lower case
 * Lock: gizmo_lock
 */
int loud(void);

/**
 * invalid - a tag whose value is no context
 *
 * contexts: anywhere ### maybe-spec@4: 'contexts:' is a tag of a spec, but this comment is none; add 'api-version:' if it shall be one
 */
int invalid(void);

/**
 * twice - first spec
 *
 * contexts: process
 */
int twice(void);

/** ### duplicate-spec@1: second spec of 'twice'
 * twice - second spec
 *
 * contexts: process
 */
int twice(void);

/**
 * struct gizmo - comments on structs are never specs
 * @lock: protects the list
 *
 * contexts: process
 * error: EIO, x
 */
struct gizmo {
	int lock;
};

/**
 * sides - a sentence that begins with a tag word is no near miss
 *
 * side-effect: the list is sorted when this returns
 */
int sides(void);

/** ### unterminated-comment@1: this spec has no '*/'
 * endless - this comment has no end
 *
 * contexts: process
