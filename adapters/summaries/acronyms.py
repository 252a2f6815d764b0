"""Acronyms that a text defines, `foundation model (FM)`, written out where one is used alone."""

import re
from collections.abc import Iterator

from adapters.summaries.sentences import capitalised

FAMILIAR = frozenset(
    [
        "AI",
        "API",
        "CNN",
        "CPU",
        "CT",
        "DNA",
        "GAN",
        "GPT",
        "GPU",
        "LLM",
        "LM",
        "LSTM",
        "ML",
        "MLLM",
        "MRI",
        "NLP",
        "QA",
        "RL",
        "RNA",
        "RNN",
        "VLM",
        "VQA",
    ]
)
"""What readers of papers know without being told."""

_DEFINED = re.compile(r" \((?=\w*[A-Z][\w-]*[A-Z])([A-Za-z][\w-]{1,9})\)")
_CLAUSE = re.compile(r"[().,;:!?]")
_LONG_MAX_CHARS = 100
_JOINED_BEFORE, _JOINED_AFTER = re.compile(r"[\w(/-]"), re.compile(r"[\w)/’'-]")
_ARTICLE = re.compile(r"\b(a)n? $", re.IGNORECASE)
_VOWEL = re.compile(r"(?!uni|use|uti|eu|one)[aeiou]", re.IGNORECASE)


def write_out(sentence: str, *, text: str, title: str) -> str:
    """`sentence` with the first use of each acronym that only the rest of `text` explains."""
    for short, long in definitions(text, used_in=sentence).items():
        if not title.startswith(f"{short}:"):
            sentence = _explain(sentence, short, long)
    return capitalised(sentence)


def definitions(text: str, *, used_in: str) -> dict[str, str]:
    """What each acronym stands for, in the number (FM or FMs) it was defined in and the other."""
    meanings: dict[str, str] = {}
    for found in _DEFINED.finditer(text):
        short = found[1].removesuffix("s")
        if short in used_in and short not in FAMILIAR:
            start = found.start()
            before = _CLAUSE.split(text[max(0, start - _LONG_MAX_CHARS) : start])[-1]
            if long := _long_form(before, found[1]):
                meanings |= _numbers(found[1], _uncapitalised(long, text))
    return meanings


def _long_form(before: str, short: str) -> str | None:
    """The last words that spell `short`, its first letter being an initial.

    After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions" (2003).
    """
    letters = [letter for letter in short.lower() if letter.isalpha()]
    words = before.split()[-min(len(letters) + 5, 2 * len(letters)) :]
    long = " ".join(words)
    folded, at = f" {long}".lower(), len(long) + 1
    for n, letter in reversed(list(enumerate(letters))):
        at = folded.rfind(letter if n else f" {letter}", 0, at)
        if at < 0:
            return None
    return long[at:] if " " in long[at:] or len(long) - at > 2 * len(short) else None


def _uncapitalised(long: str, text: str) -> str:
    """Without the capital of a sentence's first word, where the text shows that it is no name."""
    first, _, rest = long.partition(" ")
    used = rest[:1].islower() and f" {first.lower()} " in text
    return f"{first.lower()} {rest}" if used else long


def _numbers(short: str, long: str) -> Iterator[tuple[str, str]]:
    yield short, long
    if short.endswith("s") and long.endswith("s") and not long.endswith("ies"):
        yield short[:-1], long[:-1]
    elif not long.endswith(("s", "x", "y", "g")):
        yield f"{short}s", f"{long}s"


def _explain(sentence: str, short: str, long: str) -> str:
    start = _use(sentence, short)
    if (
        start < 0
        or f"({short}" in sentence
        or sentence.startswith(" (", start + len(short))
        or long.lower() in sentence.lower()
    ):
        return sentence
    before = sentence[:start]
    if article := _ARTICLE.search(before):
        before = f"{before[: article.end(1)]}{'n' if _VOWEL.match(long) else ''} "
    return f"{before}{long} ({short}){sentence[start + len(short) :]}"


def _use(sentence: str, short: str) -> int:
    """Where `short` stands as a word of its own, else -1."""
    start = sentence.find(short)
    while start >= 0:
        before, after = sentence[:start][-1:], sentence[start + len(short) :][:1]
        if not _JOINED_BEFORE.match(before) and not _JOINED_AFTER.match(after):
            break
        start = sentence.find(short, start + 1)
    return start
