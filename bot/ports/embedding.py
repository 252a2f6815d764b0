"""Vectors of texts, made by a sentence model."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.meaning import Vector


class Embedder(Protocol):
    model: str
    """Changes whenever its vectors do."""

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text. It computes, for milliseconds a text, and holds up its thread.

        Raises:
            ModelUnavailable: if the model cannot be had or read.
        """
        ...
