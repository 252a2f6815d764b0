"""Answers about the reading list."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.messages import Message
from bot.domain.reading_list import Progress, SavedPaper
from bot.services import presenting
from tests.bot.services.presenting.dumping import dump
from tests.bot.services.presenting.samples import (
    BO,
    FRIDAY,
    NOW,
    saved,
    vid2world,
    world_vla,
)

ITEM = saved(note="for Thursday", tags=("robots",), progress=Progress.READING, progress_by=BO)
BARE = saved(vid2world(), saved_at=FRIDAY - timedelta(days=400))


def page(items: list[SavedPaper], *, own=False, **known) -> Message:
    given = {"start": 0, "count": len(items), "of": len(items), "filter": "", **known}
    return presenting.saved_list(
        items,
        presenting.ListPage(**given),
        own=own,
        example="2607.00001",
        zone="Europe/Paris",
        now=NOW,
    )


def test_the_reading_list_says_who_saved_what_and_why(golden):
    golden(
        "presenting/reading_list.txt",
        dump(
            page([ITEM, BARE]),
            page([ITEM], start=5, count=12, of=12, filter="#robots"),
            page([saved(progress=Progress.READ)], own=True),
            page([], of=2, filter="nothing-here"),
            page([], of=1, filter="x"),
            page([]),
            page([], own=True),
        ),
    )


def test_saving_marking_and_removing_say_what_was_done_and_how_to_undo(golden):
    golden(
        "presenting/saved.txt",
        dump(
            presenting.saved(ITEM, before=None),
            presenting.saved(BARE, before=BARE),
            presenting.saved(ITEM, before=replace(ITEM, note="for Friday", tags=())),
            presenting.saved_several([world_vla(), vid2world()], {world_vla().id: "Bo"}),
            presenting.removed(ITEM),
            presenting.not_saved(world_vla()),
            *(
                presenting.marked(saved(progress=p, progress_by=BO), before=Progress.TO_READ)
                for p in Progress
            ),
            presenting.pick_one([world_vla(), vid2world()], {vid2world().id: "Bo"}),
            presenting.choose_format(["bibtex", "ris", "csl-json", "csv", "markdown", "odd"]),
            presenting.exported("reading-list.bib", 1),
            presenting.exported("subscriptions.txt", 3, what="subscription"),
        ),
    )


def test_a_post_is_refreshed_without_a_change_to_anything_else():
    cards = (presenting.card(world_vla()), presenting.card(vid2world(), saved_by="Bo"))
    message = Message(fallback="x", blocks=(*presenting.welcome().blocks, *cards))
    after = presenting.with_savers(message, {world_vla().id: "Anna"})
    assert after.fallback == "x"
    assert after.blocks[:-2] == message.blocks[:-2]
    assert after.blocks[-2:] == (
        presenting.card(world_vla(), saved_by="Anna"),
        presenting.card(vid2world()),
    )
