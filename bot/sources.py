"""Hugging Face and arXiv, as the settings want them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.sources.arxiv import ArXiv
from adapters.sources.http import PoliteClient
from adapters.sources.huggingface import HuggingFace
from bot.domain.errors import ConfigError
from bot.ports.sources import PaperLookup, PaperSearch, PaperSource
from config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    collected: Mapping[str, PaperSource]
    """The enabled ones, by name."""
    searches: Sequence[PaperSearch]
    """The enabled ones too."""
    lookup: PaperLookup


def sources_enabled(settings: Settings, client: PoliteClient) -> Sources:
    """Raises `ConfigError` if one is named that does not exist."""
    huggingface = HuggingFace(client, base_url=settings.sources.huggingface.url)
    arxiv = _arxiv(settings, client)
    known = {source.name: source for source in (huggingface, arxiv)}
    names = settings.sources.enabled
    if unknown := set(names) - known.keys():
        raise ConfigError(
            f"PAPERLARK_SOURCES__ENABLED names {', '.join(sorted(unknown))}; "
            f"the sources are {', '.join(known)}"
        )
    return Sources(
        collected={name: known[name] for name in names},
        searches=[source for source in known.values() if source.name in names],
        lookup=arxiv,
    )


def _arxiv(settings: Settings, client: PoliteClient) -> ArXiv:
    wanted = settings.sources.arxiv
    return ArXiv(
        client,
        rss_url=wanted.rss_url,
        api_url=wanted.api_url,
        min_interval_s=wanted.min_interval_s,
    )
