"""Runs of a proof: two at a time, counted, and told in one line."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from tests.proofs.verdict import Verdict

AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run: what was done to the program, and what came of it."""

    name: str
    """Enough to do it again."""
    kills: int
    verdict: Verdict


@dataclass
class Tally:
    proof: str
    deed: str = "kills"
    """What is done to the program."""
    runs: int = 0
    kills: int = 0
    checked: int = 0
    lost: int = 0
    double: int = 0
    astray: int = 0
    held: int = 0
    faults: list[str] = field(default_factory=list)
    """All of them, also those that are neither."""

    def add(self, ran: Ran) -> None:
        verdict = ran.verdict
        self.runs += 1
        self.kills += ran.kills
        self.checked += verdict.checked
        self.lost += len(verdict.lost)
        self.double += len(verdict.double)
        self.astray += len(verdict.astray)
        self.held += verdict.held
        if verdict.faults:
            self.faults.append(f"{ran.name}: {'; '.join(verdict.faults)}")
            print(f"FAULT {self.faults[-1]}", flush=True)

    def __iadd__(self, other: "Tally") -> Self:
        for name in ("runs", "kills", "checked", "lost", "double", "astray", "held"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults
        return self

    def __str__(self) -> str:
        return (
            f"{self.proof}: {self.runs:,} runs, {self.kills:,} {self.deed},"
            f" {self.checked:,} deliveries checked: {self.lost} lost, {self.double} double,"
            f" {self.astray} in a wrong channel ({self.held} held and told);"
            f" {len(self.faults)} runs with any fault;"
            f" 95 % bound 3/n = {3 / max(self.checked, 1):.1e}"
        )


async def tallied(
    proof: str,
    runs: Iterable[Callable[[], Awaitable[Ran]]],
    *,
    deed: str = "kills",
    at_once: int = AT_ONCE,
) -> Tally:
    """All of them, a few at a time."""
    tally, waiting = Tally(proof, deed), iter(runs)

    async def work() -> None:
        for run in waiting:
            tally.add(await run())
            if tally.runs % 50 == 0:
                print(f"... {tally}", file=sys.stderr, flush=True)

    await asyncio.gather(*(work() for _ in range(at_once)))
    return tally


def proved(proof: Coroutine[Any, Any, Tally]) -> int:
    """Prove it, say what came of it, and give the exit code; SIGTERM ends it tidily."""
    tally = asyncio.run(_until_asked(proof))
    print(tally)
    return int(bool(tally.faults))


async def _until_asked(proof: Coroutine[Any, Any, Tally]) -> Tally:
    proving = asyncio.ensure_future(proof)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, proving.cancel)
    return await proving
