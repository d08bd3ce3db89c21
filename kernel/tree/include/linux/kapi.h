/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Specifications of system calls and kernel functions, compiled into the image.
 *
 * Copyright (C) 2026 The kapi authors
 *
 * A specification ("spec") says what a call takes and returns. Its checkable core lies in the ELF
 * section .kapi_specs: relocation-free records, the same bytes in vmlinux, in a module and for a
 * reader in user space. tools/kapi makes them from kernel-doc comments;
 * Documentation/dev-tools/kapi.rst describes the format.
 */
#ifndef _LINUX_KAPI_H
#define _LINUX_KAPI_H

#include <linux/types.h>

struct module;

#define KAPI_MAGIC		"KAPISPEC"
#define KAPI_BYTE_ORDER		0x0102
#define KAPI_FORMAT		1
#define KAPI_MAX_PARAMS		16

/**
 * struct kapi_part - head of the records that one object file contributes
 * @magic:	KAPI_MAGIC, without a NUL
 * @byte_order:	KAPI_BYTE_ORDER as this machine writes it
 * @format:	KAPI_FORMAT; another number means another layout
 * @word_size:	bytes of an unsigned long
 * @spec_size:	bytes of struct kapi_spec
 * @param_size:	bytes of struct kapi_param
 * @head_size:	bytes of this struct
 * @length:	bytes of the whole part, this head included; a multiple of 8
 * @count:	number of records that follow
 * @reserved:	0
 */
struct kapi_part {
	char	magic[8];
	u16	byte_order;
	u16	format;
	u8	word_size;
	u8	spec_size;
	u8	param_size;
	u8	head_size;
	u32	length;
	u32	count;
	u64	reserved;
};

/* What a spec describes. */
enum kapi_kind {
	KAPI_KIND_NONE,
	KAPI_KIND_SYSCALL,
	KAPI_KIND_COMPAT_SYSCALL,
	KAPI_KIND_FUNCTION,
};

/* Class of a parameter or result. */
enum kapi_type {
	KAPI_TYPE_NONE,
	KAPI_TYPE_VOID,
	KAPI_TYPE_INT,
	KAPI_TYPE_UINT,
	KAPI_TYPE_PTR,
	KAPI_TYPE_STRUCT,
	KAPI_TYPE_UNION,
	KAPI_TYPE_ENUM,
	KAPI_TYPE_FUNC_PTR,
	KAPI_TYPE_ARRAY,
	KAPI_TYPE_FD,
	KAPI_TYPE_USER_PTR,
	KAPI_TYPE_PATH,
	KAPI_TYPE_CUSTOM,
};

/* The rule on a parameter's value. */
enum kapi_constraint {
	KAPI_CONSTRAINT_NONE,
	KAPI_CONSTRAINT_RANGE,
	KAPI_CONSTRAINT_MASK,
	KAPI_CONSTRAINT_ENUM,
	KAPI_CONSTRAINT_ALIGNMENT,
	KAPI_CONSTRAINT_POWER_OF_TWO,
	KAPI_CONSTRAINT_PAGE_ALIGNED,
	KAPI_CONSTRAINT_NONZERO,
	KAPI_CONSTRAINT_USER_STRING,
	KAPI_CONSTRAINT_USER_PATH,
	KAPI_CONSTRAINT_USER_PTR,
	KAPI_CONSTRAINT_BUFFER,
	KAPI_CONSTRAINT_CUSTOM,
};

/* How success is recognised. */
enum kapi_return {
	KAPI_RETURN_NONE,
	KAPI_RETURN_EXACT,
	KAPI_RETURN_RANGE,
	KAPI_RETURN_ERROR_CHECK,
	KAPI_RETURN_FD,
	KAPI_RETURN_CUSTOM,
	KAPI_RETURN_NO_RETURN,
};

/* Flags of a parameter. */
#define KAPI_PARAM_IN		BIT(0)
#define KAPI_PARAM_OUT		BIT(1)
#define KAPI_PARAM_OPTIONAL	BIT(2)
#define KAPI_PARAM_CONST	BIT(3)
#define KAPI_PARAM_VOLATILE	BIT(4)
#define KAPI_PARAM_USER		BIT(5)
#define KAPI_PARAM_DMA		BIT(6)
#define KAPI_PARAM_ALIGNED	BIT(7)

/* What breaking a parameter's rule does: bits of kapi_param.outcome. */
#define KAPI_OUTCOME_IGNORED	BIT(0)
#define KAPI_OUTCOME_MASKED	BIT(1)
#define KAPI_OUTCOME_ERRNO	BIT(2)

/**
 * struct kapi_param - one parameter
 * @lo:		lowest value of a range; the mask; the alignment
 * @hi:		highest value of a range; longest string in bytes with its NUL
 * @name:	offset of the name in the record
 * @values:	offset of the s64 values of an enum in the record
 * @nr_values:	how many of them
 * @flags:	KAPI_PARAM_*
 * @type:	enum kapi_type
 * @constraint:	enum kapi_constraint
 * @bits:	width of the C type, 8 to 64
 * @is_signed:	whether the C type is; says how @lo and @hi are to be read
 * @size_param:	number from 1 of the parameter that holds the byte count, or 0
 * @outcome:	KAPI_OUTCOME_*
 * @reserved:	0
 */
struct kapi_param {
	u64	lo;
	u64	hi;
	u16	name;
	u16	values;
	u16	nr_values;
	u16	flags;
	u8	type;
	u8	constraint;
	u8	bits;
	u8	is_signed;
	u8	size_param;
	u8	outcome;
	u16	reserved;
};

/* Bits of kapi_spec.flags. */
#define KAPI_SPEC_CLOSED	BIT(0)	/* no errno but those listed, unconditionally */
#define KAPI_SPEC_SUCCESS	BIT(1)	/* success_lo and success_hi are given */
#define KAPI_SPEC_HI_COUNT	BIT(2)	/* success_hi is the number of a parameter, from 1 */

/**
 * struct kapi_spec - head of a record; everything it points to follows it
 * @digest:	of the whole spec, to find its prose: first 8 bytes of the SHA-256 of its JSON
 * @success_lo:	lowest result that means success
 * @success_hi:	highest result that means success
 * @length:	bytes of the record; a multiple of 8
 * @nr:		system call number, or -1
 * @name:	offset of the name in the record; a name ends with a NUL
 * @params:	offset of the struct kapi_param array in the record
 * @errnos:	offset of the u16 array of errnos, positive and ascending
 * @nr_errnos:	how many of them
 * @flags:	KAPI_SPEC_*
 * @nr_params:	how many parameters
 * @kind:	enum kapi_kind
 * @ret_type:	enum kapi_type of the result
 * @ret_check:	enum kapi_return
 * @reserved:	0
 */
struct kapi_spec {
	u64	digest;
	s64	success_lo;
	s64	success_hi;
	u32	length;
	s32	nr;
	u16	name;
	u16	params;
	u16	errnos;
	u16	nr_errnos;
	u16	flags;
	u8	nr_params;
	u8	kind;
	u8	ret_type;
	u8	ret_check;
	u16	reserved;
};

/* What is known of a statement. */
enum kapi_truth {
	KAPI_FALSE,
	KAPI_TRUE,
	KAPI_UNKNOWN,
};

static inline const char *kapi_spec_name(const struct kapi_spec *spec)
{
	return (const char *)spec + spec->name;
}

static inline const struct kapi_param *kapi_spec_params(const struct kapi_spec *spec)
{
	return (const void *)spec + spec->params;
}

static inline const u16 *kapi_spec_errnos(const struct kapi_spec *spec)
{
	return (const void *)spec + spec->errnos;
}

static inline const char *kapi_param_name(const struct kapi_spec *spec, unsigned int index)
{
	return (const char *)spec + kapi_spec_params(spec)[index].name;
}

#ifdef CONFIG_KAPI_SPEC

const struct kapi_spec *kapi_get_spec(const char *name);
const struct kapi_spec *kapi_get_syscall(int nr);
void kapi_put_spec(const struct kapi_spec *spec);

#else

static inline const struct kapi_spec *kapi_get_spec(const char *name)
{
	return NULL;
}

static inline const struct kapi_spec *kapi_get_syscall(int nr)
{
	return NULL;
}

static inline void kapi_put_spec(const struct kapi_spec *spec)
{
}

#endif /* CONFIG_KAPI_SPEC */
#endif /* _LINUX_KAPI_H */
