"""Many schedules, one after the other, and what came of them."""

import gc
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields

from bot.domain.deliveries import HELD
from tests.simulation.checks import doubles, violations
from tests.simulation.replica import Parts
from tests.simulation.scenario import scenario
from tests.simulation.world import World

COLLECT_EVERY = 50
"""Schedules between two collections of garbage: worlds are full of circles."""


@dataclass(slots=True, kw_only=True)
class Tally:
    schedules: int = 0
    deliveries: int = 0
    """Each was looked for in the channels: whether it is there, once, in its place."""
    attempts: int = 0
    posts: int = 0
    """That arrived."""
    papers: int = 0
    """Papers that a channel was to get."""
    held: int = 0
    """Deliveries that a person was told of."""
    kills: int = 0
    stills: int = 0
    steps: int = 0
    days: float = 0.0
    """Of virtual time."""
    late: int = 0
    """Posts taken after all time that the promise allows."""
    doubled: int = 0
    failures: list[tuple[int, list[str]]] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )


def run_schedules(
    seeds: Iterable[int], parts: Parts | None = None, *, beyond: bool = False
) -> Tally:
    """Without an end at the first failure."""
    tally = Tally()
    with quiet():
        for seed in seeds:
            tally += _run(seed, parts, beyond=beyond)
    return tally


def first_failure(seeds: Iterable[int], parts: Parts) -> tuple[int, str] | None:
    """The first seed that tells these parts from right ones, and what it says."""
    with quiet():
        for seed in seeds:
            if failed := _run(seed, parts, beyond=False).failures:
                return seed, failed[0][1][0]
    return None


def _run(seed: int, parts: Parts | None, *, beyond: bool) -> Tally:
    world = World(scenario(seed, beyond=beyond), parts)
    world.run()
    if seed % COLLECT_EVERY == 0:
        gc.collect()
    found = violations(world, beyond=beyond)
    deliveries = world.store.tables.deliveries.values()
    return Tally(
        schedules=1,
        deliveries=len(deliveries),
        attempts=sum(delivery.attempts for delivery in deliveries),
        posts=len(world.service.posts),
        papers=len(world.expected()),
        held=sum(delivery.state in HELD for delivery in deliveries),
        kills=world.faults.kills,
        stills=world.faults.stills,
        steps=world.faults.steps,
        days=world.loop.now / 86_400,
        late=world.service.late,
        doubled=sum(1 for _ in doubles(world)),
        failures=[(seed, found)] if found else [],
    )


@contextmanager
def quiet() -> Iterator[None]:
    """What the services say of thousands of faults would take most of the time."""
    ours, digesting = logging.getLogger("bot"), logging.getLogger("bot.services.digesting")
    levels = ours.level, digesting.level
    ours.setLevel(logging.CRITICAL + 1)
    digesting.setLevel(logging.ERROR)
    propagates, digesting.propagate = digesting.propagate, False
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        digesting.propagate = propagates
        for logger, level in zip((ours, digesting), levels, strict=True):
            logger.setLevel(level)
