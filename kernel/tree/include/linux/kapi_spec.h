/* SPDX-License-Identifier: GPL-2.0 */
/* For the C files that tools/kapi writes while the kernel is built; nobody else includes this. */
#ifndef _LINUX_KAPI_SPEC_H
#define _LINUX_KAPI_SPEC_H

#include <linux/build_bug.h>
#include <linux/capability.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kapi.h>
#include <linux/limits.h>
#include <linux/signal.h>
#include <linux/stddef.h>
#include <asm/unistd.h>

/* Writes the value of a constant into the assembly: is it negative, its halves. */
#define KAPI_CONSTANT(number, value) ({						\
	asm volatile("\n.ascii \"->kapi " #number " %0 %1 %2\"" : :		\
		     "i" (is_signed_type(typeof(value)) && (s64)(value) < 0),	\
		     "i" ((u32)((u64)(value) >> 32)), "i" ((u32)(u64)(value)));	\
})

#define KAPI_PART_HEAD(part, number) {						\
		.magic = { 'K', 'A', 'P', 'I', 'S', 'P', 'E', 'C' },		\
		.byte_order = KAPI_BYTE_ORDER,					\
		.format = KAPI_FORMAT,						\
		.word_size = sizeof(long),					\
		.spec_size = sizeof(struct kapi_spec),				\
		.param_size = sizeof(struct kapi_param),			\
		.head_size = sizeof(struct kapi_part),				\
		.length = sizeof(part),						\
		.count = (number),						\
	}

#define KAPI_OFFSET(spec, member)	offsetof(typeof(spec), member)

/* Offsets in a record have 16 bits. */
#define KAPI_CHECK_SIZE(spec)							\
	static_assert(sizeof(spec) <= U16_MAX, "specification too large")

/* The texts are part of memory only if debugfs shows them. */
#ifdef CONFIG_KAPI_SPEC_DEBUGFS
#define KAPI_PROSE_FLAGS	"a"
#else
#define KAPI_PROSE_FLAGS	""
#endif

#define KAPI_PROSE(file)							\
	asm(".pushsection .kapi_prose, \"" KAPI_PROSE_FLAGS "\", %progbits\n\t"	\
	    ".balign 8\n\t"							\
	    ".incbin \"" file "\"\n\t"						\
	    ".popsection")

#endif /* _LINUX_KAPI_SPEC_H */
