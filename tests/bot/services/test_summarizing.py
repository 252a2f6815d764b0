"""A language model writes summaries of what waits for a digest; whatever it does, digests come."""

from contextlib import suppress
from datetime import timedelta

import pytest

from bot.domain.errors import SourceUnavailable
from bot.domain.papers import Summary
from bot.services.summarizing import AT_ONCE, KNOWN, TRY_AGAIN, SummaryWriting
from tests.fakes import FakeWriter, make_paper, text_of

QUERY = "paper"


@pytest.fixture
def writer():
    return FakeWriter()


def writing(world, writer, *, leads=lambda: True, per_day=100):
    return SummaryWriting(world.store, writer, world.clock, leads, per_day=per_day)


async def pending(world, count):
    """So many papers wait for the digest of a channel."""
    await world.found(QUERY)
    world.source.waiting = [
        make_paper(f"2607.{n:05d}", f"A paper of some length, number {n}")
        for n in range(1, count + 1)
    ]
    await world.collector.collect()


async def test_the_digest_shows_what_was_written_and_who_wrote_it(world, writer):
    await pending(world, 1)
    await writing(world, writer).run()
    world.clock.advance(hours=3)
    [planned] = await world.digester.digest()
    said = text_of(planned.messages)
    assert "It is about A paper of some length, number 1." in said
    assert "fake" in said


async def test_a_digest_does_not_wait_for_it(world, writer):
    await pending(world, 1)
    world.clock.advance(hours=3)
    [planned] = await world.digester.digest()
    assert "We show what goes wrong" in text_of(planned.messages)
    await writing(world, writer).run()
    assert writer.asked == []


async def test_a_tick_asks_about_a_few_and_each_paper_once(world, writer):
    await pending(world, AT_ONCE + 2)
    work = writing(world, writer)
    await work.run()
    assert len(writer.asked) == AT_ONCE
    await work.run()
    await work.run()
    assert len(writer.asked) == len(set(writer.asked)) == AT_ONCE + 2


async def test_the_day_has_a_budget_that_outlives_a_restart(world, writer):
    await pending(world, 5)
    writer.says.extend([None, "A sentence that is fit to be shown."])
    await writing(world, writer, per_day=3).run()
    await writing(world, writer, per_day=3).run()
    assert len(writer.asked) == 3
    assert await writing(world, writer, per_day=3).asked_today() == 3
    world.clock.advance(days=1)
    await writing(world, writer, per_day=3).run()
    assert len(writer.asked) == 6


async def test_a_budget_of_nothing_asks_nothing(world, writer):
    await pending(world, 1)
    await writing(world, writer, per_day=0).run()
    assert writer.asked == []


async def test_only_who_leads_asks(world, writer):
    await pending(world, 1)
    await writing(world, writer, leads=lambda: False).run()
    assert writer.asked == []


async def test_what_is_not_fit_changes_only_the_label(world, writer):
    await pending(world, 1)
    writer.says.extend([None] * 3)
    await writing(world, writer).run()
    world.clock.advance(hours=3)
    [planned] = await world.digester.digest()
    said = text_of(planned.messages)
    assert "We show what goes wrong" in said
    assert "abstract" in said


UNANSWERED = SourceUnavailable("language model", "answers HTTP 400")


async def test_after_two_failures_in_a_row_it_is_asked_again_an_hour_later(world, writer, caplog):
    await pending(world, 4)
    writer.says.extend([UNANSWERED, UNANSWERED])
    work = writing(world, writer)
    await work.run()
    assert len(writer.asked) == 2
    assert "summaries are sentences of the abstract meanwhile" in caplog.text
    world.clock.advance(seconds=(TRY_AGAIN - timedelta(seconds=1)).total_seconds())
    await work.run()
    assert len(writer.asked) == 2
    world.clock.advance(seconds=1)
    await work.run()
    assert len(writer.asked) == 2 + AT_ONCE - 1


async def test_a_paper_that_the_service_refuses_keeps_no_other_from_its_summary(world, writer):
    await pending(world, 4)
    poison = "A paper of some length, number 4"

    async def write(paper):
        writer.asked.append(paper.title)
        if paper.title == poison:
            raise UNANSWERED
        return Summary(text="It is about rewards and more.", maker="fake")

    writer.write = write
    work = writing(world, writer)
    for _ in range(5):
        await work.run()
        world.clock.advance(hours=1)
    assert writer.asked.count(poison) == 3
    assert len(set(writer.asked)) == 4
    assert len(writer.asked) == 6


@pytest.mark.parametrize("fault", [ValueError("a fault of ours"), None])
async def test_what_was_asked_counts_whatever_comes_of_it(world, writer, fault):
    await pending(world, 1)
    writer.says.extend([fault] * 9)
    work = writing(world, writer)
    for _ in range(9):
        with suppress(ValueError):
            await work.run()
    assert len(writer.asked) == 3
    assert await work.asked_today() == 3


async def test_a_service_that_says_when_is_asked_then(world, writer):
    await pending(world, 1)
    writer.says.append(
        SourceUnavailable("language model", "busy", retry_after=timedelta(minutes=2))
    )
    work = writing(world, writer)
    await work.run()
    assert len(writer.asked) == 1
    world.clock.advance(minutes=2)
    await work.run()
    assert len(writer.asked) == 2


async def test_trying_it_costs_nothing_of_the_budget(world, writer):
    work = writing(world, writer)
    assert await work.try_model()
    assert writer.asked == [KNOWN.title]
    assert await work.asked_today() == 0
    writer.says.append(None)
    assert not await work.try_model()
