// SPDX-License-Identifier: GPL-2.0-or-later
/* The words and values of a line of a case. What cannot be understood ends the case. */
#include "executor.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Tell why the case goes no further, and end it. */
_Noreturn void stop(struct run *run, enum stop why, int error, const char *note)
{
	run->report->stop = why;
	run->report->error = error;
	snprintf(run->report->note, sizeof(run->report->note), "%s", note);
	_exit(0);
}

_Noreturn void malformed(struct run *run, const char *note)
{
	stop(run, STOP_MALFORMED, 0, note);
}

static void skip_blanks(char **at)
{
	while (**at == ' ' || **at == '\t')
		++*at;
}

bool is_end(char **at)
{
	skip_blanks(at);
	return !**at;
}

void expect_end(struct run *run, char **at)
{
	if (!is_end(at))
		malformed(run, "more words than expected");
}

/* The next word, which is cut out of the line. */
char *read_word(struct run *run, char **at)
{
	char *start;

	if (is_end(at))
		malformed(run, "a word is missing");
	start = *at;
	while (**at && **at != ' ' && **at != '\t')
		++*at;
	if (**at)
		*(*at)++ = 0;
	return start;
}

static uint64_t read_number(struct run *run, char **at)
{
	bool negative = **at == '-';
	char *end;
	uint64_t value;

	if (!isdigit((unsigned char)(*at)[negative]))
		malformed(run, "expected a number");
	errno = 0;
	value = strtoull(*at + negative, &end, 0);
	if (errno)
		malformed(run, "the number is too large");
	*at = end;
	return negative ? -value : value;
}

static int read_slot(struct run *run, char **at)
{
	uint64_t slot;

	if (*(*at)++ != '$')
		malformed(run, "expected a slot such as $1");
	slot = read_number(run, at);
	if (slot >= SLOTS)
		malformed(run, "no such slot");
	return (int)slot;
}

static char *take_scratch(struct run *run, uint64_t count)
{
	char *start = run->scratch + run->scratch_used;

	if (count > SCRATCH_BYTES - run->scratch_used)
		malformed(run, "the literals of the case are too long");
	run->scratch_used += (size_t)((count + 15) & ~(uint64_t)15);
	return start;
}

static int read_hex_digit(struct run *run, char **at)
{
	char digit = (char)tolower((unsigned char)*(*at)++);

	if (isdigit((unsigned char)digit))
		return digit - '0';
	if (digit < 'a' || digit > 'f')
		malformed(run, "expected a hexadecimal digit");
	return digit - 'a' + 10;
}

/* One escape of a string, after the backslash; the bytes that it stands for are put at 'to'. */
static char *read_escape(struct run *run, char **at, char *to)
{
	char letter = *(*at)++;
	int high;

	if (letter == 'x') {
		high = read_hex_digit(run, at) << 4;
		*to++ = (char)(high | read_hex_digit(run, at));
	} else if (letter == '$') {	/* the number in a slot */
		--*at;
		to += sprintf(to, "%lld", (long long)run->slots[read_slot(run, at)]);
		if (*(*at)++ != ';')
			malformed(run, "expected ';' behind the slot");
	} else if (letter == '"' || letter == '\\') {
		*to++ = letter;
	} else {
		malformed(run, "unknown escape");
	}
	return to;
}

/* "text" or "text"*TIMES: the address of the bytes with a NUL behind them. */
static uint64_t read_string(struct run *run, char **at)
{
	size_t longest = strlen(*at) * 8 + 1;
	char *unit = malloc(longest), *to = unit, *start;
	uint64_t times = 1, count;

	if (!unit)
		malformed(run, "the string is too long");
	for (++*at; **at != '"';) {
		if (!**at)
			malformed(run, "the string has no end");
		if (**at == '\\') {
			++*at;
			to = read_escape(run, at, to);
		} else {
			*to++ = *(*at)++;
		}
	}
	++*at;
	if (**at == '*') {
		++*at;
		times = read_number(run, at);
	}
	count = (uint64_t)(to - unit);
	if (times > SCRATCH_BYTES || count * times >= SCRATCH_BYTES)
		malformed(run, "the string is too long");
	start = take_scratch(run, count * times + 1);
	for (uint64_t i = 0; i < times; i++)
		memcpy(start + i * count, unit, count);
	start[count * times] = 0;
	free(unit);
	return (uintptr_t)start;
}

/* #00ff: the address of these bytes. */
static uint64_t read_bytes(struct run *run, char **at)
{
	size_t count = strcspn(++*at, " \t") / 2;
	char *start = take_scratch(run, count ? count : 1);

	for (size_t i = 0; i < count; i++) {
		int high = read_hex_digit(run, at) << 4;

		start[i] = (char)(high | read_hex_digit(run, at));
	}
	return (uintptr_t)start;
}

uint64_t read_value(struct run *run, char **at)
{
	uint64_t value;

	skip_blanks(at);
	switch (**at) {
	case '"':
		value = read_string(run, at);
		break;
	case '#':
		value = read_bytes(run, at);
		break;
	case '&':
		++*at;
		value = read_number(run, at);
		value = (uintptr_t)take_scratch(run, value ? value : 1);
		break;
	case '$':
		value = run->slots[read_slot(run, at)];
		if (**at == '+') {
			++*at;
			value += read_number(run, at);
		} else if (**at == '-') {
			value += read_number(run, at);
		}
		break;
	case 0:
		malformed(run, "a value is missing");
	default:
		value = read_number(run, at);
	}
	if (**at && **at != ' ' && **at != '\t')
		malformed(run, "something stands behind the value");
	return value;
}

/* A slot that gets a result, or '-'; negative for none. */
int read_target(struct run *run, char **at)
{
	int slot = -1;

	skip_blanks(at);
	if (**at == '-')
		++*at;
	else
		slot = read_slot(run, at);
	if (**at && **at != ' ' && **at != '\t')
		malformed(run, "something stands behind the slot");
	return slot;
}

void read_arguments(struct run *run, char **at, uint64_t *args)
{
	int count = 0;

	memset(args, 0, REGISTERS * sizeof(*args));
	while (!is_end(at)) {
		if (count == REGISTERS)
			malformed(run, "a call has six arguments");
		args[count++] = read_value(run, at);
	}
}

void read_operand(struct run *run, char **at, struct operand *operand)
{
	skip_blanks(at);
	if (!strncmp(*at, "ret", 3) && ((*at)[3] == ' ' || !(*at)[3])) {
		operand->kind = IS_RESULT;
		*at += 3;
	} else if (**at == 'a') {
		++*at;
		operand->kind = IS_REGISTER;
		operand->reg = (int)read_number(run, at);
		if (operand->reg < 0 || operand->reg >= REGISTERS)
			malformed(run, "no such register");
		if (**at != ':')
			return;
		++*at;
		operand->bits = (int)read_number(run, at);
		if (operand->bits <= 0 || operand->bits > 64)
			malformed(run, "a register has 64 bits");
	} else {
		operand->kind = IS_VALUE;
		operand->value = read_value(run, at);
	}
}
