"""What somebody did, in words that follow a name: for the channel, and for the audit trail."""

from collections.abc import Iterable, Sequence

from bot.domain.channels import Channel, Editors, Subscription, UserRef
from bot.domain.deliveries import Delivery
from bot.domain.messages import Message, Note, Span, Spans, code, plain, strong
from bot.domain.papers import Paper
from bot.domain.reading_list import SavedPaper
from bot.domain.schedule_text import describe as describe_schedule
from bot.domain.schedules import Cadence, Schedule
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.services.presenting.wording import counted, flat, joined

QUERIES_SHOWN = 3
TITLE_MAX_CHARS = 120


def notice(by: UserRef, did: Spans) -> Message:
    """What a channel is told when somebody changes it: one line, nothing to press."""
    spans = (strong(by.name), plain(" "), *did, plain("."))
    return Message(fallback=flat(spans), blocks=(Note(spans=spans),))


def did_subscribe(query: str) -> Spans:
    return plain("subscribed this channel to "), _echo(query)


def did_subscribe_all(added: Sequence[Subscription]) -> Spans:
    return plain("subscribed this channel to "), *_queries(added)


def did_unsubscribe(gone: Sequence[Subscription]) -> Spans:
    return plain("unsubscribed this channel from "), *_queries(gone)


def did_edit(before: Subscription, after: Subscription) -> Spans:
    return (
        plain(f"changed subscription {before.number} from "),
        _echo(before.query.text),
        plain(" to "),
        _echo(after.query.text),
    )


def did_schedule(schedule: Schedule) -> Spans:
    match schedule.cadence:
        case Cadence.INSTANT:
            return (plain("set this channel to get papers as they arrive"),)
        case Cadence.OFF:
            return (plain("switched this channel’s digests off"),)
        case Cadence.TIMED:
            return plain("set this channel’s digests to "), code(describe_schedule(schedule))


def did_settings(before: Channel, after: Channel) -> Spans:
    """Only what is another now: `set layout to flat, cap to 10`."""
    new = settings_of(after)
    pairs = ((plain(f"{name} to "), code(new[name])) for name in changed_names(before, after))
    return plain("set "), *joined(pairs, plain(", "))


def changed_names(before: Channel, after: Channel) -> list[str]:
    """The settings that are another now; other people may be called the same."""
    old, new = settings_of(before), settings_of(after)
    others = {"editors"} if before.listed != after.listed else set()
    return [name for name in new if old[name] != new[name] or name in others]


def settings_of(channel: Channel) -> dict[str, str]:
    """All settings by name, as somebody would type them."""
    scope = channel.scope
    listed = ", ".join(f"@{person.name}" for person in channel.listed)
    return {
        "layout": channel.layout.value,
        "cap": str(channel.cap),
        "rising": "off" if channel.rising is None else str(channel.rising),
        "pictures": on_off(value=channel.pictures),
        "empty-note": on_off(value=channel.empty_note),
        "zone": channel.schedule.zone,
        "sources": ", ".join(scope.sources) or "any",
        "categories": ", ".join(scope.categories) or "any",
        "upvotes": str(scope.upvotes),
        "list": "channel" if channel.own_list else "team",
        "editors": listed if channel.editors is Editors.LISTED else channel.editors.value,
        "guests": on_off(value=channel.guests),
    }


def did_save(item: SavedPaper) -> Spans:
    return plain("saved "), _titled(item.paper)


def did_annotate(item: SavedPaper) -> Spans:
    return plain("changed tags or note of "), _titled(item.paper)


def did_unsave(item: SavedPaper) -> Spans:
    return plain("took "), _titled(item.paper), plain(" off the list")


def did_mark(item: SavedPaper) -> Spans:
    return plain("marked "), _titled(item.paper), plain(f" as {item.progress.value}")


def did_reject(paper: Paper, reason: str) -> Spans:
    why = f" ({reason})" if reason else ""
    return plain("called "), _titled(paper), plain(f" nothing for this channel{why}")


def did_work_off(post: Delivery, how: str) -> Spans:
    did = "had a held post sent again: " if how == "resend" else "let a held post be: "
    return (plain(did + cut(post.message.fallback, TITLE_MAX_CHARS)),)


def did_accept(paper: Paper) -> Spans:
    return plain("took back that "), _titled(paper), plain(" is nothing for this channel")


def on_off(*, value: bool) -> str:
    return "on" if value else "off"


def _queries(several: Sequence[Subscription]) -> Iterable[Span]:
    """One query; of several a few."""
    if len(several) == 1:
        return (_echo(several[0].query.text),)
    shown = joined(([_echo(s.query.text)] for s in several[:QUERIES_SHOWN]), plain(", "))
    rest = len(several) - QUERIES_SHOWN
    more = (plain(f" and {rest:,} more"),) if rest > 0 else ()
    return (plain(f"{counted(len(several), 'query', 'queries')}: "), *shown, *more)


def _titled(paper: Paper) -> Span:
    return plain(f"“{cut(paper.title, TITLE_MAX_CHARS) or paper.short_id}”")


def _echo(query: str) -> Span:
    return code(cut(query, ECHO_MAX_CHARS))
