// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of specifications: records, lookups, and what a record says of values.
 *
 * Copyright (C) 2026 The kapi authors
 *
 * Most cases work on made-up records, as no record of an image is wrong. The suite "kapi-image"
 * looks at those of the running kernel.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mman.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/unistd.h>

#include "internal.h"

/* A part with two records, as the generator lays them out. */
struct sample {
	struct kapi_part head;
	struct {
		struct kapi_spec spec;
		struct kapi_param params[3];
		s64 values[3];
		u16 errnos[3];
		char name[12];
		char param_names[3][4];
	} __aligned(8) one, two;
};

#define OFFSET(member)	offsetof(typeof(((struct sample *)NULL)->one), member)

static const struct sample template = {
	.head = {
		.magic = { 'K', 'A', 'P', 'I', 'S', 'P', 'E', 'C' },
		.byte_order = KAPI_BYTE_ORDER,
		.format = KAPI_FORMAT,
		.word_size = sizeof(long),
		.spec_size = sizeof(struct kapi_spec),
		.param_size = sizeof(struct kapi_param),
		.head_size = sizeof(struct kapi_part),
		.length = sizeof(struct sample),
		.count = 2,
	},
	.one = {
		.spec = {
			.length = sizeof(template.one),
			.nr = -1,
			.name = OFFSET(name),
			.params = OFFSET(params),
			.errnos = OFFSET(errnos),
			.nr_errnos = 3,
			.nr_params = 3,
			.kind = KAPI_KIND_FUNCTION,
		},
		.params = {
			{ .name = OFFSET(param_names[0]), .bits = 32 },
			{ .name = OFFSET(param_names[1]), .bits = 64 },
			{ .name = OFFSET(param_names[2]), .bits = 64 },
		},
		.errnos = { EINTR, EBADF, EINVAL },
		.name = "zz_one",
		.param_names = { "a", "b", "c" },
	},
};

/* A writable copy of the template; its second record differs in name. */
static struct sample *sample(struct kunit *test)
{
	struct sample *made = kunit_kzalloc(test, sizeof(*made), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, made);
	*made = template;
	made->two = made->one;
	strscpy(made->two.name, "aa_two", sizeof(made->two.name));
	return made;
}

static void exit_source(void *source)
{
	kapi_source_exit(source);
}

/* A source over a sample; freed with the test. */
static struct kapi_source *source_of(struct kunit *test, struct sample *from)
{
	struct kapi_source *source = kunit_kzalloc(test, sizeof(*source), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, source);
	source->name = "test";
	source->specs = from;
	source->specs_size = sizeof(*from);
	KUNIT_ASSERT_EQ(test, 0, kapi_source_init(source));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, exit_source, source));
	return source;
}

static const char *check_one(struct sample *made)
{
	return kapi_check_spec(&made->one.spec, sizeof(made->one));
}

/* Heads of parts. */

static void part_is_sound(struct kunit *test)
{
	struct sample *made = sample(test);

	KUNIT_EXPECT_NULL(test, kapi_check_part(&made->head, sizeof(*made)));
}

static void part_truncated(struct kunit *test)
{
	struct sample *made = sample(test);

	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(made->head) - 1),
			   "truncated head");
	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(*made) - 8), "bad length");
}

static void part_misaligned(struct kunit *test)
{
	struct sample *made = kunit_kzalloc(test, sizeof(*made) + 4, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, made);
	KUNIT_EXPECT_STREQ(test, kapi_check_part((void *)made + 4, sizeof(*made)), "misaligned");
}

static void part_with_other_magic(struct kunit *test)
{
	struct sample *made = sample(test);

	made->head.magic[7]++;
	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(*made)), "bad magic");
}

static void part_of_another_machine(struct kunit *test)
{
	struct sample *made = sample(test);

	made->head.byte_order = 0x0201;
	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(*made)),
			   "foreign byte order");
	made = sample(test);
	made->head.word_size = 12 - sizeof(long);
	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(*made)),
			   "foreign word size");
}

static void part_of_another_format(struct kunit *test)
{
	struct sample *made = sample(test);

	made->head.format++;
	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(*made)), "unknown format");
	made = sample(test);
	made->head.head_size += 8;
	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(*made)), "unknown layout");
	made = sample(test);
	made->head.spec_size += 8;
	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(*made)), "unknown layout");
	made = sample(test);
	made->head.param_size += 8;
	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(*made)), "unknown layout");
}

static void part_with_bad_length(struct kunit *test)
{
	struct sample *made = sample(test);

	made->head.length -= 4;
	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(*made)), "bad length");
	made->head.length = 0;
	KUNIT_EXPECT_STREQ(test, kapi_check_part(&made->head, sizeof(*made)), "bad length");
}

/* Records. */

static void spec_is_sound(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, check_one(sample(test)));
}

static void spec_with_bad_length(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.spec.length = sizeof(struct kapi_spec) - 8;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bad length");
	made->one.spec.length = sizeof(made->one) + 8;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bad length");
	made->one.spec.length = sizeof(made->one) - 1;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bad length");
	made->one.spec.length = sizeof(made->one);
	KUNIT_EXPECT_STREQ(test, kapi_check_spec(&made->one.spec, sizeof(struct kapi_spec) - 1),
			   "bad length");
}

static void spec_with_empty_name(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.name[0] = '\0';
	KUNIT_EXPECT_STREQ(test, check_one(made), "no name");
}

static void spec_with_name_outside(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.spec.name = made->one.spec.length;
	KUNIT_EXPECT_STREQ(test, check_one(made), "no name");
	/* The head is no name, even if it looks like one. */
	memset(&made->one.spec.digest, 'x', sizeof(made->one.spec.digest));
	made->one.spec.name = 0;
	KUNIT_EXPECT_STREQ(test, check_one(made), "no name");
	/* The name of the next record is none of this one. */
	made->one.spec.name = made->one.spec.length + OFFSET(name);
	KUNIT_EXPECT_STREQ(test, check_one(made), "no name");
}

static void spec_with_endless_name(struct kunit *test)
{
	struct sample *made = sample(test);

	memset(made->one.name, 'x', sizeof(made->one) - OFFSET(name));
	KUNIT_EXPECT_STREQ(test, check_one(made), "no name");
}

static void spec_of_unknown_kind(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.spec.kind = KAPI_KIND_NONE;
	KUNIT_EXPECT_STREQ(test, check_one(made), "unknown kind");
	made->one.spec.kind = KAPI_KIND_FUNCTION + 1;
	KUNIT_EXPECT_STREQ(test, check_one(made), "unknown kind");
}

static void spec_with_bad_number(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.spec.nr = S16_MAX;
	KUNIT_EXPECT_NULL(test, check_one(made));
	made->one.spec.nr = S16_MAX + 1;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bad number");
	made->one.spec.nr = -2;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bad number");
}

static void spec_with_unknown_result(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.spec.ret_type = KAPI_TYPE_CUSTOM + 1;
	KUNIT_EXPECT_STREQ(test, check_one(made), "unknown result");
	made->one.spec.ret_type = KAPI_TYPE_CUSTOM;
	made->one.spec.ret_check = KAPI_RETURN_NO_RETURN;
	KUNIT_EXPECT_NULL(test, check_one(made));
	made->one.spec.ret_check++;
	KUNIT_EXPECT_STREQ(test, check_one(made), "unknown result");
}

static void spec_with_too_many_params(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.spec.nr_params = KAPI_MAX_PARAMS + 1;
	KUNIT_EXPECT_STREQ(test, check_one(made), "too many parameters");
	made->one.spec.nr_params = KAPI_MAX_PARAMS;
	KUNIT_EXPECT_STREQ(test, check_one(made), "parameters outside the record");
	made->one.spec.nr_params = 7;
	made->one.spec.kind = KAPI_KIND_SYSCALL;
	KUNIT_EXPECT_STREQ(test, check_one(made), "too many parameters");
	made->one.spec.nr_params = 6;
	KUNIT_EXPECT_STREQ(test, check_one(made), "parameters outside the record");
}

static void spec_with_params_outside(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.spec.params = sizeof(made->one) - sizeof(struct kapi_param);
	KUNIT_EXPECT_STREQ(test, check_one(made), "parameters outside the record");
	made->one.spec.params = sizeof(made->one) + 8;
	KUNIT_EXPECT_STREQ(test, check_one(made), "parameters outside the record");
	made->one.spec.params = OFFSET(params) + 4;
	KUNIT_EXPECT_STREQ(test, check_one(made), "parameters outside the record");
	/* The head is no parameter. */
	made->one.spec.params = 0;
	KUNIT_EXPECT_STREQ(test, check_one(made), "parameters outside the record");
}

static void spec_with_errnos_outside(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.spec.nr_errnos = sizeof(made->one) / sizeof(u16);
	KUNIT_EXPECT_STREQ(test, check_one(made), "errnos outside the record");
	made->one.spec.nr_errnos = 3;
	made->one.spec.errnos = OFFSET(errnos) - 1;
	KUNIT_EXPECT_STREQ(test, check_one(made), "errnos outside the record");
	made->one.spec.errnos = 0;
	KUNIT_EXPECT_STREQ(test, check_one(made), "errnos outside the record");
	made->one.spec.nr_errnos = 0;
	KUNIT_EXPECT_NULL(test, check_one(made));
}

static void spec_with_errnos_out_of_order(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.errnos[2] = made->one.errnos[1];
	KUNIT_EXPECT_STREQ(test, check_one(made), "errnos out of order");
}

static void spec_with_errnos_that_are_none(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.errnos[0] = 0;
	KUNIT_EXPECT_STREQ(test, check_one(made), "no errno");
	made->one.errnos[0] = 1;
	made->one.errnos[2] = MAX_ERRNO;
	KUNIT_EXPECT_NULL(test, check_one(made));
	made->one.errnos[2] = MAX_ERRNO + 1;
	KUNIT_EXPECT_STREQ(test, check_one(made), "no errno");
}

static void spec_with_nameless_param(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.params[2].name = 0;
	KUNIT_EXPECT_STREQ(test, check_one(made), "parameter without name");
}

static void spec_with_param_of_unknown_type(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.params[0].type = KAPI_TYPE_CUSTOM + 1;
	KUNIT_EXPECT_STREQ(test, check_one(made), "unknown type or constraint");
	made->one.params[0].type = KAPI_TYPE_CUSTOM;
	made->one.params[0].constraint = KAPI_CONSTRAINT_CUSTOM;
	KUNIT_EXPECT_NULL(test, check_one(made));
	made->one.params[0].constraint++;
	KUNIT_EXPECT_STREQ(test, check_one(made), "unknown type or constraint");
}

static void spec_with_odd_width(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.params[0].bits = 0;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bad parameter width");
	made->one.params[0].bits = 4;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bad parameter width");
	made->one.params[0].bits = 24;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bad parameter width");
	made->one.params[0].bits = 128;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bad parameter width");
}

static void spec_with_odd_alignment(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.params[0].constraint = KAPI_CONSTRAINT_ALIGNMENT;
	KUNIT_EXPECT_STREQ(test, check_one(made), "alignment is no power of two");
	made->one.params[0].lo = 12;
	KUNIT_EXPECT_STREQ(test, check_one(made), "alignment is no power of two");
	made->one.params[0].lo = 1ULL << 63;
	KUNIT_EXPECT_NULL(test, check_one(made));
}

static void spec_with_buffer_without_size(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.params[1].constraint = KAPI_CONSTRAINT_BUFFER;
	KUNIT_EXPECT_STREQ(test, check_one(made), "buffer without size parameter");
	made->one.params[1].size_param = 4;
	KUNIT_EXPECT_STREQ(test, check_one(made), "size parameter does not exist");
	made->one.params[1].size_param = 3;
	KUNIT_EXPECT_NULL(test, check_one(made));
}

static void spec_with_values_outside(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.params[0].constraint = KAPI_CONSTRAINT_ENUM;
	KUNIT_EXPECT_STREQ(test, check_one(made), "enum without values");
	made->one.params[0].nr_values = 3;
	made->one.params[0].values = sizeof(made->one) - 16;
	KUNIT_EXPECT_STREQ(test, check_one(made), "values outside the record");
	made->one.params[0].values = OFFSET(values) + 4;
	KUNIT_EXPECT_STREQ(test, check_one(made), "values outside the record");
	made->one.params[0].values = sizeof(made->one) - 24;
	KUNIT_EXPECT_NULL(test, check_one(made));
}

static void spec_with_bound_that_is_no_param(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.spec.flags = KAPI_SPEC_SUCCESS | KAPI_SPEC_HI_COUNT;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bound of the result is no parameter");
	made->one.spec.success_hi = 4;
	KUNIT_EXPECT_STREQ(test, check_one(made), "bound of the result is no parameter");
	made->one.spec.success_hi = 3;
	KUNIT_EXPECT_NULL(test, check_one(made));
}

/* Sources and lookups. */

static void source_finds_by_name(struct kunit *test)
{
	struct sample *made = sample(test);
	struct kapi_source *source = source_of(test, made);

	KUNIT_EXPECT_EQ(test, source->count, 2);
	KUNIT_EXPECT_PTR_EQ(test, kapi_source_find(source, "zz_one"), &made->one.spec);
	KUNIT_EXPECT_PTR_EQ(test, kapi_source_find(source, "aa_two"), &made->two.spec);
}

static void source_does_not_find_others(struct kunit *test)
{
	struct kapi_source *source = source_of(test, sample(test));

	KUNIT_EXPECT_NULL(test, kapi_source_find(source, "zz_on"));
	KUNIT_EXPECT_NULL(test, kapi_source_find(source, "zz_one2"));
	KUNIT_EXPECT_NULL(test, kapi_source_find(source, ""));
}

static void source_without_specs(struct kunit *test)
{
	struct sample *made = sample(test);
	struct kapi_source source = { .name = "test", .specs = made, .specs_size = 0 };

	KUNIT_EXPECT_EQ(test, 0, kapi_source_init(&source));
	KUNIT_EXPECT_EQ(test, source.count, 0);
	KUNIT_EXPECT_NULL(test, kapi_source_find(&source, "zz_one"));
}

static void source_leaves_out_a_bad_spec(struct kunit *test)
{
	struct sample *made = sample(test);
	struct kapi_source *source;

	made->one.spec.kind = KAPI_KIND_NONE;
	source = source_of(test, made);
	KUNIT_EXPECT_EQ(test, source->count, 1);
	KUNIT_EXPECT_NULL(test, kapi_source_find(source, "zz_one"));
	KUNIT_EXPECT_PTR_EQ(test, kapi_source_find(source, "aa_two"), &made->two.spec);
}

static void source_ends_at_a_bad_length(struct kunit *test)
{
	struct sample *both = kunit_kzalloc(test, 2 * sizeof(*both), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, both);
	both[0] = *sample(test);
	both[1] = both[0];
	/* There is a sound record where this one says that it ends, but the section ends before. */
	both[0].one.spec.length = sizeof(*both);
	KUNIT_EXPECT_EQ(test, source_of(test, both)->count, 0);
	both[0].one.spec.length = 0;
	both[0].head.count = U32_MAX;
	KUNIT_EXPECT_EQ(test, source_of(test, both)->count, 0);
}

static void source_that_promises_more(struct kunit *test)
{
	struct sample *made = sample(test);

	made->head.count = U32_MAX;
	KUNIT_EXPECT_EQ(test, source_of(test, made)->count, 2);
	made->head.count = 1;
	KUNIT_EXPECT_EQ(test, source_of(test, made)->count, 1);
}

static void source_keeps_the_first_of_one_name(struct kunit *test)
{
	const unsigned int count = 5;
	struct sample *many = kunit_kcalloc(test, count, sizeof(*many), GFP_KERNEL);
	struct kapi_source source = { .name = "test", .specs = many };
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, many);
	for (i = 0; i < count; i++)
		many[i] = *sample(test);
	source.specs_size = count * sizeof(*many);
	KUNIT_ASSERT_EQ(test, 0, kapi_source_init(&source));
	KUNIT_EXPECT_EQ(test, source.count, 2);
	KUNIT_EXPECT_PTR_EQ(test, kapi_source_find(&source, "aa_two"), &many[0].two.spec);
	KUNIT_EXPECT_PTR_EQ(test, kapi_source_find(&source, "zz_one"), &many[0].one.spec);
	kapi_source_exit(&source);
}

static void source_ends_at_a_bad_part(struct kunit *test)
{
	struct sample *both = kunit_kzalloc(test, 2 * sizeof(*both), GFP_KERNEL);
	struct kapi_source source = { .name = "test", .specs = both };

	KUNIT_ASSERT_NOT_NULL(test, both);
	both[0] = *sample(test);
	both[1] = both[0];
	strscpy(both[1].one.name, "mm_three", sizeof(both[1].one.name));
	both[1].head.magic[0] = 'X';
	source.specs_size = 2 * sizeof(*both);
	KUNIT_ASSERT_EQ(test, 0, kapi_source_init(&source));
	KUNIT_EXPECT_EQ(test, source.count, 2);
	KUNIT_EXPECT_NOT_NULL(test, kapi_source_find(&source, "aa_two"));
	KUNIT_EXPECT_NULL(test, kapi_source_find(&source, "mm_three"));
	kapi_source_exit(&source);
}

static void source_reads_all_parts(struct kunit *test)
{
	struct sample *both = kunit_kzalloc(test, 2 * sizeof(*both), GFP_KERNEL);
	struct kapi_source source = { .name = "test", .specs = both };

	KUNIT_ASSERT_NOT_NULL(test, both);
	both[0] = *sample(test);
	both[1] = both[0];
	strscpy(both[1].one.name, "mm_three", sizeof(both[1].one.name));
	strscpy(both[1].two.name, "nn_four", sizeof(both[1].two.name));
	source.specs_size = 2 * sizeof(*both);
	KUNIT_ASSERT_EQ(test, 0, kapi_source_init(&source));
	KUNIT_EXPECT_EQ(test, source.count, 4);
	KUNIT_EXPECT_PTR_EQ(test, kapi_source_find(&source, "mm_three"), &both[1].one.spec);
	kapi_source_exit(&source);
}

static struct kunit_case record_cases[] = {
	KUNIT_CASE(part_is_sound),
	KUNIT_CASE(part_truncated),
	KUNIT_CASE(part_misaligned),
	KUNIT_CASE(part_with_other_magic),
	KUNIT_CASE(part_of_another_machine),
	KUNIT_CASE(part_of_another_format),
	KUNIT_CASE(part_with_bad_length),
	KUNIT_CASE(spec_is_sound),
	KUNIT_CASE(spec_with_bad_length),
	KUNIT_CASE(spec_with_empty_name),
	KUNIT_CASE(spec_with_name_outside),
	KUNIT_CASE(spec_with_endless_name),
	KUNIT_CASE(spec_of_unknown_kind),
	KUNIT_CASE(spec_with_bad_number),
	KUNIT_CASE(spec_with_unknown_result),
	KUNIT_CASE(spec_with_too_many_params),
	KUNIT_CASE(spec_with_params_outside),
	KUNIT_CASE(spec_with_errnos_outside),
	KUNIT_CASE(spec_with_errnos_out_of_order),
	KUNIT_CASE(spec_with_errnos_that_are_none),
	KUNIT_CASE(spec_with_nameless_param),
	KUNIT_CASE(spec_with_param_of_unknown_type),
	KUNIT_CASE(spec_with_odd_width),
	KUNIT_CASE(spec_with_odd_alignment),
	KUNIT_CASE(spec_with_buffer_without_size),
	KUNIT_CASE(spec_with_values_outside),
	KUNIT_CASE(spec_with_bound_that_is_no_param),
	KUNIT_CASE(source_finds_by_name),
	KUNIT_CASE(source_does_not_find_others),
	KUNIT_CASE(source_without_specs),
	KUNIT_CASE(source_leaves_out_a_bad_spec),
	KUNIT_CASE(source_ends_at_a_bad_length),
	KUNIT_CASE(source_that_promises_more),
	KUNIT_CASE(source_keeps_the_first_of_one_name),
	KUNIT_CASE(source_ends_at_a_bad_part),
	KUNIT_CASE(source_reads_all_parts),
	{}
};

static struct kunit_suite record_suite = {
	.name = "kapi-records",
	.test_cases = record_cases,
};

/* What a record says of arguments. */

/* Whether value @a of a parameter made by @param keeps to its rule; @b is the parameter behind. */
static enum kapi_truth fits(struct kunit *test, struct kapi_param param, u64 a, u64 b)
{
	struct sample *made = sample(test);
	const u64 args[] = { a, b, 0 };

	param.name = OFFSET(param_names[0]);
	if (!param.bits)
		param.bits = 64;
	made->one.params[0] = param;
	KUNIT_ASSERT_NULL(test, check_one(made));
	return kapi_param_fits(&made->one.spec, 0, args);
}

#define EXPECT_FITS(test, param, a)	KUNIT_EXPECT_EQ(test, KAPI_TRUE, fits(test, param, a, 0))
#define EXPECT_BREAKS(test, param, a)	KUNIT_EXPECT_EQ(test, KAPI_FALSE, fits(test, param, a, 0))

static void range_unsigned(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_RANGE, .lo = 10, .hi = 20 };

	EXPECT_BREAKS(test, param, 9);
	EXPECT_FITS(test, param, 10);
	EXPECT_FITS(test, param, 20);
	EXPECT_BREAKS(test, param, 21);
	EXPECT_BREAKS(test, param, -1ULL);
}

static void range_signed(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_RANGE, .bits = 32,
					  .is_signed = 1, .lo = -20LL, .hi = -1LL };

	EXPECT_FITS(test, param, (u32)-20);
	EXPECT_FITS(test, param, (u32)-1);
	EXPECT_BREAKS(test, param, 5);
	EXPECT_BREAKS(test, param, (u32)-21);
	EXPECT_BREAKS(test, param, 0);
}

static void range_of_the_upper_half(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_RANGE, .lo = 1,
					  .hi = U64_MAX };

	EXPECT_BREAKS(test, param, 0);
	EXPECT_FITS(test, param, 1ULL << 63);
	EXPECT_FITS(test, param, U64_MAX);
}

static void dirty_upper_half_of_a_register(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_RANGE, .bits = 32,
					  .hi = 3 };

	EXPECT_FITS(test, param, 0x100000003ULL);
	EXPECT_BREAKS(test, param, 0x100000004ULL);
}

static void narrow_types(struct kunit *test)
{
	const struct kapi_param byte = { .constraint = KAPI_CONSTRAINT_RANGE, .bits = 8, .hi = 7 };
	const struct kapi_param sbyte = { .constraint = KAPI_CONSTRAINT_RANGE, .bits = 8,
					  .is_signed = 1, .lo = -128LL, .hi = -1LL };

	EXPECT_FITS(test, byte, 0x105);
	EXPECT_BREAKS(test, byte, 0x108);
	EXPECT_FITS(test, sbyte, 0x80);
	EXPECT_BREAKS(test, sbyte, 0x7f);
}

static void mask_inside_and_outside(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_MASK, .lo = 0xf0 };

	EXPECT_FITS(test, param, 0);
	EXPECT_FITS(test, param, 0xf0);
	EXPECT_BREAKS(test, param, 0x10f);
	EXPECT_BREAKS(test, param, 1ULL << 63);
}

static void mask_of_an_int(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_MASK, .bits = 32,
					  .is_signed = 1, .lo = 0x80000001 };

	EXPECT_FITS(test, param, (u64)S32_MIN);
	EXPECT_FITS(test, param, 0x80000001);
	EXPECT_BREAKS(test, param, 2);
}

static void enum_members(struct kunit *test)
{
	struct sample *made = sample(test);
	u64 args[3] = {};

	made->one.params[0].constraint = KAPI_CONSTRAINT_ENUM;
	made->one.params[0].is_signed = 1;
	made->one.params[0].values = OFFSET(values);
	made->one.params[0].nr_values = 3;
	made->one.values[0] = 4;
	made->one.values[1] = -1;
	made->one.values[2] = 25;
	KUNIT_ASSERT_NULL(test, check_one(made));
	args[0] = 4;
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_param_fits(&made->one.spec, 0, args));
	args[0] = 25;
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_param_fits(&made->one.spec, 0, args));
	args[0] = 0xffffffff;
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_param_fits(&made->one.spec, 0, args));
	args[0] = 5;
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, kapi_param_fits(&made->one.spec, 0, args));
}

static void power_of_two(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_POWER_OF_TWO };

	EXPECT_BREAKS(test, param, 0);
	EXPECT_FITS(test, param, 1);
	EXPECT_FITS(test, param, 1ULL << 63);
	EXPECT_BREAKS(test, param, 3);
	EXPECT_BREAKS(test, param, U64_MAX);
}

static void page_aligned(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_PAGE_ALIGNED };

	EXPECT_FITS(test, param, 0);
	EXPECT_FITS(test, param, 5 * PAGE_SIZE);
	EXPECT_BREAKS(test, param, PAGE_SIZE + 1);
	EXPECT_BREAKS(test, param, PAGE_SIZE / 2);
}

static void aligned_to_a_number(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_ALIGNMENT, .lo = 8 };

	EXPECT_FITS(test, param, 0);
	EXPECT_FITS(test, param, 24);
	EXPECT_BREAKS(test, param, 12);
}

static void nonzero(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_NONZERO, .bits = 32 };

	EXPECT_BREAKS(test, param, 0);
	EXPECT_BREAKS(test, param, 1ULL << 32);
	EXPECT_FITS(test, param, 1);
}

static void no_constraint(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_NONE };

	EXPECT_FITS(test, param, U64_MAX);
}

static void custom_is_unknown(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_CUSTOM };

	KUNIT_EXPECT_EQ(test, KAPI_UNKNOWN, fits(test, param, 0, 0));
}

static void parameter_that_does_not_exist(struct kunit *test)
{
	struct sample *made = sample(test);
	const u64 args[3] = {};

	KUNIT_EXPECT_EQ(test, KAPI_UNKNOWN, kapi_param_fits(&made->one.spec, 3, args));
}

static void buffer_of_no_bytes(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_BUFFER, .size_param = 2 };

	KUNIT_EXPECT_EQ(test, KAPI_TRUE, fits(test, param, 0, 0));
}

static void buffer_that_wraps(struct kunit *test)
{
	const struct kapi_param param = { .constraint = KAPI_CONSTRAINT_BUFFER, .size_param = 2 };

	KUNIT_EXPECT_EQ(test, KAPI_FALSE, fits(test, param, PAGE_SIZE, ULONG_MAX));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, fits(test, param, ULONG_MAX, 1));
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, fits(test, param, PAGE_SIZE, PAGE_SIZE));
}

/* A size of 32 bits in a register that holds more. */
static void buffer_with_a_narrow_size(struct kunit *test)
{
	struct sample *made = sample(test);
	const u64 args[] = { 0xffffffff00000010ULL, PAGE_SIZE, 0 };

	made->one.params[1].constraint = KAPI_CONSTRAINT_BUFFER;
	made->one.params[1].size_param = 1;
	KUNIT_ASSERT_NULL(test, check_one(made));
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_param_fits(&made->one.spec, 1, args));
}

/* Whether something is mapped there, and what, shows when it is used. */
static void user_pointers(struct kunit *test)
{
	static const u8 kinds[] = {
		KAPI_CONSTRAINT_USER_PTR, KAPI_CONSTRAINT_USER_STRING, KAPI_CONSTRAINT_USER_PATH,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct kapi_param param = { .constraint = kinds[i] };

		KUNIT_EXPECT_EQ(test, KAPI_UNKNOWN, fits(test, param, PAGE_SIZE, 0));
		if (BITS_PER_LONG == 32)
			EXPECT_BREAKS(test, param, 1ULL << 32);
		else if (!access_ok((const void __user *)ULONG_MAX, 0))
			EXPECT_BREAKS(test, param, ULONG_MAX);
	}
}

/* What a record says of results. */

static enum kapi_truth success(struct kunit *test, u8 check, u16 flags, s64 lo, s64 hi, s64 ret)
{
	struct sample *made = sample(test);
	const u64 args[] = { 0x100000005ULL, 100, 0 };

	made->one.spec.ret_check = check;
	made->one.spec.flags = flags;
	made->one.spec.success_lo = lo;
	made->one.spec.success_hi = hi;
	KUNIT_ASSERT_NULL(test, check_one(made));
	return kapi_result_is_success(&made->one.spec, args, ret);
}

static void result_exact(struct kunit *test)
{
	const u8 check = KAPI_RETURN_EXACT;

	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, check, KAPI_SPEC_SUCCESS, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, check, KAPI_SPEC_SUCCESS, 0, 0, 5));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, check, KAPI_SPEC_SUCCESS, 0, 0, -EBADF));
	KUNIT_EXPECT_EQ(test, KAPI_UNKNOWN, success(test, check, 0, 0, 0, 0));
}

static void result_range(struct kunit *test)
{
	const u8 check = KAPI_RETURN_RANGE;

	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, check, KAPI_SPEC_SUCCESS, 0, 100, 0));
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, check, KAPI_SPEC_SUCCESS, 0, 100, 50));
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, check, KAPI_SPEC_SUCCESS, 0, 100, 100));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, check, KAPI_SPEC_SUCCESS, 0, 100, 101));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, check, KAPI_SPEC_SUCCESS, 0, 100, -5000));
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, check, KAPI_SPEC_SUCCESS, -5, -1, -5));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, check, KAPI_SPEC_SUCCESS, -5, -1, 0));
}

static void result_up_to_a_count(struct kunit *test)
{
	const u16 flags = KAPI_SPEC_SUCCESS | KAPI_SPEC_HI_COUNT;
	const u8 check = KAPI_RETURN_RANGE;

	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, check, flags, 0, 2, 100));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, check, flags, 0, 2, 101));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, check, flags, 0, 2, -1));
	/* The first parameter has 32 bits, and the register more. */
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, check, flags, 0, 1, 5));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, check, flags, 0, 1, 6));
}

static void result_fd(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, KAPI_RETURN_FD, 0, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, KAPI_RETURN_FD, 0, 0, 0, INT_MAX));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, KAPI_RETURN_FD, 0, 0, 0, INT_MAX + 1LL));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, KAPI_RETURN_FD, 0, 0, 0, -EMFILE));
}

static void result_error_check(struct kunit *test)
{
	const u8 check = KAPI_RETURN_ERROR_CHECK;

	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, check, 0, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, success(test, check, 0, 0, 0, -MAX_ERRNO - 1));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, check, 0, 0, 0, -MAX_ERRNO));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, success(test, check, 0, 0, 0, -1));
}

static void errno_of_an_open_set(struct kunit *test)
{
	struct sample *made = sample(test);

	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_errno_listed(&made->one.spec, EINTR));
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_errno_listed(&made->one.spec, EBADF));
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_errno_listed(&made->one.spec, EINVAL));
	KUNIT_EXPECT_EQ(test, KAPI_UNKNOWN, kapi_errno_listed(&made->one.spec, ENOMEM));
}

static void errno_of_a_closed_set(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.spec.flags = KAPI_SPEC_CLOSED;
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_errno_listed(&made->one.spec, EBADF));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, kapi_errno_listed(&made->one.spec, ENOMEM));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, kapi_errno_listed(&made->one.spec, 1));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, kapi_errno_listed(&made->one.spec, 4095));
}

static void errno_aliases_are_one(struct kunit *test)
{
	struct sample *made = sample(test);

	made->one.errnos[1] = EAGAIN;
	KUNIT_ASSERT_NULL(test, check_one(made));
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_errno_listed(&made->one.spec, EWOULDBLOCK));
}

static struct kunit_case clause_cases[] = {
	KUNIT_CASE(range_unsigned),
	KUNIT_CASE(range_signed),
	KUNIT_CASE(range_of_the_upper_half),
	KUNIT_CASE(dirty_upper_half_of_a_register),
	KUNIT_CASE(narrow_types),
	KUNIT_CASE(mask_inside_and_outside),
	KUNIT_CASE(mask_of_an_int),
	KUNIT_CASE(enum_members),
	KUNIT_CASE(power_of_two),
	KUNIT_CASE(page_aligned),
	KUNIT_CASE(aligned_to_a_number),
	KUNIT_CASE(nonzero),
	KUNIT_CASE(no_constraint),
	KUNIT_CASE(custom_is_unknown),
	KUNIT_CASE(parameter_that_does_not_exist),
	KUNIT_CASE(buffer_of_no_bytes),
	KUNIT_CASE(buffer_that_wraps),
	KUNIT_CASE(buffer_with_a_narrow_size),
	KUNIT_CASE(user_pointers),
	KUNIT_CASE(result_exact),
	KUNIT_CASE(result_range),
	KUNIT_CASE(result_up_to_a_count),
	KUNIT_CASE(result_fd),
	KUNIT_CASE(result_error_check),
	KUNIT_CASE(errno_of_an_open_set),
	KUNIT_CASE(errno_of_a_closed_set),
	KUNIT_CASE(errno_aliases_are_one),
	{}
};

static struct kunit_suite clause_suite = {
	.name = "kapi-clauses",
	.test_cases = clause_cases,
};

/* The specs of this kernel. */

static void put_spec(void *spec)
{
	kapi_put_spec(spec);
}

static const struct kapi_spec *get(struct kunit *test, const char *name)
{
	const struct kapi_spec *spec = kapi_get_spec(name);

	KUNIT_ASSERT_NOT_NULL_MSG(test, spec, "no spec of %s", name);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, put_spec, (void *)spec));
	return spec;
}

static void image_has_read(struct kunit *test)
{
	const struct kapi_spec *spec = get(test, "sys_read");

	KUNIT_EXPECT_STREQ(test, kapi_spec_name(spec), "sys_read");
	KUNIT_EXPECT_EQ(test, spec->kind, KAPI_KIND_SYSCALL);
	KUNIT_EXPECT_EQ(test, spec->nr, __NR_read);
	KUNIT_EXPECT_EQ(test, spec->nr_params, 3);
	KUNIT_EXPECT_STREQ(test, kapi_param_name(spec, 2), "count");
	KUNIT_EXPECT_EQ(test, kapi_spec_params(spec)[1].size_param, 3);
	KUNIT_EXPECT_EQ(test, kapi_spec_params(spec)[2].hi, MAX_RW_COUNT);
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_errno_listed(spec, EBADF));
}

static void image_finds_by_number(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, kapi_get_syscall(__NR_read), get(test, "sys_read"));
	KUNIT_EXPECT_PTR_EQ(test, kapi_get_syscall(__NR_openat), get(test, "sys_openat"));
	KUNIT_EXPECT_NULL(test, kapi_get_syscall(-1));
	KUNIT_EXPECT_NULL(test, kapi_get_syscall(INT_MAX));
	KUNIT_EXPECT_NULL(test, kapi_get_syscall(__NR_getpid));
}

static void image_has_no_such_spec(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, kapi_get_spec(NULL));
	KUNIT_EXPECT_NULL(test, kapi_get_spec(""));
	KUNIT_EXPECT_NULL(test, kapi_get_spec("sys_no_such_call"));
	kapi_put_spec(NULL);
}

static void image_constants_are_those_of_headers(struct kunit *test)
{
	const struct kapi_param *flags = &kapi_spec_params(get(test, "sys_openat"))[2];
	const struct kapi_param *mode = &kapi_spec_params(get(test, "sys_openat"))[3];

	KUNIT_EXPECT_EQ(test, flags->constraint, KAPI_CONSTRAINT_MASK);
	KUNIT_EXPECT_EQ(test, flags->lo, (u64)VALID_OPEN_FLAGS);
	KUNIT_EXPECT_EQ(test, flags->outcome, KAPI_OUTCOME_IGNORED);
	KUNIT_EXPECT_EQ(test, mode->lo, (u64)S_IALLUGO);
	KUNIT_EXPECT_EQ(test, mode->bits, 8 * sizeof(umode_t));
}

static void image_closed_set(struct kunit *test)
{
	const struct kapi_spec *spec = get(test, "sys_dup2");

	KUNIT_EXPECT_TRUE(test, spec->flags & KAPI_SPEC_CLOSED);
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_errno_listed(spec, EBUSY));
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, kapi_errno_listed(spec, EMFILE));
}

static void image_function(struct kunit *test)
{
	const struct kapi_spec *spec = get(test, "get_unused_fd_flags");

	KUNIT_EXPECT_EQ(test, spec->kind, KAPI_KIND_FUNCTION);
	KUNIT_EXPECT_EQ(test, spec->nr, -1);
}

static void image_madvise_values(struct kunit *test)
{
	const struct kapi_spec *spec = kapi_get_spec("sys_madvise");
	u64 args[] = { 0, 0, MADV_DONTNEED };

	if (!spec)
		kunit_skip(test, "built without CONFIG_ADVISE_SYSCALLS");
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_param_fits(spec, 2, args));
	args[2] = MADV_NORMAL;
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_param_fits(spec, 2, args));
	args[2] = MADV_SOFT_OFFLINE;
	KUNIT_EXPECT_EQ(test, KAPI_TRUE, kapi_param_fits(spec, 2, args));
	args[2] = 9999;
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, kapi_param_fits(spec, 2, args));
	args[2] |= 1ULL << 40;
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, kapi_param_fits(spec, 2, args));
	args[0] = 1;
	KUNIT_EXPECT_EQ(test, KAPI_FALSE, kapi_param_fits(spec, 0, args));
}

static void image_specs_are_sound(struct kunit *test)
{
	static const char * const names[] = {
		"sys_open", "sys_openat", "sys_close", "sys_read", "sys_write", "sys_dup2",
		"get_unused_fd_flags",
	};
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const struct kapi_spec *spec = get(test, names[i]);

		KUNIT_EXPECT_NULL(test, kapi_check_spec(spec, spec->length));
		KUNIT_EXPECT_GT(test, spec->nr_errnos, 0);
		for (j = 0; j < spec->nr_errnos; j++)
			KUNIT_EXPECT_LE(test, kapi_spec_errnos(spec)[j], MAX_ERRNO);
	}
}

static struct kunit_case image_cases[] = {
	KUNIT_CASE(image_has_read),
	KUNIT_CASE(image_finds_by_number),
	KUNIT_CASE(image_has_no_such_spec),
	KUNIT_CASE(image_constants_are_those_of_headers),
	KUNIT_CASE(image_closed_set),
	KUNIT_CASE(image_function),
	KUNIT_CASE(image_madvise_values),
	KUNIT_CASE(image_specs_are_sound),
	{}
};

static struct kunit_suite image_suite = {
	.name = "kapi-image",
	.test_cases = image_cases,
};

kunit_test_suites(&record_suite, &clause_suite, &image_suite);

MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of kernel API specifications");
