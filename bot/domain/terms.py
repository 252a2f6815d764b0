"""One term of a query, `field:value`, to the leaf that it means."""

import difflib
import re
from collections.abc import Callable
from datetime import date
from typing import Literal, cast

from bot.domain.errors import QuerySyntaxError
from bot.domain.lexing import QUOTES, Token
from bot.domain.queries import (
    PREFIX_MIN_CHARS,
    Category,
    Comparison,
    Count,
    Field,
    Has,
    Last,
    Leaf,
    Prefix,
    Source,
    When,
    Words,
)
from bot.domain.text import stems, words

LAST_MAX_DAYS = 3650
EXAMPLE_MAX_CHARS = 80

EXAMPLES = {
    "title": "title:diffusion",
    "abstract": "abstract:benchmark",
    "author": 'author:"yann lecun"',
    "org": "org:google",
    "venue": "venue:neurips",
    "cat": "cat:cs.CL",
    "source": "source:arxiv",
    "has": "has:code",
    "upvotes": "upvotes:>=20",
    "comments": "comments:>5",
    "after": "after:2026-10-01",
    "before": "before:2026-10-01",
    "last": "last:7d",
}
_OTHER_NAMES = {
    "ti": "title", "abs": "abstract", "au": "author", "by": "author", "from": "org",
    "affiliation": "org", "company": "org", "journal": "venue", "conference": "venue",
    "label": "cat", "tag": "cat", "subject": "cat", "is": "has", "likes": "upvotes",
    "votes": "upvotes", "since": "after", "until": "before", "date": "after",
}  # fmt: skip
SOURCE_ALIASES = {"hf": "huggingface"}
_DAYS = {"d": 1, "w": 7, "m": 30}

_COUNT = re.compile(r"(>=|>|<=|<|=)(\d{1,9})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LAST = re.compile(r"(\d{1,4})([dwm])", re.ASCII)
_CATEGORY = re.compile(r"([a-z][a-z-]*)(?:\.(\*|[a-z-]+))?", re.ASCII)
_COUNT_WITHOUT_COLON = re.compile(r"(upvotes|comments)[<>=≥≤]", re.IGNORECASE)
_NOT_IN_QUOTES = re.compile(rf"[*{QUOTES}]")
_STAR_IN_PHRASE = re.compile(rf"\b\w{{{PREFIX_MIN_CHARS},}}\*(?!\w)")


def field_name(token: Token, query: str) -> str | None:
    """The known field that the token of the query names, or None if it names none.

    Raises:
        QuerySyntaxError: if there is a colon and no such field.
    """
    if token.field is None:
        return None
    name = token.field.lower()
    if name in EXAMPLES:
        return name
    if token.quoted or (token.value and not token.value.startswith("/")):
        near = _OTHER_NAMES.get(name) or _nearest(name)
        hint = f"did you mean “{near}:”?" if near else f"fields are {', '.join(EXAMPLES)}."
        raise token.refusal(f"There is no field “{token.field}”; {hint}", EXAMPLES[near or "title"])
    raise _stray_colon(token, query)


def _stray_colon(token: Token, text: str) -> QuerySyntaxError:
    reason = "A colon follows a field's name only. Put other text with a colon in quotes."
    return token.refusal(reason, _in_quotes(text))


def _in_quotes(text: str) -> str:
    bare = _NOT_IN_QUOTES.sub("", text).strip()[:EXAMPLE_MAX_CHARS]
    return f'"{bare}"' if words(bare) else '"world model"'


def leaf(token: Token, field: str | None) -> Leaf:
    """What the term means; `field` is its own or that of the brackets around it.

    Raises:
        QuerySyntaxError: if the value is none for this field.
    """
    typed = " ".join(token.text.split())
    text = typed if field is None or token.field else f"{field}:{typed}"
    if field is None or field not in _FACTS:
        return _words(token, Field(field or Field.ANY), text)
    if token.exact and field not in ("upvotes", "comments"):
        raise token.refusal(f"“=” is for words, not for “{field}:”.", EXAMPLES[field])
    return _FACTS[field](token, field, text)


def _words(token: Token, field: Field, text: str) -> Leaf:
    value = token.value
    if not token.quoted:
        _check_unquoted(token)
        if "*" in value:
            return _prefix(token, field, text)
    elif _STAR_IN_PHRASE.search(value):
        raise token.refusal("“*” does not work within quotes.", "quantiz*")
    if field is Field.AUTHOR and "," in value:
        family, _, given = value.partition(",")
        value = f"{given} {family}"
    found_words = words(value)
    if not found_words:
        raise token.refusal("There is no letter or digit to look for here.", "diffusion")
    exact = token.exact and field is not Field.AUTHOR  # names are never stemmed
    stemmed = not exact and field is not Field.AUTHOR
    tokens = tuple(stems(found_words) if stemmed else found_words)
    return Words(tokens=tokens, field=field, exact=exact, text=text)


def _check_unquoted(token: Token) -> None:
    if token.value[:1] in ("'", "‘", "`"):
        raise token.refusal("A phrase needs double quotes.", '"world model"')
    if token.value.startswith(("-", "+")):
        raise token.refusal("“-” stands before the field.", "diffusion -title:survey")
    if found := _COUNT_WITHOUT_COLON.match(token.value):
        name = found[1].lower()
        raise token.refusal(f"A colon is missing after “{name}”.", EXAMPLES[name])
    if ":" in token.value:
        raise _stray_colon(token, token.text)


def _prefix(token: Token, field: Field, text: str) -> Prefix:
    if token.value.find("*") != len(token.value) - 1:
        raise token.refusal("“*” stands at the end of a word only.", _in_quotes(token.value))
    if token.exact:
        raise token.refusal("“=” and “*” do not go together.", "quantiz*")
    starts = words(token.value)
    if len(starts) != 1:
        raise token.refusal("“*” follows a single word, without hyphens.", "quantiz*")
    if len(starts[0]) < PREFIX_MIN_CHARS:
        reason = f"“*” needs at least {PREFIX_MIN_CHARS} letters before it."
        raise token.refusal(reason, "quantiz*")
    return Prefix(start=starts[0], field=field, text=text)


def _category(token: Token, field: str, text: str) -> Category:
    name = " ".join(token.value.lower().split())
    found = _CATEGORY.fullmatch(name)
    if found:
        whole = found[2] in (None, "*")
        return Category(name=found[1] if whole else name, whole_archive=whole, text=text)
    if not token.quoted or "*" in name or not words(name):
        reason = "This is no category. “cat:cs.*” means all of cs."
        raise token.refusal(reason, EXAMPLES[field])
    return Category(name=name, text=text)


def _source(token: Token, field: str, text: str) -> Source:
    name = token.value.lower()
    if not name.isalpha():
        raise token.refusal("A source's name has letters only.", EXAMPLES[field])
    return Source(name=SOURCE_ALIASES.get(name, name), text=text)


def _has(token: Token, field: str, text: str) -> Has:
    match token.value.lower():
        case "code":
            return Has(what="code", text=text)
        case "project":
            return Has(what="project", text=text)
        case _:
            reason = "Papers are known to have “has:code” or “has:project”."
            raise token.refusal(reason, EXAMPLES[field])


def _count(token: Token, field: str, text: str) -> Count:
    value = token.value.replace("≥", ">=").replace("≤", "<=")
    found = _COUNT.fullmatch(f"={value}" if token.exact else value)
    if not found:
        reason = f"“{field}:” needs >=, >, <=, < or = and a number."
        raise token.refusal(reason, EXAMPLES[field])
    what: Literal["upvotes", "comments"] = "upvotes" if field == "upvotes" else "comments"
    comparison = cast("Comparison", found[1])
    return Count(what=what, comparison=comparison, value=int(found[2]), text=text)


def _when(token: Token, field: str, text: str) -> When:
    try:
        day = date.fromisoformat(token.value) if _DAY.fullmatch(token.value) else None
    except ValueError:
        day = None
    if day is None:
        reason = "This is no day; write year-month-day."
        raise token.refusal(reason, EXAMPLES[field])
    return When(side="after" if field == "after" else "before", day=day, text=text)


def _last(token: Token, field: str, text: str) -> Last:
    found = _LAST.fullmatch(token.value.lower())
    days = int(found[1]) * _DAYS[found[2]] if found else 0
    if not 0 < days <= LAST_MAX_DAYS:
        reason = "“last:” needs a number of days (d), weeks (w) or months of 30 days (m)."
        raise token.refusal(reason, EXAMPLES[field])
    return Last(days=days, text=text)


_FACTS: dict[str, Callable[[Token, str, str], Leaf]] = {
    "cat": _category,
    "source": _source,
    "has": _has,
    "upvotes": _count,
    "comments": _count,
    "after": _when,
    "before": _when,
    "last": _last,
}


def _nearest(name: str) -> str | None:
    return next(iter(difflib.get_close_matches(name, EXAMPLES, n=1)), None)
