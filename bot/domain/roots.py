"""Words of one family: `conduct`, `conducting` and `conduction` have one root.

Coarser than `bot.domain.text.stem`, which decides what matches: roots only say what is near.
"""

from functools import lru_cache

ROOT_MIN_CHARS = 4

_ENDING = """
    able al ally ance ant ate ating ation ator atory e ed ence ent er ful ial ible ic ical ing ion
    ise ism ist ition ity ive iz ize izing less ly ment ness or ory ous y
"""
_LONGEST_FIRST = sorted(_ENDING.split(), key=len, reverse=True)


@lru_cache(maxsize=100_000)
def root(stem: str) -> str:
    """What is left of a stem without its endings; not always a word."""
    if not (stem.isascii() and stem.isalpha()):
        return stem
    rest = stem
    while shorter := _without_ending(rest):
        rest = shorter
    doubled = len(rest) >= ROOT_MIN_CHARS and rest[-1] == rest[-2] and rest[-1] not in "ls"
    return rest[:-1] if doubled else rest


def _without_ending(word: str) -> str | None:
    for ending in _LONGEST_FIRST:
        if len(word) - len(ending) >= ROOT_MIN_CHARS and word.endswith(ending):
            return word[: -len(ending)]
    return None
