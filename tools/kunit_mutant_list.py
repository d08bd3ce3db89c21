"""Small faults, each of which some KUnit case of the kernel part has to notice.

In: nothing. Out: :data:`MUTANTS`, in the order of the code.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """One fault.

    :param path: below the top of a tree to which kapi is applied.
    :param right: text that stands there exactly once.
    :param wrong: what stands there instead.
    """

    path: str
    right: str
    wrong: str


def _of(path: str, *pairs: tuple[str, str]) -> list[Mutant]:
    return [Mutant(path, right, wrong) for right, wrong in pairs]


MUTANTS: list[Mutant] = [
    *_of(
        "kernel/api/core.c",
        # Heads of parts.
        ("if (!IS_ALIGNED((unsigned long)part, 8))", "if (0)"),
        ("if (room < sizeof(*part))", "if (room < sizeof(*part) - 1)"),
        ("KAPI_MAGIC, sizeof(part->magic))", "KAPI_MAGIC, 7)"),
        ("if (part->byte_order != KAPI_BYTE_ORDER)", "if (0)"),
        ("if (part->format != KAPI_FORMAT)", "if (0)"),
        ("if (part->word_size != sizeof(long))", "if (0)"),
        ("if (part->head_size != sizeof(*part) ||", "if (0 ||"),
        ("part->spec_size != sizeof(struct kapi_spec) ||", "0 ||"),
        ("part->param_size != sizeof(struct kapi_param))", "0)"),
        (
            "if (part->length < sizeof(*part) || part->length > room ||",
            "if (part->length > room ||",
        ),
        ("part->length > room || part->length % 8", "part->length % 8"),
        ("part->length > room || part->length % 8", "part->length > room"),
        (
            'return "bad length";\n\treturn NULL;\n}\nEXPORT',
            'return "bad length";\n\treturn "bad";\n}\nEXPORT',
        ),
        # Texts and arrays inside a record.
        (
            "return offset >= sizeof(*spec) && offset < spec->length && *text",
            "return offset < spec->length && *text",
        ),
        ("offset < spec->length && *text &&", "*text &&"),
        ("&& *text &&\n", "&&\n"),
        (
            "spec->length - offset) < spec->length - offset;",
            "spec->length - offset) <= spec->length - offset;",
        ),
        ("return !size || (offset", "return (offset"),
        ("(offset >= sizeof(*spec) && offset < spec->length &&", "(offset < spec->length &&"),
        ("&& offset < spec->length && offset % align == 0", "&& offset % align == 0"),
        ("&& offset % align == 0 &&", "&&"),
        ("size <= spec->length - offset);", "size < spec->length - offset);"),
        ("size <= spec->length - offset);", "1);"),
        # Parameters.
        ("if (!is_string(spec, param->name))", "if (0)"),
        ("if (param->type > KAPI_TYPE_CUSTOM ||", "if (param->type >= KAPI_TYPE_CUSTOM ||"),
        ("|| param->constraint > KAPI_CONSTRAINT_CUSTOM)", ")"),
        ("if (param->bits < 8 || param->bits > 64 ||", "if (param->bits > 64 ||"),
        ("if (param->bits < 8 || param->bits > 64 ||", "if (param->bits < 8 ||"),
        ("|| !is_power_of_2(param->bits))", ")"),
        ("if (!is_array(spec, param->values, 8,", "if (!is_array(spec, param->values, 4,"),
        ("if (param->constraint == KAPI_CONSTRAINT_ENUM && !param->nr_values)", "if (0)"),
        ("(!param->lo || param->lo & (param->lo - 1))", "(param->lo & (param->lo - 1))"),
        ("(!param->lo || param->lo & (param->lo - 1))", "!param->lo"),
        ("if (param->size_param > spec->nr_params)", "if (param->size_param >= spec->nr_params)"),
        ("if (param->constraint == KAPI_CONSTRAINT_BUFFER && !param->size_param)", "if (0)"),
        # The lists of a record, and its result.
        ("if (spec->nr_params > KAPI_MAX_PARAMS ||", "if (spec->nr_params >= KAPI_MAX_PARAMS ||"),
        ("spec->kind != KAPI_KIND_FUNCTION && spec->nr_params > 6", "spec->nr_params > 6 && 0"),
        ("spec->nr_params > 6", "spec->nr_params >= 6"),
        ("if (!is_array(spec, spec->params, 8,", "if (!is_array(spec, spec->params, 4,"),
        (
            "for (i = 0; i < spec->nr_params && !why; i++)",
            "for (i = 0; i + 1 < spec->nr_params && !why; i++)",
        ),
        ("if (!is_array(spec, spec->errnos, 2,", "if (!is_array(spec, spec->errnos, 1,"),
        ("if (!errnos[i] || errnos[i] > MAX_ERRNO)", "if (errnos[i] > MAX_ERRNO)"),
        ("errnos[i] > MAX_ERRNO)", "errnos[i] >= MAX_ERRNO)"),
        ("errnos[i] <= errnos[i - 1])", "errnos[i] < errnos[i - 1])"),
        ("if (spec->ret_type > KAPI_TYPE_CUSTOM ||", "if ("),
        (
            "|| spec->ret_check > KAPI_RETURN_NO_RETURN)",
            "|| spec->ret_check >= KAPI_RETURN_NO_RETURN)",
        ),
        ("(spec->success_hi < 1 ||", "(spec->success_hi < 0 ||"),
        ("spec->success_hi > spec->nr_params)", "spec->success_hi >= spec->nr_params)"),
        # Records.
        (
            "room < sizeof(*spec) || spec->length < sizeof(*spec) || spec->length > room",
            "room < sizeof(*spec) || spec->length > room",
        ),
        ("spec->length > room ||\n\t    spec->length % 8)", "spec->length % 8)"),
        ("spec->length > room ||\n\t    spec->length % 8)", "spec->length > room)"),
        ("if (spec->kind == KAPI_KIND_NONE ||", "if ("),
        ("spec->kind > KAPI_KIND_FUNCTION)", "spec->kind >= KAPI_KIND_FUNCTION)"),
        ("if (spec->nr < -1 ||", "if ("),
        ("spec->nr > MAX_NUMBER)", "spec->nr >= MAX_NUMBER)"),
        # Walks, tables and lookups.
        ("\n\n\tif (!room_behind(source, at))", "\n\n\tif (part || !room_behind(source, at))"),
        ("\tif (!why)\n\t\treturn at;\n", "\tif (!why || 1)\n\t\treturn at;\n"),
        ("for (i = 0; i < part->count; i++) {", "for (i = 0; i + 1 < part->count; i++) {"),
        ("\t\tif (!why) {\n\t\t\tif (table)", "\t\tif (!why || 1) {\n\t\t\tif (table)"),
        (
            "spec->length < sizeof(*spec) ||\n\t\t    spec->length > end - at)",
            "spec->length > end - at)",
        ),
        (
            "spec->length < sizeof(*spec) ||\n\t\t    spec->length > end - at)",
            "spec->length < sizeof(*spec))",
        ),
        (
            "return order ?: (*left > *right) - (*left < *right);",
            "return order ?: (*left < *right) - (*left > *right);",
        ),
        ("return order ?: (*left > *right) - (*left < *right);", "return -order;"),
        ("if (kept && !compare_with_name(", "if (0 && !compare_with_name("),
        (
            "if (!count)\n\t\treturn 0;\n\tsource->table",
            "if (count < 2)\n\t\treturn 0;\n\tsource->table",
        ),
        (
            "if (!count)\n\t\treturn 0;\n\tsource->table",
            "if (!count)\n\t\treturn -ENOENT;\n\tsource->table",
        ),
        ("return found ? *found : NULL;", "return source->count ? *source->table : NULL;"),
        ("if (!name)\n\t\treturn NULL;", 'if (!name)\n\t\tname = "sys_read";'),
        (
            "return nr >= 0 && nr < numbers ? by_number[nr] : NULL;",
            "return nr > 0 && nr < numbers ? by_number[nr] : NULL;",
        ),
        (
            "return spec->kind == KAPI_KIND_SYSCALL && spec->nr >= 0;",
            "return spec->kind == KAPI_KIND_COMPAT_SYSCALL && spec->nr >= 0;",
        ),
        ("number_syscalls();\n\tadd_source", "add_source"),
    ),
    *_of(
        "kernel/api/clauses.c",
        ("return param->bits == 64 ? raw : raw & (BIT_ULL(param->bits) - 1);", "return raw;"),
        ("return (s64)(raw << unused) >> unused;", "return (s64)raw;"),
        ("return value ? KAPI_TRUE : KAPI_FALSE;", "return value ? KAPI_TRUE : KAPI_UNKNOWN;"),
        ("if (param->is_signed) {", "if (0) {"),
        ("value >= (s64)param->lo &&", "value > (s64)param->lo &&"),
        ("value <= (s64)param->hi;", "value < (s64)param->hi;"),
        ("cut(param, raw) >= param->lo &&", "cut(param, raw) > param->lo &&"),
        ("cut(param, raw) <= param->hi;", "cut(param, raw) < param->hi;"),
        ("for (i = 0; i < param->nr_values; i++)", "for (i = 0; i + 1 < param->nr_values; i++)"),
        ("if (cut(param, values[i]) == cut(param, raw))", "if (values[i] == raw)"),
        (
            "return start <= ULONG_MAX && size <= ULONG_MAX - start &&\n\t       access_ok",
            "return size <= ULONG_MAX - start || access_ok",
        ),
        ("unsigned int sized = param->size_param - 1;", "unsigned int sized = param->size_param;"),
        (
            "return is_user_range(start, cut(kapi_spec_params(spec) + sized, args[sized]));",
            "return is_user_range(start, args[sized]);",
        ),
        ("if (index >= spec->nr_params)", "if (index > spec->nr_params)"),
        (
            "case KAPI_CONSTRAINT_NONE:\n\t\treturn KAPI_TRUE;",
            "case KAPI_CONSTRAINT_NONE:\n\t\treturn KAPI_UNKNOWN;",
        ),
        (
            "return truth(!(value & ~cut(param, param->lo)));",
            "return truth(!(value & ~param->lo) || value);",
        ),
        ("return truth(!(value & (param->lo - 1)));", "return truth(!(value & param->lo));"),
        ("return truth(value && !(value & (value - 1)));", "return truth(!(value & (value - 1)));"),
        (
            "return truth(!(value & (PAGE_SIZE - 1)));",
            "return truth(!(value & (PAGE_SIZE / 2 - 1)));",
        ),
        ("return truth(value);", "return truth(args[index]);"),
        ("return is_user_range(value, 0) ? KAPI_UNKNOWN : KAPI_FALSE;", "return KAPI_UNKNOWN;"),
        ("default:\n\t\treturn KAPI_UNKNOWN;", "default:\n\t\treturn KAPI_TRUE;"),
        ("return truth(ret >= 0 && ret <= INT_MAX);", "return truth(ret >= 0);"),
        (
            "return truth(ret < -MAX_ERRNO || ret >= 0);",
            "return truth(ret <= -MAX_ERRNO || ret >= 0);",
        ),
        ("return truth(ret < -MAX_ERRNO || ret >= 0);", "return truth(ret >= 0);"),
        ("if (!(spec->flags & KAPI_SPEC_SUCCESS))\n\t\treturn KAPI_UNKNOWN;\n", ""),
        (
            "return truth(ret >= spec->success_lo && ret <= spec->success_hi);",
            "return truth(ret <= spec->success_hi);",
        ),
        ("ret <= spec->success_hi);", "ret < spec->success_hi);"),
        ("(ret < 0 || (u64)ret <= hi));", "(ret < 0 || (u64)ret < hi));"),
        ("spec->success_hi - 1, args[spec->success_hi - 1]);", "spec->success_hi - 1, args[0]);"),
        ("unsigned int lo = 0;", "unsigned int lo = 1;"),
        ("unsigned int hi = spec->nr_errnos;", "unsigned int hi = spec->nr_errnos - 1;"),
        ("lo = middle + 1;", "hi = middle;"),
        ("spec->flags & KAPI_SPEC_CLOSED ? KAPI_FALSE : KAPI_UNKNOWN;", "KAPI_UNKNOWN;"),
        ("spec->flags & KAPI_SPEC_CLOSED ? KAPI_FALSE : KAPI_UNKNOWN;", "KAPI_FALSE;"),
    ),
    *_of(
        "kernel/api/debugfs.c",
        ("memcmp(prose->magic, KAPI_PROSE_MAGIC, sizeof(prose->magic))", "0"),
        ("if (!IS_ALIGNED((unsigned long)prose, 8) ||", "if ("),
        ("prose->length < sizeof(*prose) ||", "0 ||"),
        ("prose->length > room ||", "0 ||"),
        ("|| prose->length % 8)", ")"),
        ("texts = (u64)prose->name_size +", "texts = prose->name_size +"),
        ("prose->json_size + 4;", "prose->json_size + 3;"),
        ("return texts <= prose->length - sizeof(*prose);", "return true;"),
        ("if (name[prose->name_size] ||", "if ("),
        ("|| line[prose->line_size])", ")"),
        ("if (!spec || spec->digest != prose->digest)", "if (!spec)"),
        (
            "const char *text = line + prose->line_size + 1;",
            "const char *text = line + prose->line_size;",
        ),
        (
            "const char *json = text + prose->text_size + 1;",
            "const char *json = text + prose->text_size;",
        ),
        ("entry->text.size = prose->text_size;", "entry->text.size = prose->text_size - 1;"),
        ("entry->json.size = prose->json_size;", "entry->json.size = prose->json_size + 1;"),
        ("\tif (!view)\n\t\treturn NULL;", "\tif (!view || !room)\n\t\treturn NULL;"),
        ("while (filled < room && (prose", "while (filled + 1 < room && (prose"),
        ("view->specs.size = source->specs_size;", "view->specs.size = 8;"),
        ("view->prose.data = (void *)source->prose;", "view->prose.data = (void *)source->specs;"),
        (
            '"===================================\\n\\n"',
            '"==================================\\n\\n"',
        ),
        ('"\\nTotal: %u specifications\\n"', '"Total: %u specifications\\n"'),
        ("list_add_tail(&view->link, &views);", "list_add(&view->link, &views);"),
        ("list_del(&view->link);", "list_del_init(&view->link);\n\tlist_add(&view->link, &views);"),
        ("debugfs_remove(view->entries[i].text_file);", ";"),
        ("debugfs_remove(view->entries[i].json_file);", ";"),
        ("debugfs_remove(view->dir);", ";"),
        ("source->view = NULL;", ";"),
        ('json_dir = debugfs_create_dir("specs-json", dir);', "json_dir = specs_dir;"),
        (
            "debugfs_create_blob(entry->name, 0444, specs_dir",
            "debugfs_create_blob(entry->name, 0400, specs_dir",
        ),
        ("|| PTR_ERR(file) == -EEXIST;", ";"),
        ("if (!is_there(entry->text_file) || !is_there(entry->json_file))", "if (0)"),
        ('debugfs_create_blob("specs", 0444', 'debugfs_create_blob("spec", 0444'),
    ),
    # What the build makes of specifications, as the suite kapi-image sees it.
    *_of(
        "tools/kapi/kapi/generate/data.py",
        ('yield f".nr = NR{number},"', 'yield ".nr = -1,"'),
        ('"function": "KAPI_KIND_FUNCTION"', '"function": "KAPI_KIND_SYSCALL"'),
        ('flags.append("KAPI_SPEC_CLOSED")', "pass"),
        ('yield f"\\t.size_param = {param.size_param},"', 'yield "\\t.size_param = 1,"'),
        ('yield f".nr_errnos = {len(record.errnos)},"', 'yield ".nr_errnos = 0,"'),
        (
            'yield f"\\t.nr_values = {len(param.values)},"',
            'yield f"\\t.nr_values = {len(param.values) - 1},"',
        ),
        (
            'yield f"\\t.hi = {_unsigned(param.hi)},"',
            'yield f"\\t.hi = {_unsigned(param.hi + 1)},"',
        ),
        ('yield f"\\t.bits = {param.bits},"', 'yield "\\t.bits = 64,"'),
    ),
    *_of(
        "tools/kapi/kapi/generate/prose.py",
        ("        digest_of(json),\n", "        digest_of(json) + 1,\n"),
    ),
    *_of(
        "include/linux/kapi_spec.h",
        ('"i" ((u32)(u64)(value)));', '"i" ((u16)(u64)(value)));'),
    ),
]
