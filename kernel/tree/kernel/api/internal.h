/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by the files of kernel/api. */
#ifndef _KERNEL_API_INTERNAL_H
#define _KERNEL_API_INTERNAL_H

#include <linux/kapi.h>
#include <linux/list.h>

/* The linker knows where the sections of vmlinux begin and end. */
extern const char __start_kapi_specs[], __stop_kapi_specs[];
extern const char __start_kapi_prose[], __stop_kapi_prose[];

struct kapi_view;

/**
 * struct kapi_source - the specs that vmlinux or one module brings
 * @link:	in the list of all sources; written under the mutex of core.c
 * @name:	"vmlinux" or the name of the module
 * @owner:	the module, or NULL
 * @specs:	section .kapi_specs
 * @specs_size:	its size in bytes
 * @prose:	section .kapi_prose, or NULL if it is not loaded
 * @prose_size:	its size in bytes
 * @table:	usable specs, by name
 * @count:	how many of them
 * @view:	its files in debugfs, or NULL; belongs to debugfs.c
 */
struct kapi_source {
	struct list_head link;
	const char *name;
	struct module *owner;
	const void *specs;
	size_t specs_size;
	const void *prose;
	size_t prose_size;
	const struct kapi_spec **table;
	unsigned int count;
	struct kapi_view *view;
};

/* What a part or record is refused for; NULL if it is sound. */
const char *kapi_check_part(const struct kapi_part *part, size_t room);
const char *kapi_check_spec(const struct kapi_spec *spec, size_t room);

int kapi_source_init(struct kapi_source *source);
void kapi_source_exit(struct kapi_source *source);
const struct kapi_spec *kapi_source_find(const struct kapi_source *source, const char *name);

enum kapi_truth kapi_param_fits(const struct kapi_spec *spec, unsigned int index,
				const u64 *args);
enum kapi_truth kapi_result_is_success(const struct kapi_spec *spec, const u64 *args, s64 ret);
enum kapi_truth kapi_errno_listed(const struct kapi_spec *spec, int errno);

/**
 * struct kapi_prose - head of the texts of one spec in section .kapi_prose
 * @magic:	KAPI_PROSE_MAGIC, without a NUL
 * @digest:	as in the spec
 * @length:	bytes of the whole entry; a multiple of 8
 * @name_size:	bytes of the name; the texts follow in this order, each with a NUL behind it
 * @line_size:	bytes of the summary
 * @text_size:	bytes of the text of debugfs
 * @json_size:	bytes of the JSON
 * @reserved:	0
 */
struct kapi_prose {
	char	magic[8];
	u64	digest;
	u32	length;
	u32	name_size;
	u32	line_size;
	u32	text_size;
	u32	json_size;
	u32	reserved;
};

#define KAPI_PROSE_MAGIC	"KAPIPROS"

#ifdef CONFIG_KAPI_SPEC_DEBUGFS
void kapi_debugfs_init(void);
void kapi_debugfs_add(struct kapi_source *source);
void kapi_debugfs_remove(struct kapi_source *source);

#if IS_ENABLED(CONFIG_KUNIT)
struct seq_file;
int kapi_list_show(struct seq_file *m, void *unused);
#endif
#else
static inline void kapi_debugfs_init(void)
{
}

static inline void kapi_debugfs_add(struct kapi_source *source)
{
}

static inline void kapi_debugfs_remove(struct kapi_source *source)
{
}
#endif

#endif /* _KERNEL_API_INTERNAL_H */
