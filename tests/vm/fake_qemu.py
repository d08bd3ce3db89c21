"""A stand-in for QEMU: writes what it is told to the ports, then ends as it is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_PROGRAM = """\
#!{python}
import json, os, re, signal, sys, time
scene = json.loads({scene!r})
with open({log!r}, "w") as log:
    json.dump(sys.argv[1:], log)
ports = {{}}
for word in sys.argv:
    found = re.match(r"file,id=(\\w+),path=(/proc/self/fd/\\d+)", word)
    if found:
        # A file that QEMU opens has no buffer.
        ports[found[1]] = os.open(found[2], os.O_WRONLY)
for port, text in scene["says"]:
    if port == "sleep":
        time.sleep(float(text))
    elif port == "stderr of qemu":
        os.write(2, text.encode())
    else:
        data = text.encode()
        while data:
            data = data[os.write(ports[port], data):]
if scene["signal"]:
    os.kill(os.getpid(), scene["signal"])
sys.exit(scene["status"])
"""


class FakeQemu:
    """Puts a stand-in into a folder of programs.

    :param folder: where the program goes; it comes first in PATH.
    """

    def __init__(self, folder: Path) -> None:
        self._program = folder / "qemu-system-x86_64"
        self._log = folder / "arguments.json"

    def plays(self, *says: tuple[str, str], status: int = 0, signal: int = 0) -> None:
        """What the next run does: text for a port, or ``sleep`` and seconds, in this order."""
        scene = json.dumps({"says": says, "status": status, "signal": signal})
        text = _PROGRAM.format(python=sys.executable, scene=scene, log=str(self._log))
        self._program.write_text(text)
        self._program.chmod(0o755)

    @property
    def arguments(self) -> list[str]:
        """What the last run was called with."""
        found: Any = json.loads(self._log.read_text())
        return [str(word) for word in found]

    @property
    def was_run(self) -> bool:
        """Whether there was a run at all."""
        return self._log.exists()
