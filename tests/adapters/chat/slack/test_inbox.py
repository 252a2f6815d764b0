"""What Slack sends again has one effect, in whichever process it arrives."""

from contextlib import AsyncExitStack

import pytest

from adapters.chat.slack.connection import Slack
from adapters.chat.slack.tasks import Tasks
from bot.domain.errors import StorageError
from bot.domain.messages import Message
from tests.adapters.chat.samples import CARDS
from tests.adapters.chat.slack.conftest import (
    FakeDesk,
    FakeStore,
    SystemClock,
    channel_ref,
    options,
    route_to,
)
from tests.adapters.chat.slack.test_forms import SETTINGS
from tests.adapters.chat.slack.test_posting import DELIVERY


@pytest.fixture
async def processes(standin):
    """Two on one database; `use(n)` has Slack send to that one."""
    store = FakeStore()
    async with AsyncExitStack() as stack:
        desks = [FakeDesk(), FakeDesk()]
        routes = []
        for desk in desks:
            slack = Slack(options(standin), store=store, clock=SystemClock())
            stack.push_async_callback(slack.aclose)
            tasks = await stack.enter_async_context(Tasks())
            route_to(standin, slack, desk, tasks, store=store)
            routes.append(standin.route)

        def use(number):
            standin.route = routes[number]

        yield slack, desks, use


def asked(desks):
    return [len(desk.calls) for desk in desks]


async def test_a_command_that_comes_to_both_is_done_by_the_first(standin, processes):
    _, desks, use = processes
    for number in (0, 1, 0):
        use(number)
        assert await standin.slash("C1", "U1", "save 1", trigger="t1") == 200  # acknowledged
    assert asked(desks) == [1, 0]
    assert len(standin.ephemeral) == 1


async def test_a_button_that_comes_to_both_is_pressed_once(standin, processes):
    slack, desks, use = processes
    message = Message(fallback="One", blocks=(CARDS[0],))
    await slack.post(channel_ref(), message, delivery=DELIVERY, thread=None)
    posted = standin.messages()[-1]
    for number in (1, 0):
        use(number)
        await standin.press(posted, "Save", trigger="t1")
    assert asked(desks) == [0, 1]


async def test_what_somebody_does_twice_is_done_twice(standin, processes):
    _, desks, use = processes
    for number in (0, 1):
        use(number)
        await standin.slash("C1", "U1", "list")
    assert asked(desks) == [1, 1]


async def test_a_form_needs_no_database_to_be_opened(standin, processes, monkeypatch):
    """Slack waits three seconds for it, and refuses it the second time by itself."""
    _, desks, use = processes
    desks[0].window = SETTINGS

    async def fail(_store, _work):
        raise StorageError("the disk is full")

    monkeypatch.setattr(FakeStore, "write", fail)
    use(0)
    await standin.slash("C1", "U1", "form save 1")
    assert len(desks[0].wanted) == 1


async def test_who_cannot_tell_whether_it_came_before_has_it_done(
    standin, processes, monkeypatch, caplog
):
    _, desks, use = processes

    async def fail(_store, _work):
        raise StorageError("the disk is full")

    monkeypatch.setattr(FakeStore, "write", fail)
    use(0)
    await standin.slash("C1", "U1", "list")
    assert asked(desks) == [1, 0]
    assert "the disk is full" in caplog.text
