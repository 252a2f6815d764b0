"""What a channel likes: a weight for each word, author, category and place of a paper."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from bot.domain.nearest import STOP_WORDS
from bot.domain.papers import Paper
from bot.domain.text import stems, words

TITLE_COUNT = 2.0
"""A word of the title counts so often."""
AUTHORS_MAX = 50
TELLING_SHOWN = 2

Traits = Mapping[str, float]
"""What a paper has, and how often it counts: stems, pairs of stems, `author:NAME`, `cat:cs.CL`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """Learned from what a channel saved and turned down (`bot.domain.learning`)."""

    weights: Traits = field(default_factory=dict)

    def liking(self, paper: Paper) -> float:
        """How much more a paper is worth for being what it is; negative if it is worth less."""
        return sum(self._shares(paper).values()) if self.weights else 0.0

    def telling(self, paper: Paper) -> tuple[str, ...]:
        """What most moves it the way it goes, as the paper has it: `reward models`, `cat:cs.CL`."""
        shares, shown = self._shares(paper), _spelled(paper)
        sign = 1 if sum(shares.values()) > 0 else -1
        pulls = {trait: sign * _with_parts(trait, shares) for trait in shares if trait in shown}
        strongest = sorted((t for t in pulls if pulls[t] > 0), key=lambda t: (-pulls[t], t))
        return tuple(shown[trait] for trait in _apart(strongest)[:TELLING_SHOWN])

    def _shares(self, paper: Paper) -> dict[str, float]:
        weights = self.weights
        return {t: count * weights[t] for t, count in traits(paper).items() if t in weights}


INDIFFERENT = Taste()


def traits(paper: Paper) -> dict[str, float]:
    title = stems(words(paper.title))
    found = dict.fromkeys(filter(_tells, stems(words(paper.abstract))), 1.0)
    found |= dict.fromkeys(filter(_tells, title), TITLE_COUNT)
    found |= dict.fromkeys(_pairs(title, _tells), 1.0)
    return found | dict.fromkeys(_facts(paper), 1.0)


def _facts(paper: Paper) -> Iterable[str]:
    yield from (f"author:{name}" for name in paper.authors[:AUTHORS_MAX])
    yield from (f"cat:{name}" for name in paper.categories)
    yield from (f"source:{name}" for name in paper.sources)
    if paper.organization:
        yield f"org:{paper.organization}"


def _tells(stem: str) -> bool:
    return len(stem) > 1 and stem not in STOP_WORDS


def _pairs(several: Iterable[str], tells: Callable[[str], bool]) -> list[str]:
    return [f"{one} {next_}" for one, next_ in pairwise(several) if tells(one) and tells(next_)]


def _spelled(paper: Paper) -> dict[str, str]:
    """The traits that can be named to people, each as the title or the fact has it."""
    title = words(paper.title)
    stemmed = stems(title)
    singles = dict(zip(stemmed, title, strict=True))
    doubles = {
        f"{a[0]} {b[0]}": f"{a[1]} {b[1]}" for a, b in pairwise(zip(stemmed, title, strict=True))
    }
    return singles | doubles | {fact: fact for fact in _facts(paper)}


def _with_parts(trait: str, shares: Traits) -> float:
    """What a pair and both its words move: `reward models` says more than either."""
    parts = trait.split(" ") if ":" not in trait else []
    return shares[trait] + sum(shares.get(part, 0.0) for part in parts if part != trait)


def _apart(several: Iterable[str]) -> list[str]:
    """Without those that share a word with one before them."""
    kept: list[str] = []
    used: set[str] = set()
    for trait in several:
        parts = {trait} if ":" in trait else set(trait.split())
        if used.isdisjoint(parts):
            kept.append(trait)
            used |= parts
    return kept
