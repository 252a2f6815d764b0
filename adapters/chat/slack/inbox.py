"""What came from Slack already, here or in another process.

Slack sends an event again when it is not sure that it arrived, and to any of our sockets.
"""

import logging
from collections import OrderedDict

from bot.domain.errors import StorageError
from bot.ports.clock import Clock
from bot.ports.storage import Store

logger = logging.getLogger(__name__)

REMEMBERED = 10_000


class Inbox:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._here = Seen()

    def came_here(self, event: str | None) -> bool:
        """Whether it came to this process before; it costs nothing to ask."""
        return self._here.again(event)

    async def is_first(self, event: str) -> bool:
        """Whether nobody has taken it yet, in any process; from now on this one has.

        Asked before what would do harm if it were done twice.
        """
        now = self._clock.now()
        try:
            return not event or await self._store.write(
                lambda tx: tx.inbound_events.is_first("slack", event, now=now)
            )
        except StorageError as error:
            logger.warning("whether an event came before cannot be told: %s", error)
            return True  # who did it at least hears that nothing can be done


class Seen:
    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._keys: OrderedDict[str, None] = OrderedDict()
        self._remembered = remembered

    def again(self, key: str | None) -> bool:
        if not key:
            return False
        if key in self._keys:
            return True
        self._keys[key] = None
        if len(self._keys) > self._remembered:
            self._keys.popitem(last=False)
        return False
