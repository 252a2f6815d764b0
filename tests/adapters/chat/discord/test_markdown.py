import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.discord.markdown import escaped, length, line
from adapters.chat.printable import printable
from bot.domain.links import Url
from bot.domain.messages import Span, code, link, muted, plain, strong
from tests.adapters.chat.discord.reading import read, read_inline
from tests.adapters.chat.hostile import ATTACKS, links, runs, spans, texts

ROOM = 100_000

DISCORD_ATTACKS = (
    "@everyone @here <@123> <@!123> <@&123> <#123> <id:customize>",
    "<t:1700000000:R> </papers help:123> <:party:123456> <a:party:123456> :skull: :a::b:",
    "[arXiv](https://evil.example) [x](<https://evil.example>) [[x]](https://evil.example)",
    "https://evil.example/a_b_c <https://evil.example> HTTP://EVIL.EXAMPLE steam://run/1",
    "discord.gg/abc discord.com/invite/abc <mail@evil.example>",
    "**b** __u__ *i* _i_ ~~s~~ ||s|| `c` ```js\nblock``` ***x***",
    "# heading",
    "## heading",
    "-# subtext",
    "- item",
    "* item",
    "+ item",
    "1. item",
    "12) item",
    "   - indented",
    "> quote",
    ">>> quote",
    "\\@everyone \\\\@everyone \\[x](https://evil.example) \\`x\\`",
    "`",
    "``",
    "`` ` ``",
    "a`b",
    "\\",
    "\\\\",
    "x\\",
    "*",
    "**",
    "***",
    "_",
    "]",
    "[",
    "](",
    ")",
    "|",
    "||",
    "~",
    "<",
    ">",
    "@",
    ":",
    "#",
    "-",
    "1.",
)

hostile = st.sampled_from(DISCORD_ATTACKS + ATTACKS) | texts
markupish = st.text(alphabet="\\*_~`|[]()<>@:#/-+.!& 1ae\n\u200b", max_size=40)


@pytest.mark.parametrize("text", DISCORD_ATTACKS + ATTACKS)
def test_a_text_is_shown_to_the_letter_and_means_nothing(text):
    seen = read(line((plain(text),), room=ROOM))
    assert (seen.words, seen.kinds) == (printable(text) if printable(text).strip() else "", [])


@given(hostile | markupish)
def test_any_text_is_shown_to_the_letter(text):
    seen = read_inline(escaped(text))
    assert (seen.words, seen.kinds) == (printable(text), [])


@given(st.lists(hostile | markupish, min_size=1, max_size=4))
def test_texts_side_by_side_make_nothing_together(pieces):
    markup = line([plain(p) for p in pieces], room=ROOM)
    assert read(markup).kinds == []


@given(hostile | markupish)
def test_a_link_leads_where_the_model_says(text):
    url = Url("https://arxiv.org/abs/2401.00001")
    seen = read(line((link(text, url),), room=ROOM))
    assert {address for _, address in seen.links} <= {url}
    assert seen.kinds in (["link"], [])
    if printable(text).strip():
        assert seen.words == printable(text).replace("[", "［").replace("]", "］")


@given(hostile | markupish)
def test_code_holds_whatever_is_in_it(text):
    seen = read(line((code(text),), room=ROOM))
    shown = printable(text).replace("`", "ˋ")
    assert seen.kinds in (["code"], [])
    assert seen.words == (shown if shown.strip() else "")


@given(
    st.lists(
        st.builds(Span, text=hostile | markupish, style=spans.flatmap(lambda s: st.just(s.style))),
        max_size=4,
    )
)
def test_styles_side_by_side_keep_to_themselves(given_spans):
    seen = read(line(given_spans, room=ROOM))
    assert set(seen.kinds) <= {"strong", "code"}
    shown = "".join(
        printable(s.text).replace("`", "ˋ") if s.style == "code" else printable(s.text)
        for s in given_spans
    )
    assert seen.words == (shown if shown.strip() else "")


@given(runs, st.integers(0, 60), st.sampled_from(["", "- ", "## ", "-# ", "1. "]))
def test_a_line_keeps_to_its_room_and_stays_harmless(given_spans, room, mark):
    made = line(given_spans, room=room, mark=mark)
    seen = read(made)
    assert length(made) <= max(room, 0) or not made
    assert {address for _, address in seen.links} <= links(given_spans)
    assert set(seen.kinds) <= {"strong", "code", "link", "heading", "subtext", "item"}
    assert len(set(seen.kinds) & {"heading", "subtext", "item"}) <= bool(mark)


def test_neighbours_of_one_style_share_their_marks():
    url = Url("https://a.example")
    assert line((strong("a"), strong("b")), room=ROOM) == "**ab**"
    assert line((code("a"), code("b")), room=ROOM) == "`ab`"
    assert line((strong("a"), Span(text="b", style="strong", url=url)), room=ROOM) == (
        "**a[b](<https://a.example>)**"
    )


def test_quiet_words_are_plain_words():
    assert line((plain("a "), muted("b")), room=ROOM) == "a b"


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://doi.org/10.1016/S0140-6736(20)30183-5", "10.1016/S0140-6736%2820%2930183-5"),
        ("https://a.example/x**y**[1]", "x%2A%2Ay%2A%2A%5B1%5D"),
    ],
)
def test_an_address_cannot_end_its_link(address, target):
    made = line((Span(text="here", style="strong", url=Url(address)),), room=ROOM)
    ((words, to),) = read(made).links
    assert words == "here"
    assert to.endswith(target)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://a@b.example", "ftp://a.b"])
def test_an_address_that_is_not_web_is_no_link(address):
    assert line((link("here", Url(address)),), room=ROOM) == "here"


def test_a_line_that_is_too_long_ends_with_an_ellipsis():
    made = line((plain("ab*c"), strong("defgh")), room=10)
    assert made == r"ab\*c…"
    assert line((plain("abc"),), room=3) == "abc"
    assert line((plain("abcd"),), room=3) == "ab…"
    assert line((plain("abcd"),), room=0) == ""


def test_characters_outside_the_basic_plane_count_as_two():
    assert (length("a"), length("é"), length("𝔸"), length("👩")) == (1, 1, 2, 2)
    assert length(line((plain("𝔸" * 20),), room=11)) <= 11


def test_a_text_of_50_kb_is_cut_at_once():
    assert length(line((plain("[*" * 25_000),), room=3_800)) <= 3_800
