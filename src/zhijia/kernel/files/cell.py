"""The cell: a process of its own, with little memory and little time, in which files of strangers are taken apart.

Decoders are large programs in C; a crafted file that makes one fall over, eat memory or loop takes the cell with it and
nothing else. The cell reads the file on its standard input, writes the washed one to its standard output, and says in
one line of JSON on standard error what it found. It knows no keys, no database and no Django.
"""

import json
import resource
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .kinds import Kind, Refusal

MEMORY = 1024**3
"""Bytes of address space."""
SECONDS = 20
"""Of computing; twice as long by the clock on the wall."""
OUTPUT = 256 * 1024**2
"""Bytes of the washed file."""
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from zhijia.kernel.files.cell import main; main()"
_ROOT = Path(__file__).parents[3]
_one_at_a_time = threading.BoundedSemaphore(2)
"""Two cells of one process at once: what all may use together stays bounded."""


@dataclass(frozen=True)
class Washed:
    """What came out: what it is now, whether it was made anew, and what was taken out."""

    kind: Kind
    remade: bool
    taken: tuple[str, ...] = ()


def wash(source: BinaryIO, target: BinaryIO, kind: Kind, *, pixels: int) -> Washed:
    """Take `source` apart in the cell and put a harmless one of the same content into `target`, both files on disk.

    Raises Refusal with the code of what was found; `broken` also when the cell did not come back.
    """
    source.seek(0)
    asked = [sys.executable, "-I", "-c", _BOOT, str(_ROOT), kind.name, str(pixels)]
    with _one_at_a_time:
        try:
            done = subprocess.run(
                asked, stdin=source, stdout=target, stderr=subprocess.PIPE, timeout=SECONDS * 2, env={}
            )
        except subprocess.TimeoutExpired as error:
            raise Refusal("broken") from error
    said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError as error:
        raise Refusal("broken") from error
    if "code" in answer:
        raise Refusal(answer["code"], answer["found"])
    return Washed(Kind[answer["kind"]], answer["remade"], tuple(answer["taken"]))


def main() -> None:
    """Inside: bind ourselves first, then look at the file."""
    _root, kind, pixels = sys.argv[1:]
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(limit, (most, most))
    try:
        washed = work(sys.stdin.buffer, sys.stdout.buffer, Kind[kind], pixels=int(pixels))
        sys.stdout.buffer.flush()
        answer: dict[str, Any] = {"kind": washed.kind.name, "remade": washed.remade, "taken": washed.taken}
    except Refusal as refusal:
        answer = {"code": refusal.code, "found": refusal.found}
    except MemoryError:
        answer = {"code": "unpacks", "found": ""}
    print(json.dumps(answer), file=sys.stderr)


def work(source: BinaryIO, target: BinaryIO, kind: Kind, *, pixels: int) -> Washed:
    """What the cell does, by the kind of file. Raises Refusal."""
    if kind.is_image:
        from . import images

        return Washed(images.wash(source, target, kind, pixels=pixels), remade=True)
    if kind is Kind.PDF:
        from . import papers

        remade, taken = papers.wash(source, target)
        return Washed(kind, remade, tuple(taken))
    if kind in (Kind.DOCX, Kind.XLSX):
        from . import office

        office.inspect(source, kind)
    source.seek(0)
    while block := source.read(1 << 20):
        target.write(block)
    return Washed(kind, remade=False)
