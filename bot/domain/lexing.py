"""The first half of reading a query: characters to tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.domain.errors import QuerySyntaxError

Kind = Literal["(", ")", "OR", "AND", "-", "+", "term", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`text` is as typed; the rest is for terms: `field:="value"`."""

    kind: Kind
    position: int
    text: str = ""
    field: str | None = None
    exact: bool = False
    value: str = ""
    quoted: bool = False

    def refusal(self, reason: str, example: str) -> QuerySyntaxError:
        return QuerySyntaxError(reason, position=self.position, example=example)


QUOTES = '"“”„‟«»″＂'

# One character for one, so that positions stay those of the typed text: curly and foreign
# quotes, dashes as phones type them, full-width forms, blanks and characters of no width.
_TYPED = str.maketrans(
    dict.fromkeys(QUOTES, '"')
    | dict.fromkeys("‐‑‒–—−", "-")
    | {chr(c + 0xFEE0): chr(c) for c in range(0x21, 0x7F)}
    | dict.fromkeys("\u3000\u200b\ufeff\u200e\u200f", " ")
    | {"、": ","}
)
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANKS = re.compile(r"\s*")
_OPERATOR = re.compile(r"[()]|\|+|,|[-+]")
_TERM = re.compile(
    r"(?:(?P<field>[^\W\d_][\w-]*):)?(?P<exact>=)?"
    # A comma within a number (10,000) is none between words.
    r'(?:"(?P<phrase>[^"]*)"|(?P<word>(?:[^\s"(),|]|(?<=\d),(?=\d{3}(?!\d)))+))?'
)
_KEYWORDS: dict[str, Kind] = {"OR": "OR", "AND": "AND", "NOT": "-"}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query; the last is `end`.

    Raises:
        QuerySyntaxError: for characters that cannot be part of a query.
    """
    if found := _UNREADABLE.search(text):
        raise QuerySyntaxError(
            "There is a control character here.", position=found.start(), example="diffusion video"
        )
    typed = text.translate(_TYPED)
    position = _skip_blanks(typed, 0)
    while position < len(typed):
        token = _operator(typed, position) or _term(text, typed, position)
        yield token
        position = _skip_blanks(typed, position + len(token.text))
    yield Token(kind="end", position=len(text))


def _skip_blanks(typed: str, position: int) -> int:
    found = _BLANKS.match(typed, position)
    return found.end() if found else position


def _operator(typed: str, position: int) -> Token | None:
    found = _OPERATOR.match(typed, position)
    if not found:
        return None
    match sign := found[0]:
        case "(" | ")":
            return Token(kind=sign, position=position, text=sign)
        case "-" | "+":
            if not typed[found.end() : found.end() + 1].strip():
                raise QuerySyntaxError(
                    f"“{sign}” must touch the word it is for.",
                    position=position,
                    example=f"diffusion {sign}survey",
                )
            return Token(kind=sign, position=position, text=sign)
        case _:
            return Token(kind="OR", position=position, text=sign)


def _term(text: str, typed: str, position: int) -> Token:
    found = _TERM.match(typed, position)
    if not found or not found[0]:
        raise QuerySyntaxError(
            "This quote is not closed.", position=position, example='"world model"'
        )
    raw = text[position : found.end()]
    if keyword := _KEYWORDS.get(found[0]):
        return Token(kind=keyword, position=position, text=raw)
    return Token(
        kind="term",
        position=position,
        text=raw,
        field=found["field"],
        exact=found["exact"] is not None,
        value=found["phrase"] if found["phrase"] is not None else found["word"] or "",
        quoted=found["phrase"] is not None,
    )
