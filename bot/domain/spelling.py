"""Words that may have been meant: one letter missing, too many, wrong, or two exchanged."""

from collections.abc import Iterator
from string import ascii_lowercase

MISSPELT_MIN_CHARS = 5


def near_spellings(word: str) -> Iterator[str]:
    """After P. Norvig, "How to write a spelling corrector" (2007)."""
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    for before, after in cuts:
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
