# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of sockets that talk over the loopback device."""

from __future__ import annotations

from typing import Final

from kapi.testgen.case import Arg, Data, Slot, Words
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup.steps import Steps

#: struct sockaddr_in with any port of 127.0.0.1.
_LOOPBACK: Final = b"\x02\x00\x00\x00\x7f\x00\x00\x01" + bytes(8)
_SIZE: Final = len(_LOOPBACK)
#: struct ifreq of the device lo: its flags are IFF_UP and IFF_RUNNING.
_LOOPBACK_UP: Final = b"lo" + bytes(14) + b"\x41\x00" + bytes(22)


def loopback_up(steps: Steps) -> None:
    """A new guest has the loopback device, which is down; elsewhere this changes nothing."""
    fd = steps.call("socket", "AF_INET", "SOCK_DGRAM", 0)
    steps.attempt("ioctl", fd, "SIOCSIFFLAGS", Data(_LOOPBACK_UP))
    steps.do("close", fd)


def tcp_pair(steps: Steps, room: int = 0) -> fds.Ends:
    """Two connected TCP sockets; the second one is the server's.

    :param room: bytes that the server's socket has for what comes; 0 is as usual.
    """
    listener = steps.call("socket", "AF_INET", "SOCK_STREAM", 0)
    if room:
        steps.do("setsockopt", listener, "SOL_SOCKET", "SO_RCVBUF", _number(room), 4)
    address = steps.let(Data(_LOOPBACK))
    steps.do("bind", listener, address, _SIZE)
    steps.do("listen", listener, 1)
    steps.do("getsockname", listener, address, _number(_SIZE))
    client = steps.call("socket", "AF_INET", "SOCK_STREAM", 0)
    steps.do("connect", client, address, _SIZE)
    server = steps.call("accept4", listener, 0, 0, 0)
    steps.do("close", listener)
    return fds.Ends(client, server)


def tcp_reset(steps: Steps) -> Slot:
    """A TCP socket whose peer broke the connection."""
    ends = tcp_pair(steps)
    linger = Data((1).to_bytes(4, "little") + bytes(4))  # struct linger: on, not a second
    steps.do("setsockopt", ends.second, "SOL_SOCKET", "SO_LINGER", linger, 8)
    return fds.alone(steps, ends, 0)


def tcp_timed_out(steps: Steps) -> Slot:
    """A TCP socket whose peer took nothing for too long."""
    ends = tcp_pair(steps, room=1)
    steps.do("setsockopt", ends.first, "IPPROTO_TCP", "TCP_USER_TIMEOUT", _number(100), 4)
    steps.do("fcntl", ends.first, "F_SETFL", "O_NONBLOCK")
    data = steps.room(1 << 16)
    for _ in range(8):
        steps.attempt("write", ends.first, data, 1 << 16)
    steps.do("nanosleep", Words((2, 0)), 0)
    return ends.first


def udp_refused(steps: Steps) -> Slot:
    """A connected UDP socket whose datagram found nobody."""
    fd = steps.call("socket", "AF_INET", "SOCK_DGRAM", 0)
    nobody = steps.call("socket", "AF_INET", "SOCK_DGRAM", 0)
    address = steps.let(Data(_LOOPBACK))
    steps.do("bind", nobody, address, _SIZE)
    steps.do("getsockname", nobody, address, _number(_SIZE))
    steps.do("close", nobody)
    steps.do("connect", fd, address, _SIZE)
    steps.do("write", fd, b"x", 1)
    return fd


def _number(value: int) -> Arg:
    return Data(value.to_bytes(4, "little"))
