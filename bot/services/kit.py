"""What commands work with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.schedules import Schedule
from bot.ports.chat import ChatAdapter
from bot.ports.clock import Clock
from bot.ports.embedding import Embedder
from bot.ports.exports import Exporter
from bot.ports.sources import PaperLookup, PaperSearch
from bot.ports.storage import Store
from bot.ports.summaries import Summarizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    store: Store
    chats: Mapping[str, ChatAdapter]
    """By platform."""
    clock: Clock
    summarizer: Summarizer
    exporter: Exporter
    schedule: Schedule
    """What a new channel starts with."""
    resend_unknown: bool = False
    """Whether a post of which its channel never tells is sent again rather than held."""
    lookup: PaperLookup | None = None
    """Asked for papers that somebody names and the archive has not."""
    embedder: Embedder | None = None
    """With it, searches also go by meaning."""
    sources: Sequence[str] = ()
    """The names of those that papers are collected from."""
    categories: Sequence[str] = ()
    """Those of arXiv that are collected, whether or not anybody asks for them."""
    searches: Sequence[PaperSearch] = ()
    """Asked where the archive finds too little."""
