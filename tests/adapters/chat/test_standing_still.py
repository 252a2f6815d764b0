"""A process that stood still, stopped or asleep, sends nothing for which the time is over."""

import asyncio
import time

import pytest

from adapters.chat.discord import Discord, DiscordOptions
from adapters.chat.slack import Slack, SlackOptions
from bot.domain.deliveries import DeliveryId
from tests.adapters.chat.samples import PARENT
from tests.fakes import FakeClock
from tests.proofs.peers import DiscordPeer, SlackPeer

ONE, TWO = DeliveryId("0123456789abcdef01234567"), DeliveryId("76543210fedcba9876543210")


def slack(peer):
    options = SlackOptions(
        api_url=peer.api_url,
        request_timeout_s=2,
        required_scopes=(),
        bot_token="xoxb-good",
        app_token="xapp-good",
    )
    return Slack(options, store=None, clock=FakeClock())


def discord(peer):
    return Discord(DiscordOptions(token=peer.token, api_url=peer.url, request_timeout_s=2))


async def too_late(posting):
    async with asyncio.timeout(0.01):
        time.sleep(0.02)  # noqa: ASYNC251 -- the whole process stands still
        await posting()


@pytest.mark.parametrize(("peer", "chat_on"), [(SlackPeer, slack), (DiscordPeer, discord)])
async def test_a_post_that_begins_after_its_time_never_leaves(peer, chat_on):
    """Its claim was good a moment ago; then the process stood still, and another took over."""
    peer = peer()
    await peer.open(["papers"])
    chat, papers = chat_on(peer), peer.channel("papers")
    await chat.post(papers, PARENT, delivery=ONE, thread=None)  # connections may be kept
    with pytest.raises(TimeoutError):
        await too_late(lambda: chat.post(papers, PARENT, delivery=TWO, thread=None))
    await asyncio.sleep(0.05)  # in which it would arrive
    assert len(list(peer.posts())) == 1
    await chat.aclose()
    await peer.close()
