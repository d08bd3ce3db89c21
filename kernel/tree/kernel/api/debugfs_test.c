// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the files in debugfs: what a source brings is there, and gone when it goes.
 *
 * Copyright (C) 2026 The kapi authors
 *
 * The cases read the files through a mount and user memory of their own, and need no user space.
 */
#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "internal.h"

/* Two records without parameters, and their texts. */
struct records {
	struct kapi_part head;
	struct {
		struct kapi_spec spec;
		char name[8];
	} specs[2];
};

struct texts {
	struct kapi_prose head;
	char name[8];
	char line[8];
	char text[8];
	char json[8];
};

struct sample {
	struct records records;
	struct texts texts[2];
	struct kapi_source source;
	struct vfsmount *mount;
	char __user *buffer;
};

#define BUFFER_SIZE	(256 << 10)

static void fill_record(struct sample *made, unsigned int index, const char *name)
{
	struct kapi_spec *spec = &made->records.specs[index].spec;

	spec->length = sizeof(made->records.specs[index]);
	spec->digest = 100 + index;
	spec->nr = -1;
	spec->kind = KAPI_KIND_FUNCTION;
	spec->name = sizeof(*spec);
	strscpy(made->records.specs[index].name, name, sizeof(made->records.specs[index].name));
}

static void fill_texts(struct sample *made, unsigned int index, const char *name)
{
	struct texts *texts = &made->texts[index];

	memcpy(texts->head.magic, KAPI_PROSE_MAGIC, sizeof(texts->head.magic));
	texts->head.digest = 100 + index;
	texts->head.length = sizeof(*texts);
	texts->head.name_size = 7;
	texts->head.line_size = 7;
	texts->head.text_size = 7;
	texts->head.json_size = 7;
	strscpy(texts->name, name, sizeof(texts->name));
	strscpy(texts->line, "summary", sizeof(texts->line));
	strscpy(texts->text, "a text\n", sizeof(texts->text));
	strscpy(texts->json, "[json]\n", sizeof(texts->json));
}

/* What it takes to read a file of debugfs. */
static void prepare_reading(struct kunit *test, struct sample *made)
{
	struct file_system_type *type = get_fs_type("debugfs");
	struct dentry *dir = debugfs_lookup("kapi", NULL);

	if (!dir)
		kunit_skip(test, "debugfs is switched off");
	dput(dir);
	made->buffer = (char __user *)kunit_vm_mmap(test, NULL, 0, BUFFER_SIZE,
						    PROT_READ | PROT_WRITE,
						    MAP_ANONYMOUS | MAP_PRIVATE, 0);
	if (!made->buffer)
		kunit_skip(test, "no user memory for kernel threads");
	/* debugfs is part of vmlinux, so there is nothing to put. */
	KUNIT_ASSERT_NOT_NULL(test, type);
	made->mount = kern_mount(type);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, made->mount);
}

static int init_case(struct kunit *test)
{
	struct sample *made = kunit_kzalloc(test, sizeof(*made), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, made);
	prepare_reading(test, made);
	made->records.head = (struct kapi_part) {
		.magic = { 'K', 'A', 'P', 'I', 'S', 'P', 'E', 'C' },
		.byte_order = KAPI_BYTE_ORDER,
		.format = KAPI_FORMAT,
		.word_size = sizeof(long),
		.spec_size = sizeof(struct kapi_spec),
		.param_size = sizeof(struct kapi_param),
		.head_size = sizeof(struct kapi_part),
		.length = sizeof(made->records),
		.count = 2,
	};
	fill_record(made, 0, "zz_seen");
	fill_record(made, 1, "aa_seen");
	fill_texts(made, 0, "zz_seen");
	fill_texts(made, 1, "aa_seen");
	made->source.name = "kapi_test_source";
	made->source.specs = &made->records;
	made->source.specs_size = sizeof(made->records);
	made->source.prose = made->texts;
	made->source.prose_size = sizeof(made->texts);
	test->priv = made;
	return 0;
}

static void exit_case(struct kunit *test)
{
	struct sample *made = test->priv;

	if (!made)
		return;
	kapi_debugfs_remove(&made->source);
	kapi_source_exit(&made->source);
	kern_unmount(made->mount);
}

/* Shows the sample. */
static struct sample *show(struct kunit *test)
{
	struct sample *made = test->priv;

	KUNIT_ASSERT_EQ(test, 0, kapi_source_init(&made->source));
	kapi_debugfs_add(&made->source);
	return made;
}

/* The content of a file below kapi, NULL if there is none. */
static char *content(struct kunit *test, const char *name)
{
	struct sample *made = test->priv;
	const struct path root = { .mnt = made->mount, .dentry = made->mount->mnt_root };
	char *text = kunit_kzalloc(test, BUFFER_SIZE + 1, GFP_KERNEL);
	struct file *file;
	loff_t pos = 0;
	char path[64];
	ssize_t got;

	KUNIT_ASSERT_NOT_NULL(test, text);
	snprintf(path, sizeof(path), "kapi/%s", name);
	file = file_open_root(&root, path, O_RDONLY, 0);
	if (IS_ERR(file))
		return NULL;
	do {
		got = file->f_op->read(file, made->buffer + pos, BUFFER_SIZE - pos, &pos);
	} while (got > 0);
	fput(file);
	KUNIT_EXPECT_EQ(test, got, 0);
	KUNIT_EXPECT_EQ(test, 0, copy_from_user(text, made->buffer, pos));
	return text;
}

static void files_hold_the_texts(struct kunit *test)
{
	show(test);
	KUNIT_EXPECT_STREQ(test, content(test, "specs/zz_seen"), "a text\n");
	KUNIT_EXPECT_STREQ(test, content(test, "specs/aa_seen"), "a text\n");
	KUNIT_EXPECT_STREQ(test, content(test, "specs-json/zz_seen"), "[json]\n");
	KUNIT_EXPECT_STREQ(test, content(test, "specs-json/aa_seen"), "[json]\n");
}

static void sections_are_shown_as_they_are(struct kunit *test)
{
	struct sample *made = show(test);
	char *specs = content(test, "sections/kapi_test_source/specs");
	char *prose = content(test, "sections/kapi_test_source/prose");

	KUNIT_ASSERT_NOT_NULL(test, specs);
	KUNIT_ASSERT_NOT_NULL(test, prose);
	KUNIT_EXPECT_MEMEQ(test, specs, &made->records, sizeof(made->records));
	KUNIT_EXPECT_MEMEQ(test, prose, made->texts, sizeof(made->texts));
}

static void list_names_them_in_link_order(struct kunit *test)
{
	char *text;

	show(test);
	text = content(test, "list");
	KUNIT_ASSERT_NOT_NULL(test, text);
	KUNIT_EXPECT_PTR_EQ(test, text,
			    strstr(text, "Available Kernel API Specifications\n"
					 "===================================\n\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nzz_seen - summary\naa_seen - summary\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\n\nTotal: "));
}

static void files_go_with_their_source(struct kunit *test)
{
	struct sample *made = show(test);

	kapi_debugfs_remove(&made->source);
	KUNIT_EXPECT_NULL(test, content(test, "specs/zz_seen"));
	KUNIT_EXPECT_NULL(test, content(test, "specs-json/aa_seen"));
	KUNIT_EXPECT_NULL(test, content(test, "sections/kapi_test_source"));
	KUNIT_EXPECT_NULL(test, strstr(content(test, "list"), "zz_seen"));
	/* Once is enough. */
	kapi_debugfs_remove(&made->source);
}

static void source_without_prose(struct kunit *test)
{
	struct sample *made = test->priv;

	made->source.prose = NULL;
	made->source.prose_size = 0;
	show(test);
	KUNIT_EXPECT_NULL(test, content(test, "specs/zz_seen"));
	KUNIT_EXPECT_NOT_NULL(test, content(test, "sections/kapi_test_source/specs"));
}

/* Shows the sample, and takes it away again: which of the two texts are there meanwhile? */
static void expect_shown(struct kunit *test, bool first, bool second)
{
	struct sample *made = show(test);

	KUNIT_EXPECT_EQ(test, first, !!content(test, "specs/zz_seen"));
	KUNIT_EXPECT_EQ(test, second, !!content(test, "specs/aa_seen"));
	kapi_debugfs_remove(&made->source);
	kapi_source_exit(&made->source);
}

static void texts_of_another_spec(struct kunit *test)
{
	struct sample *made = test->priv;

	made->texts[0].head.digest++;
	expect_shown(test, false, true);
	made->texts[0].head.digest--;
	strscpy(made->texts[0].name, "no_such", sizeof(made->texts[0].name));
	expect_shown(test, false, true);
}

static void texts_without_end(struct kunit *test)
{
	struct sample *made = test->priv;

	made->texts[0].name[7] = 'x';
	expect_shown(test, false, true);
	made->texts[0].name[7] = '\0';
	made->texts[0].line[7] = 'x';
	expect_shown(test, false, true);
}

static void texts_with_bad_magic(struct kunit *test)
{
	struct sample *made = test->priv;

	made->texts[0].head.magic[0]++;
	expect_shown(test, false, false);
}

static void texts_with_bad_length(struct kunit *test)
{
	struct sample *made = test->priv;
	struct kapi_prose *head = &made->texts[0].head;

	head->length = sizeof(*head) - 8;
	expect_shown(test, false, false);
	head->length = sizeof(made->texts) + 8;
	expect_shown(test, false, false);
	head->length = sizeof(made->texts[0]) - 1;
	expect_shown(test, false, false);
	head->length = sizeof(made->texts[0]);
	expect_shown(test, true, true);
}

static void texts_longer_than_their_entry(struct kunit *test)
{
	struct sample *made = test->priv;
	struct kapi_prose *head = &made->texts[0].head;

	head->json_size++;
	expect_shown(test, false, false);
	head->json_size = U32_MAX;
	head->text_size = U32_MAX;
	expect_shown(test, false, false);
}

static void last_texts_are_cut_off(struct kunit *test)
{
	struct sample *made = test->priv;

	made->source.prose_size -= 8;
	expect_shown(test, true, false);
	made->source.prose_size = sizeof(made->texts[0]) + sizeof(struct kapi_prose) - 1;
	expect_shown(test, true, false);
}

static void files_of_this_kernel(struct kunit *test)
{
	char *list = content(test, "list");
	char *text = content(test, "specs/sys_read");
	char *json = content(test, "specs-json/sys_read");

	KUNIT_ASSERT_NOT_NULL(test, list);
	KUNIT_ASSERT_NOT_NULL(test, text);
	KUNIT_ASSERT_NOT_NULL(test, json);
	KUNIT_EXPECT_NOT_NULL(test, strstr(list, "\nsys_read - "));
	KUNIT_EXPECT_PTR_EQ(test, text, strstr(text, "Kernel API Specification\n"
						     "========================\n\n"
						     "Name: sys_read\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(json, "\"sys_read\""));
}

static struct kunit_case debugfs_cases[] = {
	KUNIT_CASE(files_hold_the_texts),
	KUNIT_CASE(sections_are_shown_as_they_are),
	KUNIT_CASE(list_names_them_in_link_order),
	KUNIT_CASE(files_go_with_their_source),
	KUNIT_CASE(source_without_prose),
	KUNIT_CASE(texts_of_another_spec),
	KUNIT_CASE(texts_without_end),
	KUNIT_CASE(texts_with_bad_magic),
	KUNIT_CASE(texts_with_bad_length),
	KUNIT_CASE(texts_longer_than_their_entry),
	KUNIT_CASE(last_texts_are_cut_off),
	KUNIT_CASE(files_of_this_kernel),
	{}
};

static struct kunit_suite debugfs_suite = {
	.name = "kapi-debugfs",
	.init = init_case,
	.exit = exit_case,
	.test_cases = debugfs_cases,
};

kunit_test_suite(debugfs_suite);

MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of specifications in debugfs");
