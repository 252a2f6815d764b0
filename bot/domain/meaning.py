"""What a text means, as a vector: texts that say the same in other words point the same way."""

from dataclasses import dataclass
from typing import NewType

Vector = NewType("Vector", bytes)
"""A signed byte a dimension; only its direction counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    model: str
    """Vectors of different models have nothing to do with one another."""
    vector: Vector
