"""What somebody may have meant by a query that means something else."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.categories import may_be_arxivs
from bot.domain.errors import QuerySyntaxError
from bot.domain.lexing import Token, tokens
from bot.domain.parsing import parse_search

_JOINING = frozenset({"or", "and", "not"})
_CATEGORY = re.compile(r"[a-z-]{2,8}\.([A-Z]{2}|[a-z-]{2,8})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    reason: str
    meant: str
    """The query as it may have been meant."""


def find_slip(text: str) -> Slip | None:
    """The first slip of a query, if it is a query as well without it."""
    try:
        found = [token for token in tokens(text) if token.kind != "end"]
        slip = next(filter(None, (find(text, found) for find in _FINDERS)), None)
        if slip:
            parse_search(slip.meant)
    except QuerySyntaxError:
        return None
    return slip


def _joining_word(text: str, found: Sequence[Token]) -> Slip | None:
    """`rlhf or dpo`: the word between others is a word."""
    small = [token for token in found if _is_bare(token) and token.value in _JOINING]
    if not small:
        return None
    reason = f"“{small[0].value}” is a word like others here; in capitals it joins them."
    return Slip(reason=reason, meant=_with(text, small, str.upper))


def _second_name(text: str, found: Sequence[Token]) -> Slip | None:
    """`author:yann lecun`: only the first name is one."""
    for author, name, after in zip(found, found[1:], [*found[2:], None], strict=False):
        one = author.field == "author" and not author.quoted and _is_bare(name)
        if one and not (after and _is_bare(after)):
            full = f'author:"{author.value} {name.value}"'
            end = name.position + len(name.text)
            reason = (
                f"“{name.value}” is no part of the name here; a name of two words needs quotes."
            )
            return Slip(reason=reason, meant=text[: author.position] + full + text[end:])
    return None


def _bare_category(text: str, found: Sequence[Token]) -> Slip | None:
    """`cat:cs.LG,cs.CV`: the second is a word."""
    bare = [token for token in found if _is_bare(token) and _is_category(token.value)]
    if not bare:
        return None
    reason = f"“{bare[0].value}” is a word here; a category has cat: before it."
    return Slip(reason=reason, meant=_with(text, bare, "cat:{}".format))


def _is_bare(token: Token) -> bool:
    plain = token.kind == "term" and token.field is None
    return plain and not token.quoted and not token.exact


def _is_category(word: str) -> bool:
    return bool(_CATEGORY.fullmatch(word)) and may_be_arxivs(word)


def _with(text: str, some: Sequence[Token], change: Callable[[str], str]) -> str:
    for token in reversed(some):
        end = token.position + len(token.text)
        text = text[: token.position] + change(token.text) + text[end:]
    return text


_FINDERS = (_joining_word, _second_name, _bare_category)
