"""Which workspaces may be sent one more post, so that none delays another."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from bot.domain.channels import WorkspaceId

SENDERS_THERE = 8
"""Posts on their way to one workspace: of one that hangs the others shall notice nothing."""
BURST_S = 1.0
"""What a workspace was not sent for so long it may be sent at once, for no timer is exact."""

LEAST_S = 0.001
"""No shorter wait: what a clock cannot tell apart would be no wait at all."""


class Lanes:
    """In this process, for the one that leads is the only one that sends."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._opens = dict[WorkspaceId, float]()
        self._sending = Counter[WorkspaceId]()
        self._shut: set[WorkspaceId] = set()

    def enter(self, workspace: WorkspaceId, *, pace: timedelta) -> None:
        """A post is on its way; `pace` is the time from one to the next."""
        self._sending[workspace] += 1
        if pace:
            earliest = self._monotonic() - BURST_S
            opens = max(self._opens.get(workspace, 0), earliest)
            self._opens[workspace] = opens + pace.total_seconds()

    def leave(self, workspace: WorkspaceId) -> None:
        self._sending[workspace] -= 1
        if not self._sending[workspace]:
            del self._sending[workspace]

    def closed(self) -> set[WorkspaceId]:
        now = self._monotonic()
        self._opens = {w: at for w, at in self._opens.items() if at > now - BURST_S}
        full = {w for w, sending in self._sending.items() if sending >= SENDERS_THERE}
        self._shut = {w for w, at in self._opens.items() if at > now}
        return full | self._shut

    def opens_in_s(self) -> float | None:
        """When the first opens of those that were last found closed for their pace."""
        if not self._shut:
            return None
        return max(LEAST_S, min(self._opens[w] for w in self._shut) - self._monotonic())
