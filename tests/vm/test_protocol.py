"""What a guest reports is understood however it is cut, and nothing else is taken for it."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from kapi.vm.errors import VmError
from kapi.vm.protocol import Report


def packed(files: dict[str, bytes]) -> bytes:
    """Files as the guest hands them over."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        folder = tarfile.TarInfo("out/folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        link = tarfile.TarInfo("out/link")
        link.type, link.linkname = tarfile.SYMTYPE, "nowhere"
        archive.addfile(link)
        hard = tarfile.TarInfo("out/hard")
        hard.type, hard.linkname = tarfile.LNKTYPE, next(iter(files))
        archive.addfile(hard)
    return gzip.compress(stream.getvalue())


FILES = {"out/a": b"end\nstatus 9\n", "etc/b": bytes(range(256)) * 50}
WHOLE = b"ready\nstatus 7\nfiles\n" + packed(FILES) + b"end\n"


def fed(*pieces: bytes) -> Report:
    """A report that got these pieces."""
    report = Report()
    for piece in pieces:
        report.feed(piece)
    return report


def test_the_states_of_a_guest_that_hands_over_nothing() -> None:
    report = Report()
    seen = []
    for piece in (b"", b"rea", b"dy\nsta", b"tus 130\n", b"end\n"):
        report.feed(piece)
        seen.append((report.is_ready, report.status, report.is_complete))
    assert seen == [
        (False, None, False),
        (False, None, False),
        (True, None, False),
        (True, 130, False),
        (True, 130, True),
    ]
    assert report.files() == {}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000, 1 << 20])
def test_a_report_cut_into_pieces_of_any_size(size: int) -> None:
    pieces = [WHOLE[at : at + size] for at in range(0, len(WHOLE), size)]
    report = fed(*pieces)
    assert (report.status, report.is_complete, report.failure) == (7, True, "")
    expected = {f"/{name}": data for name, data in FILES.items()}
    assert report.files() == {**expected, "/out/hard": FILES["out/a"]}


@pytest.mark.parametrize("cut", [5, 12, 20, 22, 60, len(WHOLE) - 4, len(WHOLE) - 1])
def test_a_report_that_was_cut_short_is_not_complete(cut: int) -> None:
    assert not fed(WHOLE[:cut]).is_complete


def test_what_could_not_be_done_before_the_command() -> None:
    report = fed(b"failed insmod x.ko y.ko\nready\n")
    assert (report.failure, report.is_ready) == ("insmod x.ko y.ko", True)


@pytest.mark.parametrize(
    "data",
    [
        b"status 1\n",  # before it was ready
        b"ready\nready\n",
        b"ready\nend\n",  # without a status
        b"ready\nstatus -1\n",
        b"ready\nstatus\n",
        b"ready\nstatus 1\nstatus 0\n",
        b"ready\nfailed late\n",
        b"hello\n",
        b"x" * 5000,  # no line at all
        WHOLE[:-4] + b"more\n",
    ],
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(VmError, match=r"^cannot understand the guest: unexpected in its report"):
        fed(data)


def test_damaged_files_are_refused() -> None:
    at = len(WHOLE) - 12  # the checksum of the packed files
    damaged = WHOLE[:at] + bytes([WHOLE[at] ^ 1]) + WHOLE[at + 1 :]
    with pytest.raises(VmError, match="cannot read the files of the guest"):
        fed(damaged)


def test_packed_bytes_that_are_no_files_are_refused() -> None:
    report = fed(b"ready\nstatus 0\nfiles\n", gzip.compress(b"x" * 600), b"end\n")
    with pytest.raises(VmError, match="cannot read the files of the guest"):
        report.files()
