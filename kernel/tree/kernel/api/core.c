// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the specifications that vmlinux and modules bring, by name and by system call number.
 *
 * Copyright (C) 2026 The kapi authors
 *
 * Each source has a table of pointers, sorted by name and never changed once it is visible. Lookups
 * take no lock: they run under RCU, over the list of sources. Sources are added and removed under
 * a mutex, at boot and by the module notifier.
 */
#define pr_fmt(fmt) "kapi: " fmt

#include <kunit/visibility.h>
#include <linux/bsearch.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "internal.h"

/* Entries stay valid while one is inside RCU; written under sources_lock. */
static LIST_HEAD(sources);
static DEFINE_MUTEX(sources_lock);

/* The layout is read by programs; another one needs another KAPI_FORMAT. */
static_assert(sizeof(struct kapi_part) == 32);
static_assert(sizeof(struct kapi_spec) == 48);
static_assert(sizeof(struct kapi_param) == 32);

/* No system call of any architecture has a number that comes near. */
#define MAX_NUMBER	S16_MAX

/**
 * kapi_check_part() - look at the head of a part
 * @part: the part
 * @room: bytes from there to the end of the section
 *
 * Return: what is wrong with it, or NULL.
 */
const char *kapi_check_part(const struct kapi_part *part, size_t room)
{
	if (!IS_ALIGNED((unsigned long)part, 8))
		return "misaligned";
	if (room < sizeof(*part))
		return "truncated head";
	if (memcmp(part->magic, KAPI_MAGIC, sizeof(part->magic)))
		return "bad magic";
	if (part->byte_order != KAPI_BYTE_ORDER)
		return "foreign byte order";
	if (part->format != KAPI_FORMAT)
		return "unknown format";
	if (part->word_size != sizeof(long))
		return "foreign word size";
	if (part->head_size != sizeof(*part) || part->spec_size != sizeof(struct kapi_spec) ||
	    part->param_size != sizeof(struct kapi_param))
		return "unknown layout";
	if (part->length < sizeof(*part) || part->length > room || part->length % 8)
		return "bad length";
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(kapi_check_part);

/* A text that is not empty and ends inside the record. */
static bool is_string(const struct kapi_spec *spec, u16 offset)
{
	const char *text = (const char *)spec + offset;

	return offset >= sizeof(*spec) && offset < spec->length && *text &&
	       strnlen(text, spec->length - offset) < spec->length - offset;
}

/* An array that lies behind the head and ends inside the record. */
static bool is_array(const struct kapi_spec *spec, u16 offset, size_t align, size_t size)
{
	return !size || (offset >= sizeof(*spec) && offset < spec->length && offset % align == 0 &&
			 size <= spec->length - offset);
}

static const char *check_param(const struct kapi_spec *spec, const struct kapi_param *param)
{
	if (!is_string(spec, param->name))
		return "parameter without name";
	if (param->type > KAPI_TYPE_CUSTOM || param->constraint > KAPI_CONSTRAINT_CUSTOM)
		return "unknown type or constraint";
	if (param->bits < 8 || param->bits > 64 || !is_power_of_2(param->bits))
		return "bad parameter width";
	if (!is_array(spec, param->values, 8, param->nr_values * sizeof(s64)))
		return "values outside the record";
	if (param->constraint == KAPI_CONSTRAINT_ENUM && !param->nr_values)
		return "enum without values";
	if (param->constraint == KAPI_CONSTRAINT_ALIGNMENT &&
	    (!param->lo || param->lo & (param->lo - 1)))
		return "alignment is no power of two";
	if (param->size_param > spec->nr_params)
		return "size parameter does not exist";
	if (param->constraint == KAPI_CONSTRAINT_BUFFER && !param->size_param)
		return "buffer without size parameter";
	return NULL;
}

static const char *check_params(const struct kapi_spec *spec)
{
	const char *why = NULL;
	unsigned int i;

	if (spec->nr_params > KAPI_MAX_PARAMS ||
	    (spec->kind != KAPI_KIND_FUNCTION && spec->nr_params > 6))
		return "too many parameters";
	if (!is_array(spec, spec->params, 8, spec->nr_params * sizeof(struct kapi_param)))
		return "parameters outside the record";
	for (i = 0; i < spec->nr_params && !why; i++)
		why = check_param(spec, &kapi_spec_params(spec)[i]);
	return why;
}

static const char *check_errnos(const struct kapi_spec *spec)
{
	const u16 *errnos = kapi_spec_errnos(spec);
	unsigned int i;

	if (!is_array(spec, spec->errnos, 2, spec->nr_errnos * sizeof(*errnos)))
		return "errnos outside the record";
	for (i = 0; i < spec->nr_errnos; i++) {
		if (!errnos[i] || errnos[i] > MAX_ERRNO)
			return "no errno";
		if (i && errnos[i] <= errnos[i - 1])
			return "errnos out of order";
	}
	return NULL;
}

static const char *check_result(const struct kapi_spec *spec)
{
	if (spec->ret_type > KAPI_TYPE_CUSTOM || spec->ret_check > KAPI_RETURN_NO_RETURN)
		return "unknown result";
	if ((spec->flags & KAPI_SPEC_HI_COUNT) &&
	    (spec->success_hi < 1 || spec->success_hi > spec->nr_params))
		return "bound of the result is no parameter";
	return NULL;
}

/**
 * kapi_check_spec() - look at every count and offset of a record, once
 * @spec: the record
 * @room: bytes from there to the end of its part
 *
 * Return: what is wrong with it, or NULL.
 */
const char *kapi_check_spec(const struct kapi_spec *spec, size_t room)
{
	const char *why;

	if (room < sizeof(*spec) || spec->length < sizeof(*spec) || spec->length > room ||
	    spec->length % 8)
		return "bad length";
	if (!is_string(spec, spec->name))
		return "no name";
	if (spec->kind == KAPI_KIND_NONE || spec->kind > KAPI_KIND_FUNCTION)
		return "unknown kind";
	if (spec->nr < -1 || spec->nr > MAX_NUMBER)
		return "bad number";
	why = check_params(spec);
	if (!why)
		why = check_errnos(spec);
	if (!why)
		why = check_result(spec);
	return why;
}
EXPORT_SYMBOL_IF_KUNIT(kapi_check_spec);

static size_t room_behind(const struct kapi_source *source, const void *at)
{
	return source->specs + source->specs_size - at;
}

static bool is_inside(const struct kapi_source *source, const void *at)
{
	return at >= source->specs && at < source->specs + source->specs_size;
}

/* The parts of a section, one behind the other; a bad one ends the walk with one message. */
static const struct kapi_part *next_part(const struct kapi_source *source,
					 const struct kapi_part *part)
{
	const void *at = part ? (const void *)part + part->length : source->specs;
	const char *why;

	if (!room_behind(source, at))
		return NULL;
	why = kapi_check_part(at, room_behind(source, at));
	if (!why)
		return at;
	pr_err("%s: specs at offset %td ignored: %s\n", source->name, at - source->specs, why);
	return NULL;
}

/* Counts the sound records of a part and puts them into @table; without it, reports the others. */
static unsigned int visit_part(const struct kapi_source *source, const struct kapi_part *part,
			       const struct kapi_spec **table)
{
	const void *at = part + 1;
	const void *end = (const void *)part + part->length;
	unsigned int count = 0;
	unsigned int i;

	for (i = 0; i < part->count; i++) {
		const struct kapi_spec *spec = at;
		const char *why = kapi_check_spec(spec, end - at);

		if (!why) {
			if (table)
				table[count] = spec;
			count++;
		} else if (!table) {
			pr_err("%s: spec at offset %td refused: %s\n", source->name,
			       at - source->specs, why);
		}
		/* Without its length there is no telling where the next one is. */
		if (end - at < sizeof(*spec) || spec->length < sizeof(*spec) ||
		    spec->length > end - at)
			break;
		at += spec->length;
	}
	return count;
}

/* By name, and those of one name as they lie in memory. */
static int compare_specs(const void *a, const void *b)
{
	const struct kapi_spec *const *left = a;
	const struct kapi_spec *const *right = b;
	int order = strcmp(kapi_spec_name(*left), kapi_spec_name(*right));

	return order ?: (*left > *right) - (*left < *right);
}

static int compare_with_name(const void *name, const void *entry)
{
	const struct kapi_spec *const *spec = entry;

	return strcmp(name, kapi_spec_name(*spec));
}

static unsigned int count_specs(const struct kapi_source *source)
{
	const struct kapi_part *part = NULL;
	unsigned int count = 0;

	while ((part = next_part(source, part)))
		count += visit_part(source, part, NULL);
	return count;
}

/* Of records with one name the first stays. */
static void drop_duplicates(struct kapi_source *source)
{
	const struct kapi_spec **table = source->table;
	unsigned int kept = 0;
	unsigned int i;

	for (i = 0; i < source->count; i++) {
		if (kept && !compare_with_name(kapi_spec_name(table[i]), &table[kept - 1]))
			pr_err("%s: second spec of %s refused\n", source->name,
			       kapi_spec_name(table[i]));
		else
			table[kept++] = table[i];
	}
	source->count = kept;
}

/**
 * kapi_source_init() - check the specs of a source and sort them by name
 * @source: name, specs and specs_size are set
 *
 * A bad record is left out, with one message; it does no other harm.
 *
 * Return: 0, or -ENOMEM.
 */
int kapi_source_init(struct kapi_source *source)
{
	const struct kapi_part *part = NULL;
	unsigned int count = count_specs(source);

	source->table = NULL;
	source->count = 0;
	if (!count)
		return 0;
	source->table = kcalloc(count, sizeof(*source->table), GFP_KERNEL);
	if (!source->table)
		return -ENOMEM;
	while (source->count < count && (part = next_part(source, part)))
		source->count += visit_part(source, part, source->table + source->count);
	sort(source->table, source->count, sizeof(*source->table), compare_specs, NULL);
	drop_duplicates(source);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(kapi_source_init);

/**
 * kapi_source_exit() - free what kapi_source_init() made
 * @source: the source
 */
void kapi_source_exit(struct kapi_source *source)
{
	kfree(source->table);
	source->table = NULL;
	source->count = 0;
}
EXPORT_SYMBOL_IF_KUNIT(kapi_source_exit);

/**
 * kapi_source_find() - the spec of a name in one source
 * @source: the source
 * @name: such as "sys_read"
 *
 * Return: the spec, or NULL.
 */
const struct kapi_spec *kapi_source_find(const struct kapi_source *source, const char *name)
{
	const struct kapi_spec **found;

	found = bsearch(name, source->table, source->count, sizeof(*found), compare_with_name);
	return found ? *found : NULL;
}
EXPORT_SYMBOL_IF_KUNIT(kapi_source_find);

/* Takes the module that a spec lies in; a module on its way out has no specs. */
static const struct kapi_spec *hold(const struct kapi_source *source,
				    const struct kapi_spec *spec)
{
	return spec && try_module_get(source->owner) ? spec : NULL;
}

/**
 * kapi_get_spec() - the spec of a name
 * @name: such as "sys_read"; NULL and "" have none
 *
 * Sleeps on no lock. The module that the spec is part of stays until kapi_put_spec().
 *
 * Return: the spec, or NULL.
 */
const struct kapi_spec *kapi_get_spec(const char *name)
{
	const struct kapi_spec *spec = NULL;
	const struct kapi_source *source;

	if (!name)
		return NULL;
	rcu_read_lock();
	list_for_each_entry_rcu(source, &sources, link) {
		spec = hold(source, kapi_source_find(source, name));
		if (spec)
			break;
	}
	rcu_read_unlock();
	return spec;
}
EXPORT_SYMBOL_IF_KUNIT(kapi_get_spec);

/* Built-in specs of native system calls by number; set once at boot. */
static const struct kapi_spec **by_number __ro_after_init;
static unsigned int numbers __ro_after_init;

/**
 * kapi_get_syscall() - the spec of a system call number
 * @nr: the number, of a native call
 *
 * System calls are always part of vmlinux, so nothing has to be held.
 *
 * Return: the spec, or NULL.
 */
const struct kapi_spec *kapi_get_syscall(int nr)
{
	return nr >= 0 && nr < numbers ? by_number[nr] : NULL;
}
EXPORT_SYMBOL_IF_KUNIT(kapi_get_syscall);

/**
 * kapi_put_spec() - give back what kapi_get_spec() returned
 * @spec: the spec, or NULL
 */
void kapi_put_spec(const struct kapi_spec *spec)
{
	const struct kapi_source *source;

	if (!spec)
		return;
	rcu_read_lock();
	list_for_each_entry_rcu(source, &sources, link) {
		if (is_inside(source, spec)) {
			module_put(source->owner);
			break;
		}
	}
	rcu_read_unlock();
}
EXPORT_SYMBOL_IF_KUNIT(kapi_put_spec);

static void add_source(struct kapi_source *source)
{
	mutex_lock(&sources_lock);
	list_add_tail_rcu(&source->link, &sources);
	mutex_unlock(&sources_lock);
	kapi_debugfs_add(source);
}

#ifdef CONFIG_MODULES
static void module_live(struct module *mod)
{
	struct kapi_source *source;

	if (!mod->kapi_specs_size)
		return;
	source = kzalloc(sizeof(*source), GFP_KERNEL);
	if (!source)
		return;
	source->name = mod->name;
	source->owner = mod;
	source->specs = mod->kapi_specs;
	source->specs_size = mod->kapi_specs_size;
	source->prose = mod->kapi_prose;
	source->prose_size = mod->kapi_prose_size;
	if (kapi_source_init(source))
		kfree(source);
	else
		add_source(source);
}

/* Takes the source of a module out of the list; NULL if it has none. */
static struct kapi_source *take_source(const struct module *mod)
{
	struct kapi_source *source, *found = NULL;

	mutex_lock(&sources_lock);
	list_for_each_entry(source, &sources, link) {
		if (source->owner == mod) {
			list_del_rcu(&source->link);
			found = source;
			break;
		}
	}
	mutex_unlock(&sources_lock);
	return found;
}

static void module_going(struct module *mod)
{
	struct kapi_source *source = take_source(mod);

	if (!source)
		return;
	kapi_debugfs_remove(source);
	/* Until now somebody may look through its records, in vain: it cannot be held any more. */
	synchronize_rcu();
	kapi_source_exit(source);
	kfree(source);
}

/*
 * A module whose init function fails is freed without regard to who holds it, so its specs are
 * offered only when it is live.
 */
static int module_event(struct notifier_block *nb, unsigned long state, void *data)
{
	if (state == MODULE_STATE_LIVE)
		module_live(data);
	else if (state == MODULE_STATE_GOING)
		module_going(data);
	return NOTIFY_OK;
}

static struct notifier_block module_notifier = {
	.notifier_call = module_event,
};

static void __init watch_modules(void)
{
	register_module_notifier(&module_notifier);
}
#else
static void __init watch_modules(void)
{
}
#endif /* CONFIG_MODULES */

static struct kapi_source vmlinux = {
	.name = "vmlinux",
};

static bool __init is_numbered(const struct kapi_spec *spec)
{
	return spec->kind == KAPI_KIND_SYSCALL && spec->nr >= 0;
}

/* Without memory, calls are found by name only. */
static void __init number_syscalls(void)
{
	unsigned int count = 0;
	unsigned int i;

	for (i = 0; i < vmlinux.count; i++)
		if (is_numbered(vmlinux.table[i]))
			count = max(count, vmlinux.table[i]->nr + 1U);
	by_number = kcalloc(count, sizeof(*by_number), GFP_KERNEL);
	if (!by_number)
		return;
	for (i = 0; i < vmlinux.count; i++)
		if (is_numbered(vmlinux.table[i]))
			by_number[vmlinux.table[i]->nr] = vmlinux.table[i];
	numbers = count;
}

/* Behind debugfs, and before any module can be loaded. */
static int __init kapi_init(void)
{
	vmlinux.specs = __start_kapi_specs;
	vmlinux.specs_size = __stop_kapi_specs - __start_kapi_specs;
	if (IS_ENABLED(CONFIG_KAPI_SPEC_DEBUGFS)) {
		vmlinux.prose = __start_kapi_prose;
		vmlinux.prose_size = __stop_kapi_prose - __start_kapi_prose;
	}
	kapi_debugfs_init();
	if (!kapi_source_init(&vmlinux))
		number_syscalls();
	add_source(&vmlinux);
	watch_modules();
	return 0;
}
postcore_initcall(kapi_init);
