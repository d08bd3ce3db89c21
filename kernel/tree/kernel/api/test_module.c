// SPDX-License-Identifier: GPL-2.0
/*
 * A module that brings a specification: of a function, as a module cannot define a system call.
 *
 * Copyright (C) 2026 The kapi authors
 */
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/module.h>

/**
 * kapi_test_scale - multiply a small number
 * @value: at most 100
 * @factor: a power of two
 *
 * api-version: 2
 * api-type: function
 * long-desc: Exists to have a specification.
 * contexts: process, softirq, hardirq, nmi
 * error-set: closed
 *
 * param: value
 *   type: uint, input
 *   constraint-type: range(0, 100)
 *   on-violation: ERANGE
 *
 * param: factor
 *   type: uint, input
 *   constraint-type: power_of_two
 *   on-violation: EINVAL
 *
 * return:
 *   type: int
 *   check-type: range
 *   success: 0..0x7fffffff
 *   desc: The product.
 *
 * error: ERANGE, value too large
 *   condition: @value is above 100, or the product does not fit
 *   when: value > 100 || value * factor > 0x7fffffff
 *   must: yes
 *
 * error: EINVAL, no power of two
 *   condition: @factor is 0 or has more than one bit set
 *   when: (factor & (factor - 1)) != 0 || factor == 0
 *   must: yes
 */
static int kapi_test_scale(unsigned int value, unsigned int factor)
{
	if (!factor || factor & (factor - 1))
		return -EINVAL;
	if (value > 100 || value > INT_MAX / factor)
		return -ERANGE;
	return value * factor;
}

static int __init kapi_test_init(void)
{
	return kapi_test_scale(6, 8) == 48 ? 0 : -EINVAL;
}
module_init(kapi_test_init);

static void __exit kapi_test_exit(void)
{
}
module_exit(kapi_test_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A function with a specification");
