"""A looser query for the nearest others: people type sentences into a search box."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.domain.errors import QuerySyntaxError
from bot.domain.parsing import parse_search
from bot.domain.queries import (
    And,
    Field,
    Node,
    Or,
    Prefix,
    Query,
    Words,
    canonical,
    normal,
    signed_leaves,
)
from bot.domain.terms import EXAMPLES
from bot.domain.text import stem, stems, words

_COMMON = """
    a about after all also an and any are as at be because been between both but by can could
    did do does each etc for from had has have how i if in into is it its many may me more most
    my no nor not of on or other our over s should so some such t than that the their them then
    there these they this those through to too under up use used uses using very via was we
    were what when where which while who why will with within without would you your
    paper papers
"""
PROSE_MIN_WORDS, SENTENCE_MIN_WORDS = 4, 8
SENTENCE_COMMON_SHARE = 0.25  # English has 0.4
PROSE_MAX_WORDS, PROSE_MAX_CHARS = 32, 256  # as a query (`bot.domain.parsing`)
_SURE_SIGNS = rf"\b({'|'.join(EXAMPLES)}):|\||\b(OR|AND|NOT)\b"
"""Nobody writes these by chance."""
_SIGNED = r"(?<!\S)[-+=][\w(]"
_SIGNS = re.compile(rf"{_SURE_SIGNS}|{_SIGNED}|\w:\w|[\"“”*]")
SIGNED_SHARE_MAX = 0.25
"""Of the words of a long text: more signs are no slips."""
_OF_TEXT = (Field.ANY, Field.TITLE, Field.ABSTRACT)
STOP_WORDS = frozenset(stems(_COMMON.split()))


class Read(NamedTuple):
    query: Query
    as_words: bool
    """Whether the text is no query, but a sentence or a title: all of its words are asked for."""


def read_search(text: str) -> Read:
    """Raises `QuerySyntaxError` if it is neither a query nor a sentence nor a title."""
    if is_sentence(text):
        return Read(all_words(text), as_words=True)
    try:
        return Read(parse_search(text), as_words=False)
    except QuerySyntaxError:
        if is_prose(text) and words(text):
            return Read(all_words(text), as_words=True)
        raise


def all_words(text: str) -> Query:
    """What is asked for with each word of a text, which has some."""
    each = tuple(Words(tokens=(stem(word),), text=word) for word in words(text))
    return Query(text=text, root=normal(And(nodes=each)))


def asked_text(text: str) -> str:
    """What of a search says what the papers are to be about: no names, facts or exclusions."""
    read = read_search(text)
    if read.as_words:
        return text
    leaves = (leaf for leaf, is_wanted in signed_leaves(read.query.root) if is_wanted)
    of_text = (x for x in leaves if isinstance(x, Words) and x.field in _OF_TEXT)
    said = (x.text if x.field is Field.ANY else x.text.partition(":")[2] for x in of_text)
    return " ".join(word for text in said for word in words(text))


def relaxed(query: Query) -> Query | None:
    """Any of the query's words; facts and exclusions stay. None if that is nothing looser."""
    root = normal(query.root)
    nodes = root.nodes if isinstance(root, And) else (root,)
    found = [word for n in nodes for word in _words(n)]
    telling = [w for w in found if isinstance(w, Prefix) or w.tokens[0] not in STOP_WORDS]
    if not found:
        return None
    strict = [n for n in nodes if not any(_words(n))]
    loose = And(nodes=(Or(nodes=tuple(telling or found)), *strict))
    near = Query(text=query.text, root=normal(loose))
    return None if canonical(near) == canonical(query) else near


def is_sentence(text: str) -> bool:
    """Whether its commas are a sentence's, by its length and by words that no query needs.

    `reinforcement learning, diffusion` is a query for either.
    """
    if "," not in text or not is_prose(text):
        return False
    found = stems(words(text))
    common = sum(word in STOP_WORDS for word in found)
    return len(found) >= SENTENCE_MIN_WORDS and common >= SENTENCE_COMMON_SHARE * len(found)


def is_prose(text: str) -> bool:
    """Whether a text that is no query may be a sentence or a title.

    If it is short and has signs that people put into queries, it is a mistake that somebody
    wants to hear of. A long text may have stray ones: it was pasted.
    """
    count = len(text.split())
    if not PROSE_MIN_WORDS <= count <= PROSE_MAX_WORDS or len(text) > PROSE_MAX_CHARS:
        return False
    if count < SENTENCE_MIN_WORDS:
        return not _SIGNS.search(text)
    signed = len(re.findall(_SIGNED, text))
    return not re.search(_SURE_SIGNS, text) and signed <= SIGNED_SHARE_MAX * count


def asked_words(near: Query) -> tuple[Words | Prefix, ...]:
    """Those of which any will do."""
    return tuple(dict.fromkeys(_words(normal(near.root))))


def strict_part(near: Query) -> Query | None:
    """What must hold all the same: facts, exclusions and fields without words."""
    root = normal(near.root)
    nodes = root.nodes if isinstance(root, And) else (root,)
    strict = tuple(n for n in nodes if not any(_words(n)))
    return Query(text=near.text, root=normal(And(nodes=strict))) if strict else None


def _words(node: Node) -> Iterator[Words | Prefix]:
    """The positive words of a normal node, phrases taken apart, plural or not.

    The text of one that may be a name is the word as it was typed.
    """
    match node:
        case And(nodes=nodes) | Or(nodes=nodes):
            for child in nodes:
                yield from _words(child)
        case Words(tokens=tokens, field=field, text=text):
            each = tokens if field is Field.AUTHOR else stems(list(tokens))
            typed = words(text) if field is Field.ANY else each
            for token, word in zip(each, typed, strict=True):
                yield Words(tokens=(token,), field=field, text=word)
        case Prefix():
            yield node
        case _:
            return
