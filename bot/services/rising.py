"""Say once, in its digest's thread, that a posted paper has come to many upvotes.

The note is a further post of the digest, queued in the transaction that counts the paper as told:
it is delivered as every post is, so that it neither gets lost nor comes twice.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta

from bot.domain.channels import Channel
from bot.ports.chat import ChatAdapter
from bot.ports.clock import Clock
from bot.ports.storage import PlannedPost, Risen, Store, Transaction
from bot.services import presenting

logger = logging.getLogger(__name__)

WATCHED = timedelta(days=14)
"""The span in which Hugging Face takes papers into its daily list, and their votes are polled."""


class RisingPapers:
    def __init__(self, store: Store, chats: Mapping[str, ChatAdapter], clock: Clock) -> None:
        self._store = store
        self._chats = chats
        self._clock = clock

    async def note(self) -> None:
        """Queue a note for each paper that has risen since the last time."""
        since = self._clock.now() - WATCHED
        for risen in await self._store.read(lambda tx: tx.standings.rising(since=since)):
            if risen.channel.platform in self._chats:
                await self._write(risen)

    async def _write(self, risen: Risen) -> None:
        try:
            await self._store.write(lambda tx: self._queue(tx, risen))
        except Exception:  # one channel's fault must not silence the others
            logger.exception("%s could not be told what rises", risen.channel.channel)

    def _queue(self, tx: Transaction, risen: Risen) -> None:
        channel = tx.channels.get(risen.channel)
        if channel and tx.standings.tell(channel.ref, risen.paper.id):
            note = presenting.rising_note(risen.paper)
            post = PlannedPost(message=note, threaded=self._threads(channel))
            tx.deliveries.add(channel.ref, risen.digest, post)

    def _threads(self, channel: Channel) -> bool:
        """Whether there are threads: under every layout the note answers the digest's first post."""
        capabilities = self._chats[channel.ref.platform].capabilities
        return capabilities.threads and (capabilities.personal_threads or not channel.personal)
