// SPDX-License-Identifier: GPL-2.0
/* Specification of the call defined in mm/madvise.c. */
#include <linux/mman.h>

/**
 * sys_madvise - say how a range of memory will be used
 * @start: first byte of the range, at the beginning of a page
 * @len_in: length of the range in bytes
 * @behavior: one MADV_ value
 *
 * api-version: 2
 * api-type: syscall
 * long-desc: Applies one piece of advice to all pages of a range of the calling process. The length
 *   is rounded up to whole pages. A few values are advice in the true sense and may be ignored;
 *   others change what the memory contains or how it is inherited, dumped, merged or backed.
 *
 *   A range with holes is treated up to its end, mapping by mapping, and the answer is ENOMEM. Any
 *   other error stops the work at the mapping where it arose; what was done before remains done.
 * contexts: process, sleepable
 * origin: mm/madvise.c: do_madvise()
 * error-set: open(fs, arch)
 *
 * param: start
 *   type: uint, input
 *   constraint-type: page_aligned
 *   on-violation: EINVAL
 *   cdesc: a multiple of the page size; judged for length 0 too
 *   desc: Address tags are removed where the architecture has them. Nothing need be mapped there
 *     for length 0.
 *   origin: mm/madvise.c: do_madvise()
 *
 * param: len_in
 *   type: uint, input
 *   require(no-wrap): len_in <= ULONG_MAX - page_size + 1
 *     && start + ((len_in + page_size - 1) & ~(page_size - 1)) <= ULONG_MAX -> EINVAL
 *   cdesc: rounded up to pages it must neither overflow nor lead beyond the highest address
 *   origin: mm/madvise.c: do_madvise()
 *
 * param: behavior
 *   type: enum, input
 *   constraint-type: enum(MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED,
 *     MADV_FREE, MADV_REMOVE, MADV_DONTFORK, MADV_DOFORK, MADV_MERGEABLE, MADV_UNMERGEABLE,
 *     MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP, MADV_WIPEONFORK, MADV_KEEPONFORK,
 *     MADV_COLD, MADV_PAGEOUT, MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_DONTNEED_LOCKED,
 *     MADV_COLLAPSE, MADV_HWPOISON, MADV_SOFT_OFFLINE)
 *   on-violation: EINVAL
 *   require(ksm): config(KSM) || !(behavior in {MADV_MERGEABLE, MADV_UNMERGEABLE}) -> EINVAL
 *   require(thp): config(TRANSPARENT_HUGEPAGE)
 *     || !(behavior in {MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_COLLAPSE}) -> EINVAL
 *   require(memory-failure): config(MEMORY_FAILURE)
 *     || !(behavior in {MADV_HWPOISON, MADV_SOFT_OFFLINE}) -> EINVAL
 *   cdesc: exactly one value that this kernel was built with; they are no bits
 *   desc: Judged first of all, for length 0 too, so a call with length 0 and start 0 tells whether
 *     the kernel knows a value. On alpha MADV_DONTNEED has a number of its own. The headers of
 *     alpha lack MADV_HWPOISON and MADV_SOFT_OFFLINE, those of mips and xtensa the latter.
 *   origin: mm/madvise.c: madvise_behavior_valid()
 *
 * return:
 *   type: int
 *   check-type: exact
 *   success: == 0
 *   ensures: len_in == 0 || mapped(start, len_in)
 *   desc: 0. Advice that was ignored counts as success.
 *   origin: mm/madvise.c: do_madvise()
 *
 * error: EINVAL, mapping is locked or special
 *   condition: a page of the range lies in a locked mapping (or one of raw page frames, or for COLD
 *     and PAGEOUT of huge pages), and the advice would take its pages away
 *   when(locked): behavior in {MADV_DONTNEED, MADV_FREE} && vma_flags_any(start, len_in, VM_LOCKED)
 *     && !vma_flags_any(start, len_in, VM_HUGETLB)
 *   when(pfnmap): behavior in {MADV_DONTNEED, MADV_DONTNEED_LOCKED, MADV_FREE}
 *     && vma_flags_any(start, len_in, VM_PFNMAP) && !vma_flags_any(start, len_in, VM_HUGETLB)
 *   when(lru): behavior in {MADV_COLD, MADV_PAGEOUT}
 *     && vma_flags_any(start, len_in, VM_LOCKED | VM_PFNMAP | VM_HUGETLB)
 *   when(remove-locked): behavior == MADV_REMOVE && vma_flags_any(start, len_in, VM_LOCKED)
 *   must: yes
 *   desc: MADV_DONTNEED_LOCKED exists to drop locked pages and does not mind the lock.
 *   origin: mm/madvise.c: madvise_dontneed_free_valid_vma(), can_madv_lru_vma(), madvise_remove()
 *
 * error: EINVAL, mapping is of the wrong kind
 *   condition: MADV_FREE or MADV_WIPEONFORK on memory that is not private and anonymous
 *   when(free-file): behavior == MADV_FREE && !vma_anonymous(start, len_in)
 *   when(wipeonfork-file): behavior == MADV_WIPEONFORK && !vma_anonymous(start, len_in)
 *   must: yes
 *   origin: mm/madvise.c: madvise_free_single_vma(), madvise_vma_behavior()
 *
 * error: EINVAL, nothing to make a hole in
 *   condition: MADV_REMOVE on memory that has no file behind it
 *   when(remove-anonymous): behavior == MADV_REMOVE
 *   desc: Shared anonymous memory has a hidden file: MADV_REMOVE works there, MADV_FREE does not.
 *   origin: mm/madvise.c: madvise_remove()
 *
 * error: EINVAL, property cannot be taken back
 *   condition: MADV_DOFORK on device memory, MADV_DODUMP on special mappings, or either of
 *     MADV_DODUMP and MADV_KEEPONFORK on droppable memory
 *   when(dofork-io): behavior == MADV_DOFORK && vma_flags_any(start, len_in, VM_IO)
 *   when(dodump-special): behavior == MADV_DODUMP
 *     && vma_flags_any(start, len_in, VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP)
 *     && !vma_flags_any(start, len_in, VM_HUGETLB)
 *   when(droppable): behavior in {MADV_DODUMP, MADV_KEEPONFORK}
 *     && vma_flags_any(start, len_in, VM_DROPPABLE)
 *   must: yes
 *   origin: mm/madvise.c: madvise_vma_behavior()
 *
 * error: EINVAL, special mapping in two
 *   condition: the advice would give a part of a mapping that the kernel made itself, such as the
 *     vDSO, other properties than the rest
 *   when(split-special): behavior in {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_DONTFORK,
 *     MADV_DOFORK, MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP,
 *     MADV_DODUMP, MADV_WIPEONFORK, MADV_KEEPONFORK}
 *   origin: mm/mmap.c: special_mapping_split()
 *
 * error: EINVAL, huge pages do not fit
 *   condition: MADV_FREE on hugetlb memory, or the part of the range that lies in it does not begin
 *     at a huge page
 *   when(hugetlb): behavior in {MADV_DONTNEED, MADV_DONTNEED_LOCKED, MADV_FREE}
 *     && vma_flags_any(start, len_in, VM_HUGETLB)
 *   desc: The end is rounded down to a huge page instead, so a short range does nothing.
 *   origin: mm/madvise.c: madvise_dontneed_free_valid_vma()
 *
 * error: EINVAL, range cannot become huge pages
 *   condition: MADV_COLLAPSE on memory that may not have them, on a range inside one huge page, or
 *     on memory on which collapsing failed for a reason that will last
 *   when(collapse): behavior == MADV_COLLAPSE
 *   origin: mm/khugepaged.c: madvise_collapse(), madvise_collapse_errno()
 *
 * error: ENOMEM, range has holes
 *   condition: some page of the range is not mapped
 *   when(hole): len_in > 0 && !(behavior in {MADV_HWPOISON, MADV_SOFT_OFFLINE})
 *     && !mapped(start, len_in)
 *   must: yes
 *   desc: Pages behind the hole have been treated all the same, except by MADV_POPULATE_READ and
 *     MADV_POPULATE_WRITE, which stop there.
 *   origin: mm/madvise.c: madvise_walk_vmas(), madvise_populate()
 *
 * error: ENOMEM, no memory
 *   condition: memory ran out while pages were populated or collapsed
 *   when(populate): behavior in {MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_COLLAPSE,
 *     MADV_HWPOISON, MADV_SOFT_OFFLINE}
 *   origin: mm/madvise.c: madvise_populate(); mm/khugepaged.c: madvise_collapse_errno()
 *
 * error: EAGAIN, no room for another mapping
 *   condition: the advice splits a mapping, and memory is short or the process already has
 *     vm.max_map_count mappings
 *   when(split): behavior in {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_DONTFORK,
 *     MADV_DOFORK, MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP,
 *     MADV_DODUMP, MADV_WIPEONFORK, MADV_KEEPONFORK}
 *   desc: It is ENOMEM inside the kernel. Too many mappings will not go away by trying again.
 *   origin: mm/madvise.c: madvise_vma_behavior(), madvise_update_vma(); mm/vma.c: split_vma()
 *
 * error: EAGAIN, pages are in use just now
 *   condition: MADV_COLLAPSE met pages that were locked or referenced elsewhere for the moment
 *   when(collapse-busy): behavior == MADV_COLLAPSE
 *   origin: mm/khugepaged.c: madvise_collapse_errno()
 *
 * error: EBUSY, huge page not granted
 *   condition: the memory control group refused the huge page that MADV_COLLAPSE asked for
 *   when(collapse-charge): behavior == MADV_COLLAPSE
 *   origin: mm/khugepaged.c: madvise_collapse_errno()
 *
 * error: EBUSY, page could not be taken out of use
 *   condition: the page to poison or to take offline is in use in a way that cannot be undone
 *   when(offline-busy): behavior in {MADV_HWPOISON, MADV_SOFT_OFFLINE}
 *   origin: mm/memory-failure.c: soft_offline_in_use_page(), memory_failure()
 *
 * error: EPERM, no right to inject errors
 *   condition: MADV_HWPOISON or MADV_SOFT_OFFLINE without CAP_SYS_ADMIN
 *   when(inject): config(MEMORY_FAILURE) && behavior in {MADV_HWPOISON, MADV_SOFT_OFFLINE}
 *     && len_in > 0 && !capable(CAP_SYS_ADMIN)
 *   must: yes
 *   desc: Length 0 succeeds for everybody.
 *   origin: mm/madvise.c: madvise_inject_error()
 *
 * error: EPERM, memory is sealed
 *   condition: the advice would discard the content of private anonymous memory that was sealed
 *     with mseal and that the caller cannot write
 *   when(mseal): config(64BIT) && since(6.10)
 *     && behavior in {MADV_FREE, MADV_DONTNEED, MADV_DONTNEED_LOCKED, MADV_REMOVE, MADV_DONTFORK,
 *     MADV_WIPEONFORK}
 *   desc: Sealed memory that is writable may still be discarded.
 *   origin: mm/mseal.c: can_modify_vma_madv()
 *
 * error: EPERM, file may not lose content
 *   condition: MADV_REMOVE on a file that is sealed against writing, append-only or immutable
 *   when(remove-sealed): behavior == MADV_REMOVE
 *   origin: fs/open.c: vfs_fallocate(); mm/shmem.c: shmem_fallocate()
 *
 * error: EACCES, mapping cannot be written
 *   condition: MADV_REMOVE on a file mapping that is private, or shared without the right to write
 *   when(remove-private): behavior == MADV_REMOVE && !vma_anonymous(start, len_in)
 *   desc: The right counts, not the present protection: a shared mapping of a file open for writing
 *     qualifies even while it is PROT_NONE.
 *   origin: mm/madvise.c: madvise_remove()
 *
 * error: EOPNOTSUPP, file system cannot punch holes
 *   condition: MADV_REMOVE on a file of a file system without FALLOC_FL_PUNCH_HOLE
 *   when(remove-punch): behavior == MADV_REMOVE
 *   scope: fs
 *   origin: fs/open.c: vfs_fallocate()
 *
 * error: ETXTBSY, file is swap space
 *   condition: MADV_REMOVE on a file in use as swap space
 *   when(remove-swapfile): behavior == MADV_REMOVE
 *   origin: fs/open.c: vfs_fallocate()
 *
 * error: EOPNOTSUPP, soft offlining is switched off
 *   condition: MADV_SOFT_OFFLINE with the sysctl vm.enable_soft_offline at 0, or the page is of a
 *     kind that an error injection filter leaves out
 *   when(soft-offline-off): behavior == MADV_SOFT_OFFLINE
 *   origin: mm/memory-failure.c: soft_offline_page()
 *
 * error: EBADF, no swap support
 *   condition: MADV_WILLNEED on anonymous memory, and the kernel was built without CONFIG_SWAP
 *   when(willneed-no-swap): behavior == MADV_WILLNEED && !config(SWAP)
 *   origin: mm/madvise.c: madvise_willneed()
 *
 * error: EINVAL, access is not permitted
 *   condition: MADV_POPULATE_READ or MADV_POPULATE_WRITE on memory whose protection forbids that
 *     access, on device memory, or on secret memory
 *   when(populate-access): behavior in {MADV_POPULATE_READ, MADV_POPULATE_WRITE}
 *   origin: mm/gup.c: __get_user_pages(), FOLL_MADV_POPULATE
 *
 * error: EFAULT, page cannot be brought in
 *   condition: MADV_POPULATE_READ or MADV_POPULATE_WRITE where touching the page would raise SIGBUS
 *     or SIGSEGV, as behind the end of a mapped file
 *   when(populate-fault): behavior in {MADV_POPULATE_READ, MADV_POPULATE_WRITE}
 *   desc: The signal is not sent.
 *   origin: mm/madvise.c: madvise_populate(); mm/gup.c: faultin_page()
 *
 * error: EFAULT, no page to poison
 *   condition: MADV_HWPOISON or MADV_SOFT_OFFLINE on an address without accessible memory
 *   when(inject-hole): behavior in {MADV_HWPOISON, MADV_SOFT_OFFLINE}
 *   origin: mm/madvise.c: madvise_inject_error(); mm/gup.c: get_user_pages_fast()
 *
 * error: EHWPOISON, page is poisoned
 *   condition: a page of the range was lost to a memory error earlier
 *   when(poisoned): behavior in {MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_HWPOISON}
 *   origin: mm/madvise.c: madvise_populate(); mm/memory-failure.c: memory_failure()
 *
 * error: EIO, page could not be isolated or swept
 *   condition: a memory error was injected, or offlining asked for, on a page of unknown kind; or
 *     the file system failed to punch the hole
 *   when(inject-unknown): behavior in {MADV_HWPOISON, MADV_SOFT_OFFLINE}
 *   when(remove-io): behavior == MADV_REMOVE
 *   desc: Reading ahead for MADV_WILLNEED does not report errors of the device.
 *   origin: mm/memory-failure.c: soft_offline_page(); mm/madvise.c: madvise_remove()
 *
 * error: ENXIO, memory outside kernel control
 *   condition: the page to poison is not managed by the kernel
 *   when(inject-unmanaged): behavior in {MADV_HWPOISON, MADV_SOFT_OFFLINE}
 *   origin: mm/memory-failure.c: memory_failure()
 *
 * error: EINTR, unmerging was interrupted
 *   condition: a signal came while MADV_UNMERGEABLE gave pages back their own copies
 *   when(unmerge): behavior == MADV_UNMERGEABLE && config(KSM)
 *   desc: Restarted unless the handler was installed without SA_RESTART.
 *   origin: mm/ksm.c: unmerge_ksm_pages()
 *
 * error: EINTR, process is being killed
 *   label: killed
 *   condition: a fatal signal came while the call waited for mmap_lock or for pages
 *   internal: yes
 *   desc: The process never sees it.
 *   origin: mm/madvise.c: do_madvise(); mm/gup.c: __get_user_pages()
 *
 * lock: mmap_lock
 *   label: write
 *   type: rwlock
 *   mode: write
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: len_in > 0
 *     && behavior in {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_DONTFORK, MADV_DOFORK,
 *     MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP,
 *     MADV_WIPEONFORK, MADV_KEEPONFORK}
 *   desc: For advice that changes the flags of mappings. Only a fatal signal ends the wait for it.
 *   origin: mm/madvise.c: madvise_need_mmap_write(), do_madvise()
 *
 * lock: mmap_lock
 *   label: read
 *   type: rwlock
 *   mode: read
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: len_in > 0
 *     && behavior in {MADV_REMOVE, MADV_WILLNEED, MADV_DONTNEED, MADV_DONTNEED_LOCKED, MADV_COLD,
 *     MADV_PAGEOUT, MADV_FREE, MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_COLLAPSE}
 *   desc: Dropped and taken again in the middle by MADV_REMOVE, MADV_WILLNEED on files, population
 *     and MADV_COLLAPSE, so other threads may change the mappings meanwhile.
 *   origin: mm/madvise.c: madvise_need_mmap_write(), do_madvise()
 *
 * lock: mf_mutex
 *   type: mutex
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: len_in > 0 && behavior in {MADV_HWPOISON, MADV_SOFT_OFFLINE}
 *   desc: Once for each page; mmap_lock is not held across these two.
 *   origin: mm/memory-failure.c: memory_failure(), soft_offline_page()
 *
 * signal: any caught signal
 *   label: unmerge
 *   direction: receive
 *   action: return
 *   condition: MADV_UNMERGEABLE is at work on memory that has pages of its own
 *   when: behavior == MADV_UNMERGEABLE && config(KSM)
 *   errno: -EINTR
 *   timing: during
 *   restartable: yes
 *   interruptible: yes
 *   origin: mm/ksm.c: unmerge_ksm_pages()
 *
 * signal: SIGBUS
 *   direction: send
 *   action: coredump
 *   target: processes that map a page which MADV_HWPOISON declared broken
 *   condition: the content of the page exists nowhere else
 *   when: behavior == MADV_HWPOISON
 *   timing: during
 *   origin: mm/memory-failure.c: kill_proc()
 *
 * side-effect: modify_state
 *   label: flags
 *   target: flags of the mappings in the range
 *   condition: the advice concerns read-ahead, fork, dump, merging or huge pages
 *   when: behavior in {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_DONTFORK, MADV_DOFORK,
 *     MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP,
 *     MADV_WIPEONFORK, MADV_KEEPONFORK}
 *   reversible: yes
 *   desc: Mappings are split and merged at the ends of the range as needed.
 *   origin: mm/madvise.c: madvise_update_vma()
 *
 * side-effect: free_memory
 *   label: discard
 *   target: pages of the range
 *   condition: MADV_DONTNEED takes them at once, MADV_FREE when memory gets short
 *   when: behavior in {MADV_DONTNEED, MADV_DONTNEED_LOCKED, MADV_FREE}
 *   reversible: no
 *   desc: Private anonymous memory reads as zero afterwards, file mappings show the file again.
 *     After MADV_FREE a page has the old content or zeros until it is written.
 *   origin: mm/madvise.c: madvise_dontneed_single_vma(), madvise_free_pte_range()
 *
 * side-effect: filesystem
 *   label: punch
 *   target: content of the mapped file
 *   condition: MADV_REMOVE succeeds
 *   when: behavior == MADV_REMOVE
 *   reversible: no
 *   desc: The range of the file reads as zero for everybody; its size stays.
 *   origin: mm/madvise.c: madvise_remove()
 *
 * side-effect: alloc_memory
 *   label: populate
 *   target: pages and page tables of the range
 *   condition: MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_COLLAPSE or MADV_WILLNEED
 *   when: behavior in {MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_COLLAPSE, MADV_WILLNEED}
 *   reversible: yes
 *   origin: mm/madvise.c: madvise_populate(), madvise_willneed()
 *
 * side-effect: hardware | irreversible
 *   label: poison
 *   target: page frames behind the range
 *   condition: MADV_HWPOISON or MADV_SOFT_OFFLINE succeeds
 *   when: behavior in {MADV_HWPOISON, MADV_SOFT_OFFLINE}
 *   desc: The system does not use these frames any more until it is told otherwise or boots again.
 *   origin: mm/memory-failure.c: memory_failure(), soft_offline_page()
 *
 * state-trans: page of private anonymous memory
 *   from: any content
 *   to: zero at the next access
 *   condition: MADV_DONTNEED or MADV_DONTNEED_LOCKED succeeds
 *   when: behavior in {MADV_DONTNEED, MADV_DONTNEED_LOCKED}
 *   origin: mm/madvise.c: madvise_dontneed_single_vma()
 *
 * state-trans: memory of a child
 *   from: copy of the parent's
 *   to: zero-filled after MADV_WIPEONFORK, absent after MADV_DONTFORK
 *   condition: the process forks after the call
 *   when: behavior in {MADV_WIPEONFORK, MADV_DONTFORK}
 *   origin: mm/madvise.c: madvise_vma_behavior()
 *
 * capability: CAP_SYS_ADMIN
 *   type: perform_operation
 *   allows: injecting memory errors and taking pages offline
 *   without: EPERM
 *   condition: the advice is MADV_HWPOISON or MADV_SOFT_OFFLINE and the length is not 0
 *   when: behavior in {MADV_HWPOISON, MADV_SOFT_OFFLINE} && len_in > 0
 *   desc: In the initial user namespace; root of a container does not qualify.
 *   origin: mm/madvise.c: madvise_inject_error()
 *
 * constraint: order of checks
 *   label: order
 *   desc: First the advice, then the alignment of @start, then overflow of the length and of the
 *     end. A length of 0 succeeds here. Then come the capability, and the mappings one by one.
 *   origin: mm/madvise.c: do_madvise()
 *
 * examples: size_t size = 16 * (size_t)sysconf(_SC_PAGESIZE);
 *   char *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
 *
 *   if (area != MAP_FAILED) {
 *       memset(area, 1, size);
 *       if (madvise(area, size, MADV_DONTNEED) == 0)
 *           printf("the first byte is %d again\n", area[0]);
 *       munmap(area, size);
 *   }
 *
 * notes: This describes the values of 6.12. Later kernels add some, which 6.12 answers with EINVAL:
 *   MADV_GUARD_INSTALL and MADV_GUARD_REMOVE came with 6.13.
 *
 *   MADV_PAGEOUT on a shared file mapping does nothing, and says 0, unless the caller owns the file
 *   or could write it.
 *
 *   MADV_MERGEABLE on a mapping that cannot be merged and MADV_UNMERGEABLE on one that was not
 *   marked succeed and do nothing.
 */
SYSCALL_DEFINE3(madvise, unsigned long, start, size_t, len_in, int, behavior);
