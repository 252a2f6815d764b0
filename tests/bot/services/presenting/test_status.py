"""How things stand: settings, changes, status, the Home, and what has stopped."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.changes import Change
from bot.domain.channels import ChannelState, Editors, Layout, WorkspaceId
from bot.domain.deliveries import Delivery, DeliveryId, DeliveryState, DigestId
from bot.domain.messages import Message
from bot.domain.scopes import Scope
from bot.ports.sources import SourceReport
from bot.services import presenting
from tests.bot.services.presenting.dumping import dump
from tests.bot.services.presenting.samples import (
    ANNA,
    BO,
    FRIDAY,
    NOW,
    REF,
    channel,
    saved,
    subscription,
    vid2world,
)

SET = {
    "layout": Layout.COMPACT,
    "cap": 5,
    "pictures": True,
    "scope": Scope(sources=("arxiv",), categories=("cs.CL", "stat.*"), upvotes=3),
    "editors": Editors.LISTED,
    "listed": (ANNA, BO),
    "guests": True,
    "own_list": True,
}


def change(what: str, *, at=NOW) -> Change:
    return Change(channel=REF, by=ANNA, at=at, what=what)


def delivery(error: str, *, state=DeliveryState.UNKNOWN, not_before=None) -> Delivery:
    return Delivery(
        id=DeliveryId("0" * 24),
        digest=DigestId(7),
        channel=REF,
        part=0,
        threaded=False,
        message=Message(fallback="x"),
        state=state,
        last_error=error,
        not_before=not_before,
    )


def test_settings_are_shown_and_changed_with_an_undo(golden):
    golden(
        "presenting/settings.txt",
        dump(
            presenting.settings_shown(channel()),
            presenting.settings_shown(channel(**SET)),
            presenting.settings_changed(channel(), channel(**SET)),
            presenting.settings_changed(channel(**SET), channel()),
            presenting.settings_changed(channel(), channel()),
        ),
    )


def test_changes_are_lines_with_who_and_when(golden):
    several = [change("set the cap to 5"), change("subscribed this channel to rlhf", at=FRIDAY)]
    golden(
        "presenting/changes.txt",
        dump(
            presenting.changes(several, channel(), now=NOW),
            presenting.changes([], channel(), now=NOW),
        ),
    )


def test_status_says_what_runs_what_failed_and_in_which_zone(golden):
    asked = SourceReport(source="arxiv", started_at=NOW, ended_at=NOW, got=12, new=3)
    failed = replace(asked, source="huggingface", failed="timed out", next_try_at=NOW)
    noted = replace(asked, source="openreview", got=0, new=0, note="no announcement on Saturday")
    shown = channel(last_digest_at=FRIDAY)
    broken = channel(state=ChannelState.BROKEN, broken_code="is_archived")
    waits = delivery("ratelimited", not_before=NOW + timedelta(minutes=5))
    golden(
        "presenting/status.txt",
        dump(
            presenting.status(shown, [asked, failed, noted], [], [], now=NOW),
            presenting.status(
                broken,
                [],
                [
                    delivery("timed out"),
                    replace(delivery("invalid_blocks"), state=DeliveryState.POISON),
                ],
                [waits],
                [change("set the cap to 5")],
                [replace(broken, name=f"c{n}") for n in range(7)],
                now=NOW,
            ),
        ),
    )


def test_a_home_has_ones_channels_and_the_teams_list(golden):
    mine = presenting.HomeChannel(
        channel=channel(), subscriptions=[subscription(f"word{n}", n) for n in range(1, 8)]
    )
    own = presenting.HomeChannel(channel=channel(personal=True), subscriptions=[])
    many = [saved(), *[saved(vid2world())] * 11]
    golden(
        "presenting/home.txt",
        dump(presenting.home([mine, own], many, now=NOW), presenting.home([], [], now=NOW)),
    )


def test_what_is_held_says_what_became_of_it_and_what_can_be_done(golden):
    refused = replace(delivery("invalid_blocks"), state=DeliveryState.POISON, send_started_at=NOW)
    lost = replace(delivery("no answer"), state=DeliveryState.NEEDS_HUMAN, unknown_since=FRIDAY)
    golden(
        "presenting/held.txt",
        dump(
            presenting.held([], channel(), now=NOW),
            presenting.held([refused], channel(), now=NOW),
            presenting.held([refused, lost, *[lost] * 5], channel(), now=NOW),
            presenting.worked_off("resend"),
            presenting.worked_off("drop"),
            presenting.held_no_more(),
        ),
    )


def test_what_stops_posting_is_said_with_its_mend(golden):
    codes = ("is_archived", "not_in_channel", "50013 (Send Messages)", "restricted_action")
    stopped = [presenting.channel_stopped(channel(broken_code=code)) for code in codes]
    workspace = presenting.workspace_stopped(WorkspaceId("slack:T1"), "token_revoked", 3)
    held = presenting.post_held(channel(), "invalid_blocks")
    golden("presenting/stopped.txt", dump(*stopped, workspace, held))


def test_a_new_channel_is_greeted(golden):
    greetings = [presenting.greeting(channel(editors=editors), now=NOW) for editors in Editors]
    golden("presenting/greeting.txt", dump(*greetings))


def test_a_channel_that_works_again_is_told(golden):
    golden("presenting/resumed.txt", dump(presenting.resumed(channel(), now=NOW)))
