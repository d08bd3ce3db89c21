// SPDX-License-Identifier: GPL-2.0
/*
 * Shows specifications under debugfs: kapi/list, kapi/specs/NAME, kapi/specs-json/NAME and the raw
 * sections as kapi/sections/SOURCE/{specs,prose}.
 *
 * Copyright (C) 2026 The kapi authors
 *
 * The texts were made when the kernel was built and lie in section .kapi_prose; here bytes are
 * copied and nothing is formatted. A source is shown whole, or without a word not at all.
 */
#include <kunit/visibility.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "internal.h"

/*
 * The prose of one spec, found once when its source comes.
 *
 * Files of a source are removed before its section goes away; debugfs makes sure that nobody reads
 * a removed file.
 */
struct entry {
	struct debugfs_blob_wrapper text;
	struct debugfs_blob_wrapper json;
	struct dentry *text_file;
	struct dentry *json_file;
	const char *name;
	const char *line;
};

/**
 * struct kapi_view - the files of one source
 * @link:	in the list of all views, for kapi/list; under views_lock
 * @specs:	section .kapi_specs
 * @prose:	section .kapi_prose
 * @dir:	kapi/sections/SOURCE
 * @count:	number of @entries
 * @entries:	one for each usable spec that has prose
 */
struct kapi_view {
	struct list_head link;
	struct debugfs_blob_wrapper specs;
	struct debugfs_blob_wrapper prose;
	struct dentry *dir;
	unsigned int count;
	struct entry entries[] __counted_by(count);
};

static LIST_HEAD(views);
static DEFINE_MUTEX(views_lock);
static struct dentry *specs_dir, *json_dir, *sections_dir;

/* The layout is read by programs; another one needs another magic. */
static_assert(sizeof(struct kapi_prose) == 40);

static bool is_sound(const struct kapi_prose *prose, size_t room)
{
	u64 texts;

	if (!IS_ALIGNED((unsigned long)prose, 8) || room < sizeof(*prose) ||
	    memcmp(prose->magic, KAPI_PROSE_MAGIC, sizeof(prose->magic)) ||
	    prose->length < sizeof(*prose) || prose->length > room || prose->length % 8)
		return false;
	texts = (u64)prose->name_size + prose->line_size + prose->text_size + prose->json_size + 4;
	return texts <= prose->length - sizeof(*prose);
}

static const struct kapi_prose *next_prose(const struct kapi_source *source,
					   const struct kapi_prose *prose)
{
	const void *at = prose ? (const void *)prose + prose->length : source->prose;
	const void *end = source->prose + source->prose_size;

	return at && is_sound(at, end - at) ? at : NULL;
}

/* The usable spec that a prose entry tells about; its texts end with a NUL each. */
static bool read_prose(const struct kapi_source *source, const struct kapi_prose *prose,
		       struct entry *entry)
{
	const char *name = (const char *)(prose + 1);
	const char *line = name + prose->name_size + 1;
	const char *text = line + prose->line_size + 1;
	const char *json = text + prose->text_size + 1;
	const struct kapi_spec *spec;

	if (name[prose->name_size] || line[prose->line_size])
		return false;
	spec = kapi_source_find(source, name);
	if (!spec || spec->digest != prose->digest)
		return false;
	entry->name = name;
	entry->line = line;
	entry->text.data = (void *)text;
	entry->text.size = prose->text_size;
	entry->json.data = (void *)json;
	entry->json.size = prose->json_size;
	return true;
}

static unsigned int count_prose(const struct kapi_source *source)
{
	const struct kapi_prose *prose = NULL;
	unsigned int count = 0;

	while ((prose = next_prose(source, prose)))
		count++;
	return count;
}

static struct kapi_view *make_view(const struct kapi_source *source)
{
	const struct kapi_prose *prose = NULL;
	unsigned int room = count_prose(source);
	struct kapi_view *view;
	unsigned int filled = 0;

	view = kzalloc(struct_size(view, entries, room), GFP_KERNEL);
	if (!view)
		return NULL;
	view->count = room;
	while (filled < room && (prose = next_prose(source, prose)))
		if (read_prose(source, prose, &view->entries[filled]))
			filled++;
	view->count = filled;
	view->specs.data = (void *)source->specs;
	view->specs.size = source->specs_size;
	view->prose.data = (void *)source->prose;
	view->prose.size = source->prose_size;
	return view;
}

VISIBLE_IF_KUNIT int kapi_list_show(struct seq_file *m, void *unused)
{
	const struct kapi_view *view;
	unsigned int total = 0;
	unsigned int i;

	seq_puts(m, "Available Kernel API Specifications\n");
	seq_puts(m, "===================================\n\n");
	mutex_lock(&views_lock);
	list_for_each_entry(view, &views, link) {
		for (i = 0; i < view->count; i++)
			seq_printf(m, "%s - %s\n", view->entries[i].name, view->entries[i].line);
		total += view->count;
	}
	mutex_unlock(&views_lock);
	seq_printf(m, "\nTotal: %u specifications\n", total);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(kapi_list_show);
DEFINE_SHOW_ATTRIBUTE(kapi_list);

/* Is a file there? One whose name is taken is: that of the source that came first. */
static bool is_there(const struct dentry *file)
{
	return !IS_ERR(file) || PTR_ERR(file) == -EEXIST;
}

static bool make_files(struct kapi_view *view, const char *name)
{
	unsigned int i;

	for (i = 0; i < view->count; i++) {
		struct entry *entry = &view->entries[i];

		entry->text_file = debugfs_create_blob(entry->name, 0444, specs_dir, &entry->text);
		entry->json_file = debugfs_create_blob(entry->name, 0444, json_dir, &entry->json);
		if (!is_there(entry->text_file) || !is_there(entry->json_file))
			return false;
	}
	view->dir = debugfs_create_dir(name, sections_dir);
	return is_there(debugfs_create_blob("specs", 0444, view->dir, &view->specs)) &&
	       is_there(debugfs_create_blob("prose", 0444, view->dir, &view->prose));
}

/* Waits until nobody reads the files. */
static void free_view(struct kapi_view *view)
{
	unsigned int i;

	for (i = 0; i < view->count; i++) {
		debugfs_remove(view->entries[i].text_file);
		debugfs_remove(view->entries[i].json_file);
	}
	debugfs_remove(view->dir);
	kfree(view);
}

/**
 * kapi_debugfs_add() - show the specs of a source
 * @source: whose records and prose do not change until kapi_debugfs_remove()
 */
void kapi_debugfs_add(struct kapi_source *source)
{
	struct kapi_view *view = make_view(source);

	if (!view)
		return;
	if (!make_files(view, source->name)) {
		free_view(view);
		return;
	}
	source->view = view;
	mutex_lock(&views_lock);
	list_add_tail(&view->link, &views);
	mutex_unlock(&views_lock);
}
EXPORT_SYMBOL_IF_KUNIT(kapi_debugfs_add);

/**
 * kapi_debugfs_remove() - take away what kapi_debugfs_add() made
 * @source: the source
 *
 * Waits until nobody reads its files.
 */
void kapi_debugfs_remove(struct kapi_source *source)
{
	struct kapi_view *view = source->view;

	if (!view)
		return;
	source->view = NULL;
	mutex_lock(&views_lock);
	list_del(&view->link);
	mutex_unlock(&views_lock);
	free_view(view);
}
EXPORT_SYMBOL_IF_KUNIT(kapi_debugfs_remove);

/**
 * kapi_debugfs_init() - make the folders, before any source comes
 */
void __init kapi_debugfs_init(void)
{
	struct dentry *dir = debugfs_create_dir("kapi", NULL);

	specs_dir = debugfs_create_dir("specs", dir);
	json_dir = debugfs_create_dir("specs-json", dir);
	sections_dir = debugfs_create_dir("sections", dir);
	debugfs_create_file("list", 0444, dir, NULL, &kapi_list_fops);
}
