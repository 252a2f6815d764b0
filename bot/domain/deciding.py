"""Which queries the text index alone decides, so that nothing of a paper need be read."""

from bot.domain.indexing import Everything, index_query
from bot.domain.queries import And, Field, Last, Node, Not, Or, Query, When, Words, normal

_OF_TEXT = (Field.ANY, Field.TITLE, Field.ABSTRACT)


def index_decides(query: Query) -> bool:
    """Whether exactly those papers match that satisfy its `index_query`.

    These are of its `first_day` or later, and do not satisfy its `index_exclusions`.
    """
    root = normal(query.root)
    nodes = root.nodes if isinstance(root, And) else (root,)
    return index_query(query) != Everything() and all(map(_is_decided, nodes))


def _is_decided(node: Node) -> bool:
    match node:
        case Not(node=inner):
            return _is_plain(inner)
        case When(side=side):
            return side == "after"
        case Last():
            return True
        case _:
            return _has_plain_words_only(node)


def _has_plain_words_only(node: Node) -> bool:
    match node:
        case And(nodes=nodes) | Or(nodes=nodes):
            return all(map(_has_plain_words_only, nodes))
        case _:
            return _is_plain(node)


def _is_plain(node: Node) -> bool:
    """One word, in whatever form; phrases and prefixes are only narrowed by the index."""
    return (
        isinstance(node, Words)
        and len(node.tokens) == 1
        and not node.exact
        and node.field in _OF_TEXT
    )
