// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the files in debugfs: what a source brings is there, and gone when it goes.
 *
 * Copyright (C) 2026 The kapi authors
 *
 * Reading a file of debugfs takes user memory, which a test has not. So the cases look up the files
 * and see which bytes debugfs has been given for each.
 */
#include <kunit/test.h>
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>

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
};

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

static int init_case(struct kunit *test)
{
	struct sample *made = kunit_kzalloc(test, sizeof(*made), GFP_KERNEL);
	struct dentry *dir = debugfs_lookup("kapi", NULL);

	KUNIT_ASSERT_NOT_NULL(test, made);
	if (!dir)
		kunit_skip(test, "debugfs is switched off");
	dput(dir);
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
}

/* Shows the sample. */
static struct sample *show(struct kunit *test)
{
	struct sample *made = test->priv;

	KUNIT_ASSERT_EQ(test, 0, kapi_source_init(&made->source));
	kapi_debugfs_add(&made->source);
	return made;
}

static struct dentry *look_up(struct dentry *parent, const char *name)
{
	struct dentry *found = parent ? debugfs_lookup(name, parent) : NULL;

	dput(parent);
	return found;
}

static struct dentry *folder(const char *name)
{
	return look_up(debugfs_lookup("kapi", NULL), name);
}

/* The folder with the sections of the sample. */
static struct dentry *section(void)
{
	return look_up(folder("sections"), "kapi_test_source");
}

/* What debugfs has been given for a file: its bytes, as long as it is there. NULL if it is not. */
static const struct debugfs_blob_wrapper *blob_in(struct dentry *dir, const char *name)
{
	struct dentry *found = look_up(dir, name);
	const struct debugfs_blob_wrapper *blob = found ? d_inode(found)->i_private : NULL;

	dput(found);
	return blob;
}

static bool holds(const struct debugfs_blob_wrapper *blob, const void *data, size_t size)
{
	return blob && blob->size == size && !memcmp(blob->data, data, size);
}

/* The text of kapi/list. */
static char *list_of(struct kunit *test)
{
	const size_t size = 64 << 10;
	struct seq_file m = { .size = size };

	m.buf = kunit_kzalloc(test, size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m.buf);
	KUNIT_EXPECT_EQ(test, 0, kapi_list_show(&m, NULL));
	KUNIT_ASSERT_LT(test, m.count, size);
	return m.buf;
}

static void files_hold_the_texts(struct kunit *test)
{
	show(test);
	KUNIT_EXPECT_TRUE(test, holds(blob_in(folder("specs"), "zz_seen"), "a text\n", 7));
	KUNIT_EXPECT_TRUE(test, holds(blob_in(folder("specs"), "aa_seen"), "a text\n", 7));
	KUNIT_EXPECT_TRUE(test, holds(blob_in(folder("specs-json"), "zz_seen"), "[json]\n", 7));
	KUNIT_EXPECT_TRUE(test, holds(blob_in(folder("specs-json"), "aa_seen"), "[json]\n", 7));
}

static void files_can_only_be_read(struct kunit *test)
{
	struct dentry *found;

	show(test);
	found = look_up(folder("specs"), "zz_seen");
	KUNIT_ASSERT_NOT_NULL(test, found);
	KUNIT_EXPECT_EQ(test, d_inode(found)->i_mode & 0777, 0444);
	dput(found);
}

static void sections_are_shown_as_they_are(struct kunit *test)
{
	struct sample *made = show(test);

	KUNIT_EXPECT_TRUE(test, holds(blob_in(section(), "specs"), &made->records,
				      sizeof(made->records)));
	KUNIT_EXPECT_TRUE(test, holds(blob_in(section(), "prose"), made->texts,
				      sizeof(made->texts)));
}

static void list_names_them_in_link_order(struct kunit *test)
{
	char *text;

	show(test);
	text = list_of(test);
	KUNIT_EXPECT_PTR_EQ(test, text,
			    strstr(text, "Available Kernel API Specifications\n"
					 "===================================\n\n"));
	KUNIT_ASSERT_NOT_NULL(test, strstr(text, "\nzz_seen - summary\naa_seen - summary\n"));
	/* vmlinux came first. */
	KUNIT_EXPECT_NULL(test, strstr(strstr(text, "zz_seen - "), "\nsys_read - "));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\n\nTotal: "));
}

static void files_go_with_their_source(struct kunit *test)
{
	struct sample *made = show(test);

	kapi_debugfs_remove(&made->source);
	KUNIT_EXPECT_NULL(test, blob_in(folder("specs"), "zz_seen"));
	KUNIT_EXPECT_NULL(test, blob_in(folder("specs-json"), "aa_seen"));
	KUNIT_EXPECT_NULL(test, section());
	KUNIT_EXPECT_NULL(test, strstr(list_of(test), "zz_seen"));
	/* Once is enough. */
	kapi_debugfs_remove(&made->source);
}

static void source_without_prose(struct kunit *test)
{
	struct sample *made = test->priv;

	made->source.prose = NULL;
	made->source.prose_size = 0;
	show(test);
	KUNIT_EXPECT_NULL(test, blob_in(folder("specs"), "zz_seen"));
	KUNIT_EXPECT_TRUE(test, holds(blob_in(section(), "specs"), &made->records,
				      sizeof(made->records)));
}

/* Shows the sample, and takes it away again: which of the two texts are there meanwhile? */
static void expect_shown(struct kunit *test, bool first, bool second)
{
	struct sample *made = show(test);

	KUNIT_EXPECT_EQ(test, first, !!blob_in(folder("specs"), "zz_seen"));
	KUNIT_EXPECT_EQ(test, second, !!blob_in(folder("specs"), "aa_seen"));
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
	made->texts[0].line[7] = '\0';
	/* The name goes on behind its end. */
	made->texts[0].head.name_size = 2;
	made->texts[0].head.line_size = 4;
	expect_shown(test, false, true);
}

static void texts_misaligned(struct kunit *test)
{
	struct sample *made = test->priv;
	const size_t size = sizeof(made->texts[1]);
	void *moved = kunit_kzalloc(test, size + 4, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, moved);
	made->source.prose = memcpy(moved + 4, &made->texts[1], size);
	made->source.prose_size = size;
	expect_shown(test, false, false);
	made->source.prose = memcpy(moved, &made->texts[1], size);
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
	head->length = sizeof(made->texts[0]) + 4;
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

static void source_is_shown_whole_or_not_at_all(struct kunit *test)
{
	struct sample *made = test->priv;

	/* No file has such a name, so the second one cannot be made. */
	strscpy(made->records.specs[1].name, "a/b", sizeof(made->records.specs[1].name));
	strscpy(made->texts[1].name, "a/b", sizeof(made->texts[1].name));
	made->texts[1].head.name_size = 3;
	made->texts[1].head.line_size = 11;
	show(test);
	KUNIT_EXPECT_NULL(test, blob_in(folder("specs"), "zz_seen"));
	KUNIT_EXPECT_NULL(test, blob_in(folder("specs-json"), "zz_seen"));
	KUNIT_EXPECT_NULL(test, section());
	KUNIT_EXPECT_NULL(test, strstr(list_of(test), "zz_seen"));
}

static void names_that_are_taken(struct kunit *test)
{
	struct sample *made = test->priv;

	strscpy(made->records.specs[1].name, "zz_seen", sizeof(made->records.specs[1].name));
	strscpy(made->texts[1].name, "zz_seen", sizeof(made->texts[1].name));
	made->texts[1].head.digest = 100;
	strscpy(made->texts[1].text, "second\n", sizeof(made->texts[1].text));
	show(test);
	KUNIT_EXPECT_TRUE(test, holds(blob_in(folder("specs"), "zz_seen"), "a text\n", 7));
	KUNIT_EXPECT_NOT_NULL(test, section());
}

static void files_of_this_kernel(struct kunit *test)
{
	static const char title[] = "Kernel API Specification\n"
				    "========================\n\n"
				    "Name: sys_read\n";
	const struct debugfs_blob_wrapper *text = blob_in(folder("specs"), "sys_read");
	const struct debugfs_blob_wrapper *json = blob_in(folder("specs-json"), "sys_read");

	KUNIT_ASSERT_NOT_NULL(test, text);
	KUNIT_ASSERT_NOT_NULL(test, json);
	KUNIT_EXPECT_NOT_NULL(test, strstr(list_of(test), "\nsys_read - "));
	KUNIT_ASSERT_GT(test, text->size, sizeof(title));
	KUNIT_EXPECT_MEMEQ(test, text->data, title, sizeof(title) - 1);
	KUNIT_EXPECT_NOT_NULL(test, strnstr(json->data, "\"sys_read\"", json->size));
}

static struct kunit_case debugfs_cases[] = {
	KUNIT_CASE(files_hold_the_texts),
	KUNIT_CASE(files_can_only_be_read),
	KUNIT_CASE(sections_are_shown_as_they_are),
	KUNIT_CASE(list_names_them_in_link_order),
	KUNIT_CASE(files_go_with_their_source),
	KUNIT_CASE(source_without_prose),
	KUNIT_CASE(texts_of_another_spec),
	KUNIT_CASE(texts_without_end),
	KUNIT_CASE(texts_misaligned),
	KUNIT_CASE(texts_with_bad_magic),
	KUNIT_CASE(texts_with_bad_length),
	KUNIT_CASE(texts_longer_than_their_entry),
	KUNIT_CASE(last_texts_are_cut_off),
	KUNIT_CASE(source_is_shown_whole_or_not_at_all),
	KUNIT_CASE(names_that_are_taken),
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
