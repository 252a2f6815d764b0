"""A looser query for the nearest others: people type sentences into a search box."""

import re
from collections.abc import Iterator

from bot.domain.queries import And, Field, Node, Or, Prefix, Query, Words, canonical, normal
from bot.domain.terms import EXAMPLES
from bot.domain.text import stems, words

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
# A field or sign that touches what follows, quotes around more than nothing, operators.
_SIGNS = re.compile(
    rf"\b({'|'.join(EXAMPLES)}):|\w:\w|(?<!\S)[-+=][\w(]|\"|[“”|*]|\b(OR|AND|NOT)\b"
)
STOP_WORDS = frozenset(stems(_COMMON.split()))


def relaxed(query: Query | str) -> Query | None:
    """Any of the query's words; facts and exclusions stay. None if that is nothing looser.

    A text that is no query is taken as words.
    """
    text = query.text if isinstance(query, Query) else query
    root = normal(query.root) if isinstance(query, Query) else _bag(query)
    if root is None:
        return None
    nodes = root.nodes if isinstance(root, And) else (root,)
    found = [word for n in nodes for word in _words(n)]
    telling = [w for w in found if isinstance(w, Prefix) or w.tokens[0] not in STOP_WORDS]
    if not found:
        return None
    strict = [n for n in nodes if not any(_words(n))]
    near = Query(text=text, root=normal(And(nodes=(Or(nodes=tuple(telling or found)), *strict))))
    return None if isinstance(query, Query) and canonical(near) == canonical(query) else near


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

    If it is short, or has signs that people put into queries, it is a mistake that somebody
    wants to hear of.
    """
    enough = PROSE_MIN_WORDS <= len(text.split()) <= PROSE_MAX_WORDS
    return enough and len(text) <= PROSE_MAX_CHARS and not _SIGNS.search(text)


def asked_words(near: Query) -> tuple[Words | Prefix, ...]:
    """Those of which any will do."""
    return tuple(dict.fromkeys(_words(normal(near.root))))


def strict_part(near: Query) -> Query | None:
    """What must hold all the same: facts, exclusions and fields without words."""
    root = normal(near.root)
    nodes = root.nodes if isinstance(root, And) else (root,)
    strict = tuple(n for n in nodes if not any(_words(n)))
    return Query(text=near.text, root=normal(And(nodes=strict))) if strict else None


def _bag(text: str) -> Node | None:
    nodes = tuple(Words(tokens=(token,), text=token) for token in stems(words(text)))
    return And(nodes=nodes) if nodes else None


def _words(node: Node) -> Iterator[Words | Prefix]:
    """The positive words of a normal node, phrases taken apart, plural or not."""
    match node:
        case And(nodes=nodes) | Or(nodes=nodes):
            for child in nodes:
                yield from _words(child)
        case Words(tokens=tokens, field=field):
            for token in tokens if field is Field.AUTHOR else stems(list(tokens)):
                yield Words(tokens=(token,), field=field, text=token)
        case Prefix():
            yield node
        case _:
            return
