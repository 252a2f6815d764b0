"""System calls that fail: on the n-th write to the disk or the network, a kill or an error.

    uv run python -m tests.proofs.syscalls [--most N]

strace makes the program's own calls fail, so it needs the right to trace. After each
fault the database has to open and to be whole, to hold what was acknowledged, and a
program started on it has to deliver the rest.
"""

import argparse
import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.proofs.databases import Databases, databases
from tests.proofs.peers import PEERS
from tests.proofs.program import ACKNOWLEDGED, FORKING, trail_of, warm_up
from tests.proofs.scene import SMALL
from tests.proofs.stage import Stage, staged
from tests.proofs.tally import Ran, Tally, proved, tallied

STRACE = shutil.which("strace")
TO_DISK = ("signal=SIGKILL", "error=ENOSPC", "error=EIO")
TO_NETWORK = ("signal=SIGKILL", "error=ECONNRESET", "error=EIO")
FAULTS = {"pwrite64": TO_DISK, "fdatasync": TO_DISK, "fsync": TO_DISK, "sendto": TO_NETWORK}
LASTING_S = 2.0
"""So long a disk stays full, where it does."""
_CALL = re.compile(r"^(\d+) +(\w+)\(")


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    call: str
    fault: str
    n: int
    """The n-th call of this name in one of the program's threads."""
    lasting: bool = False
    """Whether all calls after it fail as well."""

    def __str__(self) -> str:
        return f"{self.call}:{self.fault}:when={self.n}{'+' if self.lasting else ''}"


def can_trace() -> bool:
    """Whether strace is here and may attach to a process."""
    if STRACE is None:
        return False
    with subprocess.Popen(["sleep", "5"]) as sleeping:
        attach = [STRACE, "-p", str(sleeping.pid), "-o", "/dev/null"]
        with subprocess.Popen(attach, stderr=subprocess.PIPE, text=True) as tracing:
            said = tracing.stderr.readline() if tracing.stderr else ""
            sleeping.kill()
    return "attached" in said


@asynccontextmanager
async def traced(stage: Stage, *more: str) -> AsyncIterator[None]:
    """The program begins under strace, whose trace is beside its own."""
    gate = FORKING.Event()
    process = stage.start(gate=gate)
    tracing = await asyncio.create_subprocess_exec(
        str(STRACE), "-f", "-p", str(process.pid), "-o", str(_trace(stage)),
        "-e", f"trace={','.join(FAULTS)}", *more,
        stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE,
    )  # fmt: skip
    await _attached(tracing)
    gate.set()
    try:
        yield
    finally:
        process.kill()
        await process.ended()
        await tracing.communicate()


async def _attached(tracing: Process) -> None:
    assert tracing.stderr
    while b"attached" not in (line := await tracing.stderr.readline()):
        if not line:
            raise RuntimeError("strace may not trace here")


def _trace(stage: Stage) -> Path:
    return stage.life(len(stage.lives) - 1) / "strace"


async def calls(where: Databases, peer: str) -> Counter[str]:
    """How many of each a run without a fault makes, in the thread that makes most."""
    async with staged(SMALL, where, peer) as stage:
        async with traced(stage):
            if not await stage.quiet():
                raise RuntimeError("an undisturbed run does not end")
        made = Counter(found.groups() for line in _lines(stage) if (found := _CALL.match(line)))
    most: Counter[str] = Counter()
    for (_, call), n in made.items():
        most[call] = max(most[call], n)
    return most


def _lines(stage: Stage) -> list[str]:
    return _trace(stage).read_text(errors="replace").splitlines()


async def one(where: Databases, peer: str, injection: Injection) -> Ran:
    """Fail once, or from then on for a while; then go on, start again, compare."""
    async with staged(SMALL, where, peer) as stage:
        async with traced(stage, "-e", f"inject={injection}"):
            if injection.lasting:
                await stage.first_end(within_s=LASTING_S)
            else:
                await stage.first_end()
        happened = any("INJECTED" in line or "killed by" in line for line in _lines(stage))
        wrong = list(_damage(stage))
        verdict = await stage.finished(wrong)
    return Ran(name=f"{peer}, {injection}", kills=int(happened), verdict=verdict)


def _damage(stage: Stage) -> Iterator[str]:
    """What is not as it should be in the file that the fault left."""
    connection = sqlite3.connect(stage.folder / "paperlark.db")
    try:
        if (said := connection.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
            yield f"integrity_check says {said[:3]}"
        kept = {
            id_ for (id_,) in connection.execute("SELECT id FROM delivery WHERE state = 'sent'")
        }
    finally:
        connection.close()
    for line in trail_of(stage.life(0)):
        if line.startswith(ACKNOWLEDGED) and line.removeprefix(ACKNOWLEDGED) not in kept:
            yield f"the file does not hold what was {line}"


def injections(made: Counter[str], most: int) -> Iterator[Injection]:
    """Evenly over all calls; every sixth error lasts."""
    for call, faults in FAULTS.items():
        for fault in faults:
            for n in range(1, made[call] + 1, max(made[call] // most, 1)):
                lasting = fault.startswith("error") and n % 6 == 0
                yield Injection(call=call, fault=fault, n=n, lasting=lasting)


async def prove(most: int) -> Tally:
    """With each call and fault at so many moments, half of them with either platform."""
    warm_up()
    with databases("sqlite") as where:
        made = await calls(where, "slack")
        peers = [*PEERS]
        return await tallied(
            f"syscalls of {dict(made)}",
            (
                partial(one, where, peers[number % len(peers)], injection)
                for number, injection in enumerate(injections(made, most))
            ),
            deed="faults injected",
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=40, help="of each call and fault")
    args = parser.parse_args()
    if not can_trace():
        print("syscalls: skipped, as strace is not installed or may not trace here")
        return 0
    return proved(prove(args.most))


if __name__ == "__main__":
    sys.exit(main())
