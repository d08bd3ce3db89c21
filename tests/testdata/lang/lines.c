/*
 * Phase: lines of a comment, their bytes and their indentation. In this file \r, \x80 and \x01
 * stand for the bytes.
 */

/**
 * bytes - odd bytes in the text
 *
 * long-desc: a \x80 byte that is no UTF-8 ### encoding@17: \x80 is no printable UTF-8 text
 *   and a \x01 control character, ### encoding@12: \x01 is no printable UTF-8 text
 *   and a \r carriage return ### lone-cr@12: a carriage return stands alone; end lines with a newline
 * contexts: process
 */
int bytes(void);

/**
 * stars - lines without an asterisk
 *
 * long-desc: text
   without a star ### no-star@4: 'without a star' has no '*' in front ### stray-text@4: 'without a star' belongs to no block; indent it, or move it up
 * contexts: process
 */
int stars(void);

/**
 * indents - wrong indentation
 *
 * long-desc: prose
 *  indented by one blank ### bad-indent-prose@5: 'indented by one blank' is indented by 1; 2 are meant
 * error: EIO, no unit
 *  desc: indented by one blank ### bad-indent@5: 'desc: indented by one blank' is indented by 1; 2 are meant
 *   condition: as it should be
 *    indented by three blanks ### bad-indent@7: 'indented by three blanks' is indented by 3; 4 are meant
 *	indented by a tab ### tab-indent@4: a tab indents this line; use blanks
 * contexts: process,
 *  softirq ### bad-indent@5: 'softirq' continues 'contexts:' and must be indented by 4 blanks
 * kapi-note: text
 *	tabs are columns in prose
 */
int indents(void);
