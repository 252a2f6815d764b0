"""How a running process is: for those who watch over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    not_ready: tuple[str, ...]
    """What keeps it from its work, in words; nothing when it is ready."""
    facts: Mapping[str, Any]
    """What else is worth knowing, of the kinds that JSON has."""

    @property
    def ready(self) -> bool:
        return not self.not_ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A number as it is now, or one for each value of a label."""

    name: str
    help: str
    value: float | None = None
    label: str = ""
    values: Mapping[str, float] = field(default_factory=dict)


class Probe(Protocol):
    async def readiness(self) -> Readiness: ...

    async def gauges(self) -> Sequence[Gauge]: ...
