"""The verb for posts that wait for a person: see them, send one again, or let it be."""

from collections.abc import Mapping, Sequence

from bot.domain.deliveries import Delivery
from bot.domain.errors import UserError
from bot.ports.chat import Reply
from bot.ports.storage import Transaction
from bot.services import presenting
from bot.services.calls import Answer, Call, record
from bot.services.holding import drop_held_post, held_posts, resend_held_post
from bot.services.kit import Kit

WORK = {"resend": resend_held_post, "drop": drop_held_post}
NUMBER_MAX_DIGITS = 4


class HeldCommands:
    def __init__(self, kit: Kit) -> None:
        self._store = kit.store
        self._clock = kit.clock

    @property
    def verbs(self) -> Mapping[str, Answer]:
        return {"held": self._held}

    async def _held(self, call: Call) -> Reply:
        held = await self._store.read(lambda tx: held_posts(tx, call.channel.ref))
        if not call.text:
            return Reply(message=presenting.held(held, call.channel, now=self._clock.now()))
        how, _, which = call.text.partition(" ")
        if how not in WORK:
            raise UserError(
                "Send a held post again, or let it be?", example="/papers held resend 1"
            )
        post = _named(held, which.strip(), example=f"/papers held {how} 1")
        worked = await self._store.write(lambda tx: self._work(tx, call, how, post))
        if worked is None:
            return Reply(message=presenting.held_no_more())
        return Reply(
            message=presenting.worked_off(how),
            notice=presenting.notice(call.by, presenting.did_work_off(post, how)),
        )

    def _work(self, tx: Transaction, call: Call, how: str, post: Delivery) -> Delivery | None:
        now, ref = self._clock.now(), call.channel.ref
        worked = WORK[how](tx, ref, post.id, by=call.by.name, now=now)
        if worked:
            record(tx, call, presenting.did_work_off(post, how), now=now)
        return worked


def _named(held: Sequence[Delivery], which: str, *, example: str) -> Delivery:
    """By its number in the list or, as buttons say it, by its id."""
    if found := next((post for post in held if post.id == which), None):
        return found
    if which.isdecimal() and len(which) <= NUMBER_MAX_DIGITS and 1 <= int(which) <= len(held):
        return held[int(which) - 1]
    if not held:
        raise UserError("No post is held here.")
    raise UserError("Which one? Held posts have numbers.", example=example)
