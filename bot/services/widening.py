"""What else may be meant by the words of a search, by what the archive itself says.

It widens the nearest others only, never what matches.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.domain.acronyms import SHORT_MAX_CHARS, SHORT_MIN_CHARS, defined, initials
from bot.domain.indexing import IN_TEXT, IndexQuery, IndexTerm, Phrase
from bot.domain.nearest import STOP_WORDS
from bot.domain.spelling import MISSPELT_MIN_CHARS, near_spellings
from bot.domain.text import stem
from bot.ports.storage import Transaction

ACRONYM_WORDS_MAX = 3
"""In a longer text the other words say what is meant."""
SOUGHT = 12
"""Papers with an acronym that are read for what it stands for."""
SELDOM = 3
"""Papers: a word in no more of them may be misspelt."""
MUCH_MORE_OFTEN = 10


def spelled_out(tx: Transaction, asked: list[str]) -> Iterator[IndexQuery]:
    """What acronyms among the words of a search stand for, or the acronym that stands for all.

    The words are stems, in order.
    """
    telling = _telling(asked)
    if len(telling) <= ACRONYM_WORDS_MAX:
        for word in telling:
            if long := _stands_for(tx, word):
                yield Phrase(nodes=tuple(map(_term, long)))
    for short in {initials(asked), initials(telling)}:
        if _stands_for(tx, short) in (tuple(asked), tuple(telling)):
            yield _term(short)


def corrected(tx: Transaction, asked: list[str]) -> Iterator[IndexQuery]:
    """For words that may be misspelt, those that may be meant."""
    telling = _telling(asked)
    long = [word for word in telling if len(word) >= MISSPELT_MIN_CHARS and word.isalpha()]
    seldom = [word for word, count in tx.papers.having(long).items() if count <= SELDOM]
    for word in seldom:
        counts = tx.papers.having({stem(near) for near in near_spellings(word)} - {word})
        best = max(counts, key=lambda near: counts[near], default=word)
        if counts.get(best, 0) > MUCH_MORE_OFTEN * SELDOM:
            yield _term(best)


def _telling(asked: Iterable[str]) -> list[str]:
    return [word for word in asked if word not in STOP_WORDS]


def _stands_for(tx: Transaction, short: str) -> tuple[str, ...] | None:
    """What most of the newest papers that define it say."""
    if not (SHORT_MIN_CHARS <= len(short) <= SHORT_MAX_CHARS and short.isalpha()):
        return None
    having = islice(tx.papers.candidates(_term(short), newest=True), SOUGHT)
    papers = (candidate.paper for candidate in having)
    told = Counter(long for paper in papers if (long := defined(short, paper.abstract)))
    return max(told, key=lambda long: told[long], default=None)


def _term(word: str) -> IndexTerm:
    return IndexTerm(token=word, columns=IN_TEXT)
