/*
 * Phase: shared specs are included, claims get their names.
 */

/**
 * open_facts - facts whose error set is open
 * @fd: descriptor
 *
 * api-version: 2
 * api-type: shared
 *
 * error: EBADF, not open
 *   when(not-open): !fd_open(fd)
 */
void open_facts(int fd);

/**
 * circle_a - one half of a circle
 *
 * api-version: 2
 * api-type: shared
 * include: circle_b() ### include-cycle@13: shared specs include each other: circle_b -> circle_a -> circle_b
 */
void circle_a(void);

/**
 * circle_b - the other half
 *
 * api-version: 2
 * api-type: shared
 * include: circle_a() ### include-cycle@13: shared specs include each other: circle_a -> circle_b -> circle_a
 */
void circle_b(void);

/**
 * ordinary - not shared
 *
 * api-version: 2
 * error-set: closed
 */
void ordinary(void);

/**
 * user - includes everything
 * @fd: descriptor
 *
 * api-version: 2
 * error-set: closed
 * include: open_facts(fd) ### conflict@13: the error set of user is closed, but that of open_facts is not
 * include: open_facts(fd)
 * include: open_facts() ### include-arity@13: 'open_facts(fd)' takes 1, not 0
 * include: open_facts(df) ### unknown-param@24: 'df' is neither a parameter nor a constant
 * include: open_facts(fd,) ### separator@13: an argument is missing in 'open_facts(fd,)'
 * include: nothing() ### unknown-include@13: no shared spec 'nothing'
 * include: ordinary() ### unknown-include@13: no shared spec 'ordinary'; a spec of that name exists, but its api-type is not 'shared'
 * include: not a call ### bad-value@13: 'include' takes 'NAME(ARG, ...)', not 'not a call'
 */
void user(int fd);

/**
 * labels - several causes of one errno
 *
 * api-version: 2
 * error-set: sometimes ### bad-value@15: 'sometimes' is none of closed, closed if EXPR, open, open(SCOPE, ...)
 *
 * error: EIO, one ### label-required@4: one of several causes of EIO in labels; give it a label
 * error: EIO, two
 *   when: gone(1) ### label-required@12: one of several causes of EIO in labels; give it a label
 *   when(gone): gone(2)
 * error: EDOM, three
 *   when(same): gone(1)
 *   when(same): gone(2) ### duplicate-label@18: two claims have the id 'labels.error.EDOM.same'
 *   label: Bad Label ### bad-value@13: label 'Bad Label' must be lower-case letters, digits and hyphens
 * lock: gizmo
 *   type: mutex
 * lock: gizmo ### duplicate-label@4: two claims have the id 'labels.lock.gizmo'
 *   type: mutex
 */
void labels(void);
