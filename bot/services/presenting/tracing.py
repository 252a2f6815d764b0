"""Why a paper was or was not posted here, in words."""

from datetime import datetime

from bot.domain.channels import ChannelState
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.links import Url
from bot.domain.messages import Bullets, Message, Note, Paragraph, Spans, code, plain, strong
from bot.domain.messages import link as link_to
from bot.domain.obstacles import Hindrance, Obstacle
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.services.presenting.answers import next_digest
from bot.services.presenting.cards import title_link, why
from bot.services.presenting.reasons import stopped_reason
from bot.services.presenting.standing import standing
from bot.services.presenting.wording import counted, joined, moment
from bot.services.tracing import Trace, Verdict

VERDICTS_SHOWN = 10
OBSTACLES_SHOWN = 4


def traced(trace: Trace, *, now: datetime, link: Url | None = None) -> Message:
    """What became of the paper here, with a link to its post; then what each subscription says."""
    outcome = _outcome(trace, now)
    shown = trace.verdicts[:VERDICTS_SHOWN]
    rest = len(trace.verdicts) - len(shown)
    return Message(
        fallback=outcome,
        blocks=(
            Paragraph(spans=(title_link(trace.paper),)),
            Paragraph(spans=(strong(outcome),)),
            *_standing(trace),
            *([Note(spans=(link_to("See the post", link),))] if link else []),
            *([Bullets(items=tuple(map(_verdict, shown)))] if shown else []),
            *([Note(spans=(plain(f"And {counted(rest, 'subscription')} more."),))] if rest else []),
        ),
    )


def _standing(trace: Trace) -> tuple[Note, ...]:
    """Where it stands among others."""
    if trace.of < 2:
        return ()
    return (Note(spans=(plain(standing(trace.place, trace.of, trace.merits)),)),)


def _outcome(trace: Trace, now: datetime) -> str:
    if trace.placement is None:
        return _not_matched(trace, now)
    if trace.placement.planned_at is None:
        return _to_come(trace, now)
    day = moment(trace.placement.planned_at, now=now, zone=trace.channel.schedule.zone)
    if trace.post is None:
        return f"It is part of the digest of {day}, among those that its last button shows."
    return _posted(trace.post, day, trace, now)


def _posted(post: Delivery, day: str, trace: Trace, now: datetime) -> str:
    match post.state:
        case DeliveryState.SENT:
            return f"It was posted here in the digest of {day}."
        case DeliveryState.READY if post.last_error:
            at = post.not_before
            again = moment(at, now=now, zone=trace.channel.schedule.zone) if at else "soon"
            return f"Its post waits: {post.last_error}. It is sent again {again}."
        case DeliveryState.READY | DeliveryState.SENDING:
            return "Its post is being sent."
        case DeliveryState.POISON:
            return f"Its post was refused: {post.last_error}."
        case _:
            return f"Its post is held: it is not known whether it arrived ({post.last_error})."


def _to_come(trace: Trace, now: datetime) -> str:
    if trace.channel.state is ChannelState.BROKEN:
        return f"It matched and waits: {stopped_reason(trace.channel.broken_code)[0]}."
    return f"It matched and has not been posted yet. {next_digest(trace.channel, now=now)}"


def _not_matched(trace: Trace, now: datetime) -> str:
    if not trace.verdicts:
        return "It was not posted: this channel has no subscriptions."
    if not trace.matching:
        return "It was not posted: no subscription of this channel matches."
    if trace.announced_at is None:
        return (
            "It was not posted: it matches, but no source has announced it to Paperlark; "
            "what was only imported or looked up is never posted."
        )
    at = moment(trace.announced_at, now=now, zone=trace.channel.schedule.zone)
    today = "today at " if at[0].isdigit() else ""
    return (
        f"It was not posted: it matches, but it was announced {today}{at}, "
        "before this channel subscribed to it."
    )


def _verdict(verdict: Verdict) -> Spans:
    """`2 "world model" -survey – not: has survey in the abstract`."""
    subscription = verdict.subscription
    query = code(cut(subscription.query.text, ECHO_MAX_CHARS))
    start = (plain(f"{subscription.number} "), query, plain(" – "))
    if verdict.matches:
        return (*start, *(why(verdict.reasons) or (plain("matches"),)))
    shown = verdict.obstacles[:OBSTACLES_SHOWN]
    rest = len(verdict.obstacles) - len(shown)
    more = (plain(f" and {rest} more"),) if rest else ()
    return (*start, plain("no: "), *joined(map(_obstacle, shown), plain(", ")), *more)


def _obstacle(obstacle: Obstacle) -> Spans:
    term = strong(cut(obstacle.term, ECHO_MAX_CHARS))
    match obstacle.hindrance:
        case Hindrance.MISSING:
            return plain("without "), term
        case Hindrance.EXCLUDED:
            return plain("has "), term, plain(f" in the {obstacle.field}")
        case Hindrance.UNKNOWN:
            return term, plain(" is not known")
