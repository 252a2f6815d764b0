"""Deliveries under faults of every kind, in virtual time: nothing lost, doubled or misplaced.

    uv run python -m tests.bench.simulate --schedules 100000
    uv run python -m tests.bench.simulate --seed 4711      one schedule, told step by step
    uv run python -m tests.bench.simulate --mutants        planted faults, and the seed that finds each
    uv run python -m tests.bench.simulate --beyond 10000   what the promise excludes, counted

A schedule is one or two processes of the real services on an in-memory store
that passes the SQL store's tests, with kills, stalls, clock steps, lost and
late answers, rate limits, closed channels and outages, all drawn from a seed.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.checks import violations
from tests.simulation.mutants import MUTANTS
from tests.simulation.named import TESTS, finds
from tests.simulation.scenario import scenario
from tests.simulation.schedules import Tally, first_failure, quiet, run_schedules
from tests.simulation.world import World

CHUNK = 250
SEEDS_MAX = 2_000
"""A planted fault has to be found by so many schedules."""
FAILURES_SHOWN = 5
YEAR_DAYS = 365.25


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--schedules", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="replay one schedule and tell its story")
    parser.add_argument("--mutants", action="store_true", help="look for planted faults")
    parser.add_argument("--beyond", type=int, help="schedules of what the promise excludes")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()
    if args.seed is not None:
        return replay(args.seed)
    if args.mutants:
        return find_mutants(args.jobs)
    if args.beyond:
        return report(range(args.first, args.first + args.beyond), args.jobs, beyond=True)
    return report(range(args.first, args.first + args.schedules), args.jobs)


def replay(seed: int) -> int:
    world = World(scenario(seed), told=True)
    with quiet():
        world.run()
    print("\n".join(world.story.lines))
    failed = violations(world)
    print("\n".join(failed) or "All is as promised.")
    return bool(failed)


def report(seeds: range, jobs: int, *, beyond: bool = False) -> int:
    started, tally = time.perf_counter(), Tally()
    chunks = [seeds[n : n + CHUNK] for n in range(0, len(seeds), CHUNK)]
    with ProcessPoolExecutor(jobs) as pool:
        for done in pool.map(_beyond if beyond else run_schedules, chunks):
            tally += done
            show_failures(done, known=len(tally.failures) - len(done.failures))
    seconds = time.perf_counter() - started
    show(tally, seconds)
    if beyond:
        show_beyond(tally)
    else:
        show_promise(tally)
    return bool(tally.failures)


def _beyond(seeds: Sequence[int]) -> Tally:
    return run_schedules(seeds, beyond=True)


def show_failures(tally: Tally, *, known: int) -> None:
    for seed, failed in tally.failures[: max(0, FAILURES_SHOWN - known)]:
        print(f"seed {seed}: {'; '.join(failed[:3])}")
        print(f"  uv run python -m tests.bench.simulate --seed {seed}")


def show(tally: Tally, seconds: float) -> None:
    print(f"schedules                 {tally.schedules:>11,}")
    print(f"  a second                {tally.schedules / seconds:>11.0f}")
    print(f"virtual years             {tally.days / YEAR_DAYS:>11,.0f}")
    print(f"processes killed          {tally.kills:>11,}")
    print(f"  stopped or asleep       {tally.stills:>11,}")
    print(f"  clocks set              {tally.steps:>11,}")
    print(f"papers for a channel      {tally.papers:>11,}")
    print(f"deliveries checked        {tally.deliveries:>11,}")
    print(f"  attempts at them        {tally.attempts:>11,}")
    print(f"  arrived                 {tally.posts:>11,}")
    print(f"  held, a person told     {tally.held:>11,}")


def show_promise(tally: Tally) -> None:
    kinds = ("lost", "double", "wrong channel")
    said = [what for _, failed in tally.failures for what in failed]
    counts = [sum(what.startswith(f"{kind}:") for what in said) for kind in kinds]
    print(f"lost / double / misplaced {' / '.join(map(str, counts)):>11}")
    print(f"schedules that failed     {len(tally.failures):>11,}")
    if not tally.failures:
        bound = f"{3 / max(tally.deliveries, 1):.1e}"
        print(f"95 % bound on the rate    {bound:>11}")


def show_beyond(tally: Tally) -> None:
    print(f"taken too late            {tally.late:>11,}")
    print(f"  and so there twice      {tally.doubled:>11,}")
    print(f"lost or misplaced         {len(tally.failures):>11,}")


def find_mutants(jobs: int) -> int:
    print(f"{'fault':<66} {'seed':>5}  found by")
    with ProcessPoolExecutor(jobs) as pool:
        caught = 0
        for mutant, found in zip(MUTANTS.values(), pool.map(_find, MUTANTS), strict=True):
            seed, by = found or ("-", "nothing")
            print(f"{mutant.fault:<66} {seed:>5}  {by}", flush=True)
            caught += found is not None
    print(f"{caught} of {len(MUTANTS)} found")
    return caught < len(MUTANTS)


def _find(name: str) -> tuple[str, str] | None:
    mutant = MUTANTS[name]
    if mutant.name in TESTS:
        test = TESTS[mutant.name]
        return ("test", test.__name__) if finds(test, mutant.parts) else None
    found = first_failure(range(SEEDS_MAX), mutant.parts)
    return found and (str(found[0]), found[1])


if __name__ == "__main__":
    sys.exit(main())
