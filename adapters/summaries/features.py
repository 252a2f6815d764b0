"""What the ranker sees of a sentence: where it stands, how it speaks, which words it shows."""

from collections.abc import Iterable, Sequence
from itertools import chain

from adapters.summaries.cues import BACKGROUND, authors_do, cues, is_done, word_set

Features = dict[str, float]

REFERENCE_WORDS = 20
"""What summaries by people hold; with it, a share of words counts as it counts in ROUGE's F."""

NEWS = 8
"""Content words that a summary tells beside those of the title, which stands above it."""
SHORT, LONG = 12, 25
"""Where the worth of one more word changes."""

_LETTERS = bytes(
    ord(c.lower()) if (c := chr(n)).isascii() and c.isalnum() else 32 for n in range(256)
)
_COMMON = word_set(
    "a an and are as at be been both but by can e for from g has have how i in into is it its may"
    " more most not of on or our over s such t than that the their then these they this those to"
    " toward towards under using via was we were what when where which while will with"
)


def words_of(text: str) -> list[str]:
    """In small letters; whatever is no letter or digit of ASCII divides."""
    return text.encode("ascii", "replace").translate(_LETTERS).decode("ascii").split()


def _stems(words: Iterable[str]) -> set[str]:
    """Content words by their first letters, which endings leave alone."""
    return {word[:6] for word in set(words) - _COMMON}


class Abstract:
    """The sentences of one abstract, seen together."""

    def __init__(self, sentences: Sequence[str], title: str) -> None:
        self.sentences = sentences
        self._words = [words_of(sentence) for sentence in sentences]
        self._stems = [_stems(words) for words in self._words]
        self._title = _stems(words_of(title))
        self._name = title.partition(":")[0].lower() if ":" in title else ""
        self._twice, self._often = self._said_again()
        self.does = [authors_do(words) for words in self._words]
        self._claim = self._first_claim()

    def _said_again(self) -> tuple[set[str], set[str]]:
        """What two sentences say, and what more of them say, beside the words of the title."""
        once, twice, often = set[str](), set[str](), set[str]()
        for stems in self._stems:
            often |= twice & stems
            twice |= once & stems
            once |= stems
        return twice - often - self._title, often - self._title

    def _first_claim(self) -> int:
        """Where the authors first say what they do, else where something is done; else -1."""
        claims = (n for n, does in enumerate(self.does) if does)
        passive = (n for n, words in enumerate(self._words) if is_done(words))
        return next(chain(claims, passive), -1)

    def place(self, n: int) -> Features:
        """What holds for sentence `n` in whatever form it is shown."""
        found = cues(self._words[n])
        if does := self.does[n]:
            found = (found - BACKGROUND) | {does, "authors speak"}
        place: Features = dict.fromkeys(found, 1.0)
        if n < 2:
            place["second" if n else "first"] = 1
        if 0 < (to_come := len(self._words) - n) < 3 and n:
            place["last" if to_come == 1 else "last but one"] = 1
        if self._claim >= 0:
            place |= self._after_claim(n - self._claim)
        return place

    @staticmethod
    def _after_claim(distance: int) -> Features:
        if distance < 0:
            return {"before the claim": 1}
        near: Features = {"after the claim": min(distance, 4)}
        if distance < 2:
            near["next to the claim" if distance else "first claim"] = 1
        return near

    def whole(self, n: int) -> Features:
        """What holds for the words of sentence `n`, all of them."""
        words, stems = self._words[n], self._stems[n]
        return self._content(len(words), stems) | self._shape(self.sentences[n], len(words))

    def form(self, text: str) -> Features:
        """What holds for the words of a sentence as it is shown."""
        words = words_of(text)
        return self._content(len(words), _stems(words)) | self._shape(text, len(words))

    def _content(self, length: int, stems: set[str]) -> Features:
        of_title = len(stems & self._title)
        twice, often = len(stems & self._twice), len(stems & self._often)
        news = len(stems) - of_title
        share = 10 / (length + REFERENCE_WORDS)
        return {
            "words of the title": of_title * share,
            "words said twice": twice * share,
            "words said often": often * share,
            "words said once": (news - twice - often) * share,
            "tells little": max(NEWS - news, 0),
            "title": of_title / (len(self._title) or 1),
            "like the title": of_title / ((len(self._title) * len(stems)) ** 0.5 or 1),
        }

    def _shape(self, text: str, length: int) -> Features:
        shape: Features = {"words": length / 10}
        if length < SHORT:
            shape["words too few"] = (SHORT - length) / 10
        if length > LONG:
            shape["words too many"] = (length - LONG) / 10
        if self._name and self._name in text.lower():
            shape["name"] = 1
        return shape
