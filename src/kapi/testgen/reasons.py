# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a claim stays unverified. Pure data, but for the look-up."""

from __future__ import annotations

from typing import Final

from kapi.model.claims import Claim
from kapi.model.spec import Errno, ErrorSet, Param, Require

#: By the end of a claim's id: why no case brings it about.
REASONS: Final = {
    "error.EACCES.lsm": "needs a security module that has a policy for files",
    "error.EBADF.willneed-no-swap": "holds for kernels without CONFIG_SWAP alone",
    "error.EBUSY.collapse-charge": "needs a memory control group that refuses a huge page",
    "error.EINVAL.count-too-large": "such a count is EFAULT first, where user space is no larger",
    "error.EFAULT.device": "needs a kernel whose raw memory may be written to",
    "error.EMFILE.table-size": "needs 134217728 open descriptors in one process",
    "error.ENOMEDIUM.medium": "needs a drive for removable media",
    "error.ENXIO.inject-unmanaged": "needs device memory that is taken away during the call",
    "error.EOVERFLOW.large-file": "holds for 32-bit kernels alone",
    "error.EPERM.policy": "needs a file system that was changed while nobody had it mounted",
    "error.EROFS.medium": "needs a drive whose medium is write-protected",
    "param.behavior.require.ksm": "says something of kernels without CONFIG_KSM alone",
    "param.behavior.require.thp": "says something of kernels without huge pages alone",
    "param.behavior.require.memory-failure": "says something of kernels without it alone",
    "capability.CAP_FSETID": "decides about mode bits and not about the result",
    "capability.CAP_SYS_ADMIN.exclusive-terminal": "needs a terminal that TIOCEXCL made exclusive",
    "capability.CAP_SYS_ADMIN.file-max": "needs a machine that has no file left for anybody else",
    "capability.CAP_SYS_PTRACE.proc-link": "needs a process of a third user",
    "capability.CAP_SYS_RAWIO": "needs a raw device that its mode lets an ordinary user open",
    "capability.CAP_SYS_RESOURCE": "needs a disk of which only the reserved blocks are left",
    "signal.SIGBUS": "goes to all processes that map the page, and their handlers may not return",
    "signal.SIGHUP.hangup": "goes to the leader of the session, who is not looked at",
    "signal.SIGIO.last-end": "goes to the other end, which nobody looks at",
    "signal.SIGIO.lease": "goes to the holder of the lease, who is not looked at",
}

#: By kind of claim: why no case can show it.
_KINDS: Final = {
    "context": "from where the kernel may call it is checked inside the kernel",
    "lock": "no program sees which locks were held; lockdep does",
    "param.type": "compared with the prototype by kapi lint",
    "return.type": "compared with the prototype by kapi lint",
    "side-effect": "said in words; the result and ensures are what is checked of it",
    "state-trans": "said in words; the result and ensures are what is checked of it",
    "constraint": "said in words",
    "struct": "said in words",
}


def reason_of(claim: Claim) -> str:
    """The reason that is known for a claim; empty if there is none."""
    if claim.kind in _KINDS:
        return _KINDS[claim.kind]
    node = claim.node
    if isinstance(node, ErrorSet) and node.kind == "open":
        return "an open list promises nothing"
    if isinstance(node, ErrorSet):
        return "no call failed where the list is closed"
    if claim.kind == "param.constraint" and isinstance(node, Param) and not node.on_violation:
        return "nothing is said of what happens otherwise"
    if isinstance(node, Require) and not node.outcome:
        return "nothing is said of what happens otherwise"
    if isinstance(node, Errno) and node.internal:
        return "never delivered, so nothing outside the kernel sees it"
    return REASONS.get(claim.id.partition(".")[2], "")
