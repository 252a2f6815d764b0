"""Several things at work at once, begun one by one."""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable
from types import TracebackType
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Crew(Generic[T]):
    """Left only when none is at work; then the first failure among them is raised.

    Cancelled, it cancels all.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._at_work: set[asyncio.Future[T]] = set()
        self._ended: list[asyncio.Future[T]] = []

    async def __aenter__(self) -> "Crew[T]":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        try:
            while self._at_work and not _ends_all(error):
                await self.wait()
        except asyncio.CancelledError as cancelled:
            error = cancelled
            raise
        finally:
            for work in self._at_work:  # some are left only where all ends
                work.cancel()
            if isinstance(error, asyncio.CancelledError):
                await asyncio.gather(*self._at_work, return_exceptions=True)
        if error is None:
            self.results()

    @property
    def idle(self) -> bool:
        return not self._at_work

    @property
    def full(self) -> bool:
        return len(self._at_work) >= self._most

    @property
    def failed(self) -> bool:
        return any(work.exception() for work in self._ended)

    def begin(self, work: Coroutine[Any, Any, T]) -> None:
        self._at_work.add(asyncio.ensure_future(work))

    async def wait(self, timer: Awaitable[None] | None = None) -> None:
        """Until one of them ends, or the timer does."""
        clock = {asyncio.ensure_future(timer)} if timer else set[asyncio.Future[None]]()
        try:
            await asyncio.wait(self._at_work | clock, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pending in clock:
                pending.cancel()
        ended = {work for work in self._at_work if work.done()}
        self._at_work -= ended
        self._ended.extend(ended)

    def results(self) -> list[T]:
        """Of those that have ended.

        Raises:
            BaseException: what one of them raised.
        """
        return [work.result() for work in self._ended]


def _ends_all(error: BaseException | None) -> bool:
    """A cancellation, or the end of the program."""
    return error is not None and not isinstance(error, Exception)


async def all_of(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What each gives; if one fails, that is raised once none is left at work."""
    ended = await asyncio.gather(*works, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, BaseException):
            raise outcome
    return [outcome for outcome in ended if not isinstance(outcome, BaseException)]
