// SPDX-License-Identifier: GPL-2.0
/*
 * What the core of a spec says of values: pure functions of a record, arguments and a result.
 *
 * Copyright (C) 2026 The kapi authors
 *
 * Arguments come as the registers hold them. Each is cut to the width of its C type and read with
 * its sign before anything is compared. What cannot be seen from the numbers is unknown.
 */
#include <kunit/visibility.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "internal.h"

static u64 cut(const struct kapi_param *param, u64 raw)
{
	return param->bits == 64 ? raw : raw & (BIT_ULL(param->bits) - 1);
}

static s64 sign_extended(const struct kapi_param *param, u64 raw)
{
	unsigned int unused = 64 - param->bits;

	return (s64)(raw << unused) >> unused;
}

static enum kapi_truth truth(bool value)
{
	return value ? KAPI_TRUE : KAPI_FALSE;
}

static bool is_in_range(const struct kapi_param *param, u64 raw)
{
	if (param->is_signed) {
		s64 value = sign_extended(param, raw);

		return value >= (s64)param->lo && value <= (s64)param->hi;
	}
	return cut(param, raw) >= param->lo && cut(param, raw) <= param->hi;
}

static bool is_in_values(const struct kapi_spec *spec, const struct kapi_param *param, u64 raw)
{
	const s64 *values = (const void *)spec + param->values;
	unsigned int i;

	for (i = 0; i < param->nr_values; i++)
		if (cut(param, values[i]) == cut(param, raw))
			return true;
	return false;
}

/*
 * Whether memory is mapped shows when it is used; here only a range that wraps around or ends
 * beyond the limit of user space is refused. Not every architecture has such a limit.
 */
static bool is_user_range(u64 start, u64 size)
{
	return start <= ULONG_MAX && size <= ULONG_MAX - start &&
	       access_ok((const void __user *)(unsigned long)start, size);
}

static bool is_user_buffer(const struct kapi_spec *spec, const struct kapi_param *param,
			   u64 start, const u64 *args)
{
	unsigned int sized = param->size_param - 1;

	return is_user_range(start, cut(kapi_spec_params(spec) + sized, args[sized]));
}

/**
 * kapi_param_fits() - does an argument keep to the rule of its parameter
 * @spec: the spec
 * @index: number of the parameter, from 0
 * @args: all arguments, as registers
 *
 * Return: KAPI_TRUE or KAPI_FALSE; KAPI_UNKNOWN if the rule is about more than numbers, or if there
 * is no such parameter.
 */
enum kapi_truth kapi_param_fits(const struct kapi_spec *spec, unsigned int index,
				const u64 *args)
{
	const struct kapi_param *param = kapi_spec_params(spec) + index;
	u64 value;

	if (index >= spec->nr_params)
		return KAPI_UNKNOWN;
	value = cut(param, args[index]);
	switch (param->constraint) {
	case KAPI_CONSTRAINT_NONE:
		return KAPI_TRUE;
	case KAPI_CONSTRAINT_RANGE:
		return truth(is_in_range(param, args[index]));
	case KAPI_CONSTRAINT_MASK:
		return truth(!(value & ~cut(param, param->lo)));
	case KAPI_CONSTRAINT_ENUM:
		return truth(is_in_values(spec, param, args[index]));
	case KAPI_CONSTRAINT_ALIGNMENT:
		return truth(!(value & (param->lo - 1)));
	case KAPI_CONSTRAINT_POWER_OF_TWO:
		return truth(value && !(value & (value - 1)));
	case KAPI_CONSTRAINT_PAGE_ALIGNED:
		return truth(!(value & (PAGE_SIZE - 1)));
	case KAPI_CONSTRAINT_NONZERO:
		return truth(value);
	case KAPI_CONSTRAINT_BUFFER:
		return truth(is_user_buffer(spec, param, value, args));
	case KAPI_CONSTRAINT_USER_PTR:
	case KAPI_CONSTRAINT_USER_STRING:
	case KAPI_CONSTRAINT_USER_PATH:
		return is_user_range(value, 0) ? KAPI_UNKNOWN : KAPI_FALSE;
	default:
		return KAPI_UNKNOWN;
	}
}
EXPORT_SYMBOL_IF_KUNIT(kapi_param_fits);

/**
 * kapi_result_is_success() - does a result mean success
 * @spec: the spec
 * @args: all arguments, as registers
 * @ret: the result as the kernel has it
 *
 * Return: KAPI_TRUE or KAPI_FALSE; KAPI_UNKNOWN if the core does not say what success is.
 */
enum kapi_truth kapi_result_is_success(const struct kapi_spec *spec, const u64 *args, s64 ret)
{
	u64 hi;

	if (spec->ret_check == KAPI_RETURN_FD)
		return truth(ret >= 0 && ret <= INT_MAX);
	if (spec->ret_check == KAPI_RETURN_ERROR_CHECK)
		return truth(ret < -MAX_ERRNO || ret >= 0);
	if (!(spec->flags & KAPI_SPEC_SUCCESS))
		return KAPI_UNKNOWN;
	if (!(spec->flags & KAPI_SPEC_HI_COUNT))
		return truth(ret >= spec->success_lo && ret <= spec->success_hi);
	hi = cut(kapi_spec_params(spec) + spec->success_hi - 1, args[spec->success_hi - 1]);
	return truth(ret >= spec->success_lo && (ret < 0 || (u64)ret <= hi));
}
EXPORT_SYMBOL_IF_KUNIT(kapi_result_is_success);

/**
 * kapi_errno_listed() - is an errno one of those that the spec lists
 * @spec: the spec
 * @errno: positive
 *
 * Return: KAPI_TRUE if it is listed. Otherwise KAPI_FALSE if the list is complete, and
 * KAPI_UNKNOWN if it is open.
 */
enum kapi_truth kapi_errno_listed(const struct kapi_spec *spec, int errno)
{
	unsigned int lo = 0;
	unsigned int hi = spec->nr_errnos;

	while (lo < hi) {
		unsigned int middle = lo + (hi - lo) / 2;
		int listed = kapi_spec_errnos(spec)[middle];

		if (listed == errno)
			return KAPI_TRUE;
		if (listed < errno)
			lo = middle + 1;
		else
			hi = middle;
	}
	return spec->flags & KAPI_SPEC_CLOSED ? KAPI_FALSE : KAPI_UNKNOWN;
}
EXPORT_SYMBOL_IF_KUNIT(kapi_errno_listed);
