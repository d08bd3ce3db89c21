/*
 * Phase: sub-keys of structured blocks.
 */

/**
 * keys - sub-keys that do not belong
 *
 * side-effect: network
 *   reversable: yes ### unknown-key@6: 'side-effect' has no sub-key 'reversable'; did you mean 'reversible'?
 *   just a line of text ### expected-key@6: expected 'KEY:' but found 'just a line of text'
 *   Target: nic ### tag-case@6: 'Target' must be written 'target'
 *   desc : text ### space-before-colon@6: blanks between 'desc' and its colon
 *   desc: again ### duplicate-key@6: second 'desc' in one 'side-effect'; the value of line 12 is kept
 *   condition: ### empty-value@6: 'condition' has no value
 * error: EIO, no unit
 *   desc(label): text ### bad-value@11: 'desc' takes no label, but has 'label'
 * signal: SIGUSR1
 *   errno: EINTR ### missing-sign@13: write '-EINTR': it is an error result
 * contexts: process
 */
int keys(void);

/**
 * later - keys and tags of version 2
 *
 * origin: fs/gizmo.c ### needs-version-2@4: 'origin' needs 'api-version: 2'
 * error: EIO, no unit
 *   when: gone(1) ### needs-version-2@6: 'when' needs 'api-version: 2'
 * return:
 *   success: 0..5 ### needs-version-2@15: a range in 'success' needs 'api-version: 2'; use success-range
 */
int later(void);
