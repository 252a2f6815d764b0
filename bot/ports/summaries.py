from typing import Protocol

from bot.domain.papers import Paper, Summary


class Summarizer(Protocol):
    def summarize(self, paper: Paper) -> Summary | None:
        """One sentence on what the paper does, or None; local and quick, never a network call."""
        ...
