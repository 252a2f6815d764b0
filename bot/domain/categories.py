"""arXiv's categories: which there can be, and which are collected because somebody asks."""

from collections.abc import Iterable

from bot.domain.lexing import QUOTES
from bot.domain.queries import Category, Query, wanted_leaves

_DIVIDED = frozenset(
    {"astro-ph", "cond-mat", "cs", "econ", "eess", "math", "nlin", "physics", "q-bio", "q-fin"}
    | {"stat"}
)
"""Archives whose papers have a category within: `cs.CL`."""
_WHOLE = frozenset(
    {"gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nucl-ex", "nucl-th", "quant-ph"}
)


def category_names(query: Query) -> list[str]:
    """Those of which a paper may be to match, as people wrote them: `cs.CL`, `cs.*`."""
    leaves = wanted_leaves(query.root)
    return [x.text.partition(":")[2].strip(QUOTES) for x in leaves if isinstance(x, Category)]


def may_be_arxivs(name: str) -> bool:
    """Whether arXiv has such an archive; within one it may still lack the category."""
    archive, dot, _ = _plain(name).partition(".")
    return archive in _DIVIDED or (archive in _WHOLE and not dot)


def foreign(names: Iterable[str]) -> list[str]:
    """Those that arXiv cannot have; papers of other origin may."""
    return [name for name in names if not may_be_arxivs(name)]


def added(names: Iterable[str], *, always: Iterable[str]) -> list[str]:
    """Those of arXiv that are collected only because they are asked for."""
    known = set(map(_plain, always))
    wanted = [name for name in names if may_be_arxivs(name)]
    return [n for n in wanted if not known & {_plain(n), _plain(n).partition(".")[0]}]


def _plain(name: str) -> str:
    return name.lower().removesuffix(".*")
