"""Planted faults are found; otherwise a simulation that finds nothing says nothing."""

import pytest

from tests.bench.simulate import SEEDS_MAX
from tests.simulation.mutants import MUTANTS
from tests.simulation.named import TESTS, finds
from tests.simulation.schedules import first_failure

AT_ONCE = (
    "RecordFirst",
    "SendFirst",
    "LibraryRetries",
    "ResendAtOnce",
    "NoAnswerIsSent",
    "ThreadLost",
    "TornClaim",
    "TwoInFlight",
)


@pytest.mark.parametrize("name", AT_ONCE)
def test_a_plain_fault_is_found_at_once(name):
    assert first_failure(range(80), MUTANTS[name].parts)


@pytest.mark.parametrize("name", TESTS)
def test_a_rare_fault_has_a_test_of_its_own(name):
    assert finds(TESTS[name], MUTANTS[name].parts)


def test_there_are_as_many_as_were_asked_for():
    assert len(MUTANTS) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MUTANTS.keys() - TESTS.keys()))
def test_each_fault_is_found_in_time(name):
    assert first_failure(range(SEEDS_MAX), MUTANTS[name].parts)
