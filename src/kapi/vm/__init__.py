# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine room: Linux trees, kernels built from them, and guests that run a command on one.

In: a kernel tree or a stock kernel, a configuration, a command. Out: a built kernel, and what the
command printed and left behind. Knows nothing of specs. Import what is needed from the modules:
``source`` and ``overlay`` have trees, ``kconfig`` configurations, ``build`` kernels, ``stock``
those of the distribution, ``guest`` runs QEMU, ``uml`` a kernel that is a program.
"""
