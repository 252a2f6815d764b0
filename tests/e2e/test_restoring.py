"""A restored database is older than the channels: nothing comes again, and what is new comes."""

import random
from datetime import date
from pathlib import Path

import pytest

from adapters.storage.backup import backup
from adapters.storage.restoring import Restored, restore, restored_elsewhere
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryUnknown
from bot.services.holding import held_posts
from tests.fakes import FakeChat, FakeClock, FakeSource, make_paper
from tests.world import World, channel_ref, text_of

OLD, SINCE, FRESH = "Reward one", "Reward two", "Reward three"


def paper(number: int, title: str, day: date):
    return make_paper(f"2607.{number:05d}", title, day=day)


class Lab:
    """A program over days, one that is backed up and restored, with one channel that stays."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.copy = folder, folder / "copy.db"
        self.clock, self.source, self.chat = FakeClock(), FakeSource(), FakeChat()
        self.announced: list = []
        self.world = self._built()

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'paperlark.db'}"

    @property
    def today(self) -> date:
        return self.clock.now().date()

    def _built(self) -> World:
        return World(self.folder, clock=self.clock, source=self.source, chat=self.chat)

    def announce(self, *titles: str) -> None:
        for title in titles:
            self.announced.append(paper(len(self.announced) + 1, title, self.today))

    async def day(self) -> None:
        """Sources list the last days again and again; the digest comes at nine."""
        self.source.waiting = list(self.announced)
        await self.world.morning()
        self.clock.advance(hours=21)

    def back_up(self) -> None:
        self.copy.unlink(missing_ok=True)
        backup(self.url, self.copy)

    async def restore(self, *, lost: bool = False) -> Restored:
        await self.world.store.close()
        if lost:
            for file in self.folder.glob("paperlark.db*"):
                file.unlink()
        restored = restore(self.copy, self.url, now=self.clock.now())
        self.world = self._built()
        await self.world.deliverer.hold_interrupted(alone=True)
        return restored

    @property
    def cards(self) -> list[str]:
        return self.world.cards()


@pytest.fixture
async def lab(tmp_path):
    lab = Lab(tmp_path)
    await lab.world.found("reward")
    yield lab
    await lab.world.store.close()


async def test_what_was_posted_after_the_backup_does_not_come_again(lab):
    lab.announce(OLD)
    await lab.day()
    lab.back_up()
    lab.announce(SINCE)
    await lab.day()
    assert (await lab.restore()).knows
    lab.announce(FRESH)
    await lab.day()
    await lab.day()
    assert lab.cards == [OLD, SINCE, FRESH]


async def test_where_the_database_is_lost_what_may_be_posted_counts_as_posted(lab):
    lab.announce(OLD)
    await lab.day()
    lab.back_up()
    lab.announce(SINCE)
    await lab.day()
    assert not (await lab.restore(lost=True)).knows
    lab.clock.advance(days=1)
    lab.announce(FRESH)
    await lab.day()
    await lab.day()
    assert lab.cards == [OLD, SINCE, FRESH]
    assert SINCE in text_of((await lab.world.say("search two")).message)


async def test_what_waited_at_the_backup_comes_if_it_was_not_posted_since(lab):
    lab.announce(OLD)
    lab.source.waiting = list(lab.announced)
    await lab.world.tick()  # collected, not yet posted
    lab.back_up()
    assert (await lab.restore()).knows
    await lab.day()
    assert lab.cards == [OLD]


async def test_what_waited_at_the_backup_does_not_come_twice(lab):
    lab.announce(OLD)
    lab.source.waiting = list(lab.announced)
    await lab.world.tick()
    lab.back_up()
    await lab.day()
    for lost in (False, True):
        await lab.restore(lost=lost)
        await lab.day()
        assert lab.cards == [OLD]


async def test_a_post_that_was_planned_since_and_not_sent_is_sent_once(lab):
    await lab.day()
    lab.back_up()
    lab.announce(SINCE)
    lab.source.waiting = list(lab.announced)
    lab.clock.advance(hours=4)
    await lab.world.collector.collect()
    await lab.world.digester.digest()
    assert (await lab.restore()).knows
    await lab.world.deliverer.deliver()
    await lab.day()
    assert lab.cards == [SINCE]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_post_that_was_on_its_way_is_looked_for(lab, arrives):
    await lab.day()
    lab.back_up()
    lab.announce(SINCE)
    (lab.chat.after if arrives else lab.chat.outcomes).append(DeliveryUnknown("no answer"))
    await lab.day()
    assert (await lab.restore()).knows
    await lab.day()
    await lab.day()
    assert lab.cards.count(SINCE) == 1


async def test_a_post_that_waited_at_the_backup_is_held_where_nobody_knows(lab):
    lab.announce(OLD)
    lab.source.waiting = list(lab.announced)
    await lab.world.collector.collect()
    lab.clock.advance(hours=3)
    await lab.world.digester.digest()
    lab.back_up()
    await lab.world.deliverer.deliver()
    await lab.restore(lost=True)
    await lab.day()
    held = await lab.world.store.read(lambda tx: held_posts(tx, channel_ref()))
    assert {post.state for post in held} == {DeliveryState.NEEDS_HUMAN}
    assert lab.cards == [OLD]
    assert any("may stand there already" in text_of(said) for said in lab.world.operator)


async def test_another_database_in_its_place_knows_nothing(lab, tmp_path):
    lab.announce(OLD)
    await lab.day()
    lab.back_up()
    lab.announce(SINCE)
    await lab.day()
    await lab.world.store.close()
    for file in tmp_path.glob("paperlark.db*"):
        file.unlink()
    lab.world = lab._built()  # somebody started it anew, and then thought of the backup
    await lab.world.found("reward")
    assert not (await lab.restore()).knows
    await lab.day()
    assert lab.cards == [OLD, SINCE]


async def test_an_older_database_that_is_restored_twice_still_knows(lab):
    for title in (OLD, SINCE):
        lab.back_up()
        lab.announce(title)
        await lab.day()
    for _ in range(2):
        assert (await lab.restore()).knows
        await lab.day()
    assert lab.cards == [OLD, SINCE]


async def test_a_vote_brings_nothing_back_that_may_have_been_posted(lab):
    await lab.world.say("subscribe upvotes:>=20")
    lab.announce("Graphs")
    await lab.day()
    lab.back_up()
    voted = make_paper("2607.00001", "Graphs", day=lab.announced[0].date, upvotes=30)
    lab.announced = [voted]
    await lab.day()
    assert lab.cards == ["Graphs"]
    await lab.restore(lost=True)
    await lab.day()
    assert lab.cards == ["Graphs"]


async def test_a_database_restored_by_other_tools_posts_nothing_again(lab):
    lab.announce(OLD)
    await lab.day()
    lab.back_up()
    lab.announce(SINCE)
    await lab.day()
    await lab.world.store.close()
    for file in lab.folder.glob("paperlark.db*"):
        file.unlink()
    lab.copy.replace(lab.folder / "paperlark.db")
    restored_elsewhere(lab.url, now=lab.clock.now())
    lab.world = lab._built()
    await lab.day()
    assert lab.cards == [OLD, SINCE]


TROUBLE = (DeliveryUnknown("no answer"), DeliveryUnknown("HTTP 502"))


SEEDS = [*range(20), *(pytest.param(n, marks=pytest.mark.slow) for n in range(20, 60))]


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_happens_and_whenever_nothing_comes_twice(lab, seed):
    chance = random.Random(seed)
    lab.back_up()
    for day in range(8):
        lab.announce(*(f"Reward {day} {n}" for n in range(chance.randint(0, 2))))
        if chance.random() < 0.3:
            trouble = chance.choice(TROUBLE)
            (lab.chat.outcomes if chance.random() < 0.5 else lab.chat.after).append(trouble)
        await lab.day()
        if chance.random() < 0.3:
            lab.back_up()
        if chance.random() < 0.3:
            await lab.restore(lost=chance.random() < 0.3)
    lab.clock.advance(days=2)
    lab.announce("Reward at last")
    for _ in range(2):
        await lab.day()
        lab.clock.advance(minutes=10)
    assert len(lab.cards) == len(set(lab.cards))
    assert "Reward at last" in lab.cards
