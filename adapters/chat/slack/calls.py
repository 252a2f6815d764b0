"""From what somebody did to the desk, and with its answer back."""

import asyncio
import logging
from dataclasses import replace

from adapters.chat.slack import errors, uploads
from adapters.chat.slack.answering import Answers, InWindow, Whispers, announce
from adapters.chat.slack.chat import SlackPosts
from adapters.chat.slack.clients import Client, Http, Identity, Tokens
from adapters.chat.slack.doings import Doing
from adapters.chat.slack.home import Homes
from adapters.chat.slack.inbox import Inbox
from adapters.chat.slack.places import Places
from adapters.chat.slack.standing import Asking
from adapters.chat.slack.windows import Asked, form_view, show
from adapters.chat.slack.words import (
    NO_ANSWER,
    NOT_INSTALLED,
    TOO_LATE,
    lacking,
    no_window,
    not_sent,
    please_invite,
    says,
    sent,
)
from bot.domain.channels import ChannelRef
from bot.domain.errors import DeliveryError, UserError, WorkspaceBroken
from bot.domain.files import File
from bot.domain.forms import Form
from bot.domain.messages import Message
from bot.ports.chat import CommandCall, Desk, Edit, Reply

logger = logging.getLogger(__name__)

PATIENCE_S = 2.0
"""After so long without an answer, the caller is told that it takes longer."""
TRIGGER_GONE = ("exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id")


class Calls:
    def __init__(
        self,
        desk: Desk,
        posts: SlackPosts,
        tokens: Tokens,
        http: Http,
        places: Places,
        homes: Homes,
        *,
        inbox: Inbox,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._desk = desk
        self._posts = posts
        self._tokens = tokens
        self._http = http
        self._places = places
        self._homes = homes
        self._inbox = inbox
        self._patience_s = patience_s

    async def take(self, doing: Doing) -> None:
        """Have it done and answered."""
        answers = self._answers(doing)
        try:
            client = answers.client = await self._tokens.client(doing.workspace)
            who = await client.identity()
        except DeliveryError as error:
            broken = isinstance(error, WorkspaceBroken)
            return await answers.privately(NOT_INSTALLED if broken else NO_ANSWER)
        asking = Asking(client, self._places, workspace=doing.workspace, user=doing.user.id)
        try:
            call = await self._call(doing, client, who, asking)
        except UserError as error:
            return await answers.privately(says(str(error)))
        except DeliveryError as error:
            return await answers.privately(_no_conversation(error))
        if doing.wants_form:
            return await self._ask(call, doing, client, answers)
        if not await self._inbox.is_first(doing.event):
            return None
        await self._do(call, client, who, answers)
        if asking.unseen == call.channel:
            await answers.privately(please_invite(who.name))
        if doing.at_home:
            await self._homes.publish(doing.workspace, doing.user)
        return None

    async def refuse(self, doing: Doing, message: Message) -> None:
        """Say only why nothing is done."""
        answers = self._answers(doing)
        try:
            answers.client = await self._tokens.client(doing.workspace)
        except DeliveryError as error:
            logger.info("no token for %s: %s", doing.workspace, error.code)
        await answers.privately(message)

    def _answers(self, doing: Doing) -> Answers:
        if doing.at_home:
            return InWindow(user=doing.user.id, trigger=doing.trigger, window=doing.window)
        return Whispers(
            http=self._http,
            channel=doing.channel,
            user=doing.user.id,
            url=doing.url,
            thread=doing.thread,
        )

    async def _call(
        self, doing: Doing, client: Client, who: Identity, asking: Asking
    ) -> CommandCall:
        """The call with what only Slack knows of it.

        Raises:
            DeliveryError: there is no conversation with the caller.
            UserError: a file cannot be read.
        """
        ref = ChannelRef(platform="slack", workspace=doing.workspace, channel=doing.channel)
        if doing.at_home:
            place = await self._places.own(client, ref, doing.user.id)
        else:
            # A window must be open three seconds after its button was pressed (platforms.md A1).
            ask = not doing.wants_form
            place = await self._places.of(client, ref, doing.channel_name, doing.user.id, ask=ask)
        ours = doing.author in (None, who.user)
        file = await uploads.read(self._http, client, doing.upload) if doing.upload else ""
        return CommandCall(
            channel=place.ref,
            channel_name=place.name,
            user=doing.user,
            text=doing.text,
            standing=asking,
            personal=place.personal,
            private=place.private,
            elsewhere=doing.elsewhere,
            pressed=doing.message if ours else None,
            attachment=file or doing.words,
        )

    async def _ask(self, call: CommandCall, doing: Doing, client: Client, answers: Answers) -> None:
        """Open the window with the form that is asked for."""
        asked = await self._desk.form(call)
        if isinstance(asked, Reply):
            return await answers.privately(asked.message)
        if _lacks_right_to_read(asked, await client.identity()):
            return await answers.privately(lacking("files:read"))
        channel = "" if doing.at_home else call.channel.channel
        about = Asked(command=asked.command, channel=channel, thread=doing.thread)
        try:
            await show(client, form_view(asked, about), window=doing.window, trigger=doing.trigger)
        except DeliveryError as error:
            logger.info("no window in %s: %s", call.channel.channel, error.code)
            late = error.code in TRIGGER_GONE
            await answers.privately(TOO_LATE if late else no_window(error.code))
        return None

    async def _do(self, call: CommandCall, client: Client, who: Identity, answers: Answers) -> None:
        doing = asyncio.ensure_future(self._done(call, client))
        try:
            if not (await asyncio.wait({doing}, timeout=self._patience_s))[0]:
                await answers.wait()
            reply = await doing
        finally:
            doing.cancel()
        await answers.privately(reply.message)
        if reply.edit:
            await self._edit(call.channel, reply.edit)
        if reply.notice:
            where = reply.notice_in or call.channel
            await announce(
                reply.notice, channel=where, posts=self._posts, answers=answers, name=who.name
            )

    async def _done(self, call: CommandCall, client: Client) -> Reply:
        reply = await self._desk.command(call)
        if not reply.files:
            return reply
        told = await self._give(call, client, reply.files)
        blocks = (*reply.message.blocks, *told.blocks)
        return replace(reply, message=replace(reply.message, blocks=blocks))

    async def _give(self, call: CommandCall, client: Client, files: tuple[File, ...]) -> Message:
        """Send files to the caller alone; gives what there is to say about it."""
        try:
            own = await self._places.own(client, call.channel, call.user.id)
        except DeliveryError as error:
            return _no_conversation(error)
        try:
            await uploads.give(self._http, client, own.ref.channel, files)
        except DeliveryError as error:
            lacks = error.code == errors.MISSING_SCOPE
            return lacking("files:write") if lacks else not_sent(error.code)
        return sent([file.name for file in files])

    async def _edit(self, channel: ChannelRef, edit: Edit) -> None:
        try:
            await self._posts.edit(channel, edit)
        except DeliveryError as error:
            logger.info("a post in %s stays as it was: %s", channel.channel, error.code)


def _no_conversation(error: DeliveryError) -> Message:
    return lacking("im:write") if error.code == errors.MISSING_SCOPE else NO_ANSWER


def _lacks_right_to_read(form: Form, who: Identity) -> bool:
    """Slack opens no window that asks for a file then."""
    needs = any(field.file for field in form.fields)
    return needs and bool(who.scopes) and "files:read" not in who.scopes
