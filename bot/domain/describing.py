"""A query in plain English, for the answer that says how it was understood."""

from bot.domain.lexing import QUOTES
from bot.domain.queries import (
    And,
    Category,
    Count,
    Field,
    Group,
    Has,
    Last,
    Leaf,
    Node,
    Not,
    Or,
    Prefix,
    Query,
    Source,
    When,
    Words,
    signed_leaves,
)

PHRASE_MAX_WORDS = 4
_FACTS = Category | Source | Has | Count | When | Last
"""What holds of a paper, rather than stands in its text."""
_IN_FIELD = {
    Field.ANY: "{}",
    Field.TITLE: "{} in the title",
    Field.ABSTRACT: "{} in the abstract",
    Field.AUTHOR: "author {}",
    Field.ORG: "organisation {}",
    Field.VENUE: "venue {}",
}
_COMPARED = {
    ">=": "at least",
    ">": "more than",
    "<=": "at most",
    "<": "fewer than",
    "=": "exactly",
}


def describe(query: Query) -> str:
    """What the query means: `diffusion and video, in category cs.CL, but not survey`."""
    of_text = any(isinstance(leaf, Words | Prefix) for leaf, _ in signed_leaves(query.root))
    return _node(query.root) if of_text else f"papers {_node(query.root)}"


def explained(query: Query) -> str:
    """As `describe`, and where its bare words are looked for."""
    leaves = [leaf for leaf, _ in signed_leaves(query.root)]
    of_text = [_is_bare(leaf) for leaf in leaves if isinstance(leaf, Words | Prefix)]
    if not any(of_text):
        return describe(query)
    where = "; words anywhere in" if all(of_text) else "; other words anywhere in"
    where = ", anywhere in" if len(leaves) == sum(of_text) else where
    return f"{describe(query)}{where} title or abstract"


def phrase(query: Query) -> str | None:
    """A query of a few bare words as one phrase, `"sparse autoencoder"`; None for any other."""
    nodes = query.root.nodes if isinstance(query.root, And) else ()
    texts = [n.text for n in nodes if isinstance(n, Words) and _is_bare(n) and not n.exact]
    unquoted = not any(set(text) & set(QUOTES) for text in texts)
    if len(texts) == len(nodes) and unquoted and 2 <= len(texts) <= PHRASE_MAX_WORDS:
        return f'"{" ".join(texts)}"'
    return None


def _is_bare(leaf: Leaf) -> bool:
    return isinstance(leaf, Words | Prefix) and leaf.field is Field.ANY


def _node(node: Node) -> str:
    match node:
        case Or(nodes=nodes):
            return " or ".join(_bracketed(n) for n in nodes)
        case And(nodes=nodes):
            facts = [_leaf(n) for n in nodes if isinstance(n, _FACTS)]
            others = [n for n in nodes if not isinstance(n, _FACTS | Not)]
            wanted = ", ".join(filter(None, (" and ".join(map(_bracketed, others)), *facts)))
            unwanted = " and ".join(_node(n) for n in nodes if isinstance(n, Not))
            return ", but ".join(filter(None, (wanted, unwanted)))
        case Not(node=inner):
            return f"not {_bracketed(inner)}"
        case _:
            return _leaf(node)


def _bracketed(node: Node) -> str:
    return f"({_node(node)})" if isinstance(node, Group) else _node(node)


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Words(field=field, exact=exact):
            shown = _shown(_value(leaf).removeprefix("="))
            return _IN_FIELD[field].format(f"exactly {shown}" if exact else shown)
        case Prefix(start=start, field=field):
            return _IN_FIELD[field].format(f"{start}…")
        case Category(whole_archive=whole_archive):
            shown = _shown(_value(leaf).removesuffix(".*"))
            return f"in any {shown} category" if whole_archive else f"in category {shown}"
        case Source(name=name):
            return f"from source {name}"
        case Has(what=what):
            return "with code" if what == "code" else "with a project page"
        case Count(what=what, comparison=comparison, value=value):
            return f"with {_COMPARED[comparison]} {value} {what}"
        case When(side=side, day=day):
            return f"from {day} on" if side == "after" else f"before {day}"
        case Last(days=days):
            return "in the last day" if days == 1 else f"in the last {days} days"


def _value(leaf: Words | Category) -> str:
    """The term as typed, without its field."""
    named = isinstance(leaf, Category) or leaf.field is not Field.ANY
    return leaf.text.partition(":")[2] if named else leaf.text


def _shown(value: str) -> str:
    bare = " ".join(value.strip(QUOTES).split())
    return f'"{bare}"' if " " in bare or bare in ("and", "or", "not") else bare
