"""Messages full of hostile text, and the same messages with harmless text instead."""

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from hypothesis import strategies as st

from bot.domain.links import Url
from bot.domain.messages import (
    Actions,
    Bullets,
    Button,
    Heading,
    Message,
    Note,
    PaperCard,
    Paragraph,
    Span,
    Table,
)

ATTACKS = (
    "<script>alert(1)</script>",
    "</script><script src=//evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "[arXiv](javascript:alert(1))",
    "<https://evil.example|https://arxiv.org>",
    "https://evil.example/",
    "<a href=https://evil.example>arXiv</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;b&#62;&amp;nbsp;&quot;",
    "{{ 7 * 7 }} {% raw %} {# comment #}",
    "]]><svg onload=alert(1)>",
    "<!-- --!> <![CDATA[ <style>*{display:none}</style>",
    "\x1b[31mred\x1b[0m \x1b[2J\x1b[H",
    "\x9b31mred\x9b2J",
    "\x1b]8;;https://evil.example\x1b\\arXiv\x1b]8;;\x1b\\",
    "\x1b]8;;https://evil.example\x07arXiv\x1b]8;;\x07",
    "\x9d8;;https://evil.example\x9carXiv\x9d8;;\x9c",
    "\x1b]0;title\x07\x1b]52;c;ZXZpbA==\x07",
    "\x1bP+q544e\x1b\\ \x1b_Gx\x1b\\ \x1b^x\x1b\\ \x1bc",
    "unfinished \x1b]8;;https://evil.example",
    "[bold red]markup[/] [link=https://evil.example]arXiv[/link] :skull: [/]",
    "user\u202egnp.exe\u202c \u2066isolated\u2069 \u200e\u200f\u061c",
    "zero\u200bwidth\u200c \u200d \u2060 \ufeff \u00ad",
    "tag\U000e0041\U000e0042 characters",
    "line\r\nbreak\u2028and\u2029para\vgraph\f\x85\ttab",
    "nul \x00 bell \x07 backspace \x08 delete \x7f",
    "half a pair \ud83d",
    "e" + "\u0301" * 40,
    "words " * 60,
    "w" * 300,
    "",
)

URLS = (Url("https://arxiv.org/abs/2401.00001"), Url("https://huggingface.co/papers/2401.00002"))

texts = st.sampled_from(ATTACKS) | st.text(max_size=60)
urls = st.none() | st.sampled_from(URLS)
spans = st.builds(
    Span, text=texts, style=st.sampled_from(("plain", "strong", "muted", "code")), url=urls
)
runs = st.lists(spans, max_size=3).map(tuple)
buttons = st.lists(
    st.builds(Button, label=texts, verb=texts, argument=texts, primary=st.booleans()), max_size=2
).map(tuple)
tables = st.integers(1, 3).flatmap(
    lambda width: st.builds(
        Table,
        head=st.tuples(*[texts] * width),
        rows=st.lists(st.tuples(*[runs] * width), max_size=2).map(tuple),
    )
)
cards = st.builds(
    PaperCard,
    paper_id=texts,
    title=texts,
    url=urls,
    byline=texts,
    tldr=texts,
    tldr_maker=texts,
    why=runs,
    facts=runs,
    buttons=buttons,
)
blocks = st.one_of(
    cards,
    st.builds(Heading, text=texts),
    st.builds(Paragraph, spans=runs),
    st.builds(Note, spans=runs),
    st.builds(Bullets, items=st.lists(runs, max_size=2).map(tuple), ordered=st.booleans()),
    tables,
    st.builds(Actions, buttons=buttons),
)
messages = st.builds(Message, fallback=texts, blocks=st.lists(blocks, max_size=4).map(tuple))

_OURS = ("kind", "style", "url")

T = TypeVar("T")


def attack(text: str) -> Message:
    """A message with this text wherever a text can be."""
    span = Span(text=text, url=URLS[0])
    button = Button(label=text, verb=text, argument=text)
    return Message(
        fallback=text,
        blocks=(
            Heading(text=text),
            Paragraph(spans=(Span(text=text), Span(text=text, style="code"), span)),
            Note(spans=(Span(text=text, style="muted"), Span(text=text, style="strong"))),
            Bullets(items=((Span(text=text),), (span,))),
            Table(head=(text, text), rows=((((span,)), (Span(text=text),)),)),
            PaperCard(
                paper_id=text,
                title=text,
                url=URLS[1],
                byline=text,
                tldr=text,
                tldr_maker=text,
                why=(Span(text=text), Span(text=text, style="strong")),
                facts=(Span(text=text), span),
                buttons=(button,),
            ),
            Actions(buttons=(button,)),
        ),
    )


def harmless(value: T) -> T:
    """The same with every text that is not empty replaced by `x`."""
    if isinstance(value, str):
        return "x" if value else ""
    if isinstance(value, tuple):
        return tuple(harmless(v) for v in value)
    if is_dataclass(value):
        names = [f.name for f in fields(value) if f.name not in _OURS]
        return replace(value, **{n: harmless(getattr(value, n)) for n in names})
    return value


def links(value: object) -> set[str]:
    """Every address that a message may lead to."""
    if isinstance(value, tuple):
        return set().union(*map(links, value))
    if is_dataclass(value):
        inner = set().union(*(links(getattr(value, f.name)) for f in fields(value)))
        return inner | ({value.url} if getattr(value, "url", None) else set())
    return set()
