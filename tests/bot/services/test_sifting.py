"""How far a search looks where hardly anything matches."""

from itertools import count

import pytest

from bot.domain.parsing import parse_search
from bot.ports.storage import Candidate
from bot.services import sifting
from bot.services.presenting.wording import NOT_ALL
from bot.services.searching import exact_matches
from bot.services.sifting import Sieve
from tests.bot.services.asking import answer, collected
from tests.fakes import MONDAY, make_paper

TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    monkeypatch.setattr(sifting, "MISSES_MAX", 3)


def candidates(*titles):
    return (Candidate(paper=make_paper(title=title), score=0) for title in titles)


def sifted(sieve, *titles):
    return [c.paper.title for c, _ in sieve.sift(candidates(*titles))]


def test_what_matches_passes_however_much_it_is():
    sieve = Sieve(parse_search("title:walk"), today=TODAY)
    assert sifted(sieve, *["Walk"] * 9, "Run", "Run") == ["Walk"] * 9
    assert not sieve.is_full


def test_after_many_that_do_not_match_nothing_more_is_looked_at():
    sieve = Sieve(parse_search("title:walk"), today=TODAY)
    endless = (c for n in count() for c in candidates("Walk" if n == 1 else "Run"))
    assert len(list(sieve.sift(endless))) == 1
    assert sieve.is_full
    assert sifted(sieve, "Walk") == []


@pytest.mark.parametrize("typed", ["search", "preview", "subscribe", "results 0", "recent 0"])
@pytest.mark.parametrize(("number", "said"), [(2, False), (4, True)])
async def test_an_answer_says_that_not_all_was_looked_at(world, typed, number, said):
    papers = [make_paper(f"2607.{n:05}", f"Robot {n}", abstract="") for n in range(number)]
    await collected(world, *papers)
    assert (NOT_ALL in await answer(world, f'{typed} ="robots"')) is said


async def test_what_came_before_too_many_is_found(world):
    papers = [make_paper(f"2607.{n:05}", f"Robot {n}", abstract="") for n in range(9)]
    await collected(world, make_paper("2606.00001", "Robots, robots"), *papers)
    query = parse_search('="robots"')
    found = await world.store.read(lambda tx: exact_matches(tx, query, limit=9, today=TODAY))
    assert [f.paper.title for f in found] == ["Robots, robots"]
    assert not found.whole
