"""What a paper does, in a sentence."""

from typing import Protocol

from bot.domain.papers import Paper, Summary


class Summarizer(Protocol):
    def summarize(self, paper: Paper) -> Summary | None:
        """One sentence on what the paper does, or None; local and quick, never a network call."""
        ...


class SummaryWriter(Protocol):
    """A language model, which is slow, may cost money, and may say anything."""

    async def write(self, paper: Paper) -> Summary | None:
        """A summary that is text and nothing else; None if what came is not fit to be shown.

        Raises:
            SourceUnavailable: no usable answer; `retry_after` when the service said so.
        """
        ...
