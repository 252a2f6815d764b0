"""Lines of prose for platforms that have no tables: what stands in a row, what is known of a paper."""

from collections.abc import Iterable, Sequence

from adapters.chat.printable import printable
from bot.domain.messages import PaperCard, Span, Spans, Table, plain

_DOT = " · "
_DASH = "–"


def row_line(table: Table, cells: Sequence[Spans]) -> Spans:
    """Cells apart by dots, each behind its lead; a dash as lead stands in place of the dot."""
    leads = table.lead or ("",) * len(cells)
    spans: list[Span] = []
    for lead, cell in zip(leads, cells, strict=True):
        if not _says_something(cell):
            continue
        if spans:
            spans.append(plain(f" {lead} " if lead == _DASH else _DOT))
        if lead and lead != _DASH:
            spans.append(plain(f"{lead} "))
        spans += cell
    return tuple(spans)


def small_print(card: PaperCard) -> Spans:
    """Why it matched, its facts, and who wrote the summary."""
    maker = card.tldr_maker if printable(card.tldr).strip() else ""
    source = (plain(f"TL;DR: {maker}"),) if printable(maker).strip() else ()
    return _joined((card.why, *((fact,) for fact in card.facts), source))


def _joined(parts: Iterable[Spans]) -> Spans:
    spans: list[Span] = []
    for part in parts:
        if _says_something(part):
            spans += (plain(_DOT), *part) if spans else part
    return tuple(spans)


def _says_something(spans: Spans) -> bool:
    return any(printable(span.text).strip() for span in spans)
