"""Which queries the text index alone decides, so that nothing of a paper need be read."""

from bot.domain.queries import (
    And,
    Count,
    Field,
    Has,
    Last,
    Node,
    Not,
    Or,
    Query,
    When,
    Words,
    normal,
)

_OF_TEXT = (Field.ANY, Field.TITLE, Field.ABSTRACT)


def index_decides(query: Query) -> bool:
    """Whether exactly those papers match that satisfy its `index_query`, but its exclusions."""
    root = normal(query.root)
    nodes = root.nodes if isinstance(root, And) else (root,)
    return all(_is_plain(n.node) if isinstance(n, Not) else _is_decided(n) for n in nodes)


def _is_decided(node: Node) -> bool:
    match node:
        case And(nodes=nodes) | Or(nodes=nodes):
            return all(map(_is_decided, nodes))
        case Has() | Count() | When() | Last():
            return True
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
