"""How many commands a minute are taken from a person, a channel, a workspace."""

from collections import deque
from collections.abc import Hashable
from datetime import datetime, timedelta

from bot.domain.errors import UserError
from bot.ports.chat import CommandCall

MINUTE = timedelta(minutes=1)
PERSON_MAX = 30  # a command every two seconds, and buttons among them: more than anybody reads
CHANNEL_MAX = 120
WORKSPACE_MAX = 600
KEPT_MAX = 10_000
"""People and places remembered."""


class Turnstile:
    """Counts in this process; of several that answer in Slack each gets its share (A7)."""

    def __init__(self) -> None:
        self._passed: dict[Hashable, deque[datetime]] = {}

    def take(self, call: CommandCall, *, now: datetime) -> None:
        """Count a call.

        Raises:
            UserError: one more is too many this minute; it does not count.
        """
        workspace = call.channel.workspace
        limits = (
            ((workspace, call.user.id), PERSON_MAX, "You gave"),
            (call.channel, CHANNEL_MAX, "This channel gave"),
            (workspace, WORKSPACE_MAX, "This workspace gave"),
        )
        for key, most, who in limits:
            if len(self._recent(key, now)) >= most:
                raise UserError(
                    f"{who} {most} commands within a minute, which is as many as I take. "
                    "Nothing was changed; wait a moment."
                )
        for key, _, _ in limits:
            self._passed.setdefault(key, deque()).append(now)
        if len(self._passed) > KEPT_MAX:
            self._passed = {k: times for k in self._passed if (times := self._recent(k, now))}

    def _recent(self, key: Hashable, now: datetime) -> deque[datetime]:
        times = self._passed.get(key, deque())
        while times and times[0] <= now - MINUTE:
            times.popleft()
        return times
