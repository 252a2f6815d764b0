"""What else may be meant by the words of a search, by what the archive itself says.

It says what is near and what comes first, never what matches.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from bot.domain.acronyms import SHORT_MAX_CHARS, SHORT_MIN_CHARS, defined, initials
from bot.domain.index_queries import IN_TEXT, Column, IndexQuery, IndexTerm, Phrase
from bot.domain.nearest import STOP_WORDS
from bot.domain.queries import Words
from bot.domain.spelling import MISSPELT_MIN_CHARS, near_spellings
from bot.domain.text import stem
from bot.ports.storage import Transaction

FEW = 3
"""Words; in a longer text the others say what is meant."""
SOUGHT = 12
"""Papers with an acronym that are read for what it stands for."""
SELDOM = 3
"""Papers: a word in no more of them may be misspelt."""
MUCH_MORE_OFTEN = 10


def spelled_out(tx: Transaction, asked: list[str]) -> Iterator[IndexQuery]:
    """What acronyms among the words of a search stand for. The words are stems, in order."""
    telling = _telling(asked)
    if len(telling) <= FEW:
        for word in telling:
            if long := _stands_for(tx, word):
                yield Phrase(nodes=tuple(map(_term, long)))


def shortened(tx: Transaction, asked: list[str]) -> Iterator[IndexQuery]:
    """The acronym that stands for all of the words."""
    telling = _telling(asked)
    for short in {initials(asked), initials(telling)}:
        if _stands_for(tx, short) in (tuple(asked), tuple(telling)):
            yield _term(short)


def names(tx: Transaction, asked: Sequence[Words]) -> Iterator[IndexQuery]:
    """Of few words, those that are authors' names but look like plurals: `Edwards`."""
    if len(asked) <= FEW:
        for word in asked:
            if word.text != word.tokens[0] and _is_name(tx, word.text):
                yield _name(word.text)


def corrected(tx: Transaction, asked: Sequence[Words]) -> Iterator[IndexQuery]:
    """For words that may be misspelt, those that may be meant."""
    long = {w.tokens[0]: w.text for w in asked if len(w.tokens[0]) >= MISSPELT_MIN_CHARS}
    often = tx.papers.having([word for word in long if word.isalpha()])
    for word, count in often.items():
        if count <= SELDOM and not _is_name(tx, long[word]):
            counts = tx.papers.having({stem(near) for near in near_spellings(word)} - {word})
            best = max(counts, key=lambda near: counts[near], default=word)
            usual = count if len(asked) <= FEW else SELDOM
            if counts.get(best, 0) > MUCH_MORE_OFTEN * usual:
                yield _term(best)


def _is_name(tx: Transaction, word: str) -> bool:
    return next(tx.papers.candidates(_name(word), newest=True), None) is not None


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


def _name(word: str) -> IndexTerm:
    return IndexTerm(token=word, columns=(Column.AUTHORS,))
