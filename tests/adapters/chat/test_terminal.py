import io
import re
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from adapters.chat.printable import printable
from adapters.chat.terminal import MEASURE, TerminalPrinter
from bot.domain.links import Url
from bot.domain.messages import Actions, Button, Message, PaperCard, Paragraph, link, plain
from tests.adapters.chat.hostile import ATTACKS, attack, links, messages
from tests.adapters.chat.samples import CARDS, EVERYTHING, PARENT, THREAD

SGR = re.compile(r"\x1b\[[\d;]*m")
HYPERLINK = re.compile(r"\x1b\]8;(?:id=\d+-?\d*)?;([^\x1b]*)\x1b\\")


def printed(*messages: Message, width: int = 80, terminal: bool = False) -> str:
    def each(printer: TerminalPrinter) -> None:
        for message in messages:
            printer.message(message)

    return shown_by(each, width=width, terminal=terminal)


def digest_printed(*messages: Message, width: int = 80) -> str:
    return shown_by(lambda printer: printer.digest(messages), width=width)


def shown_by(show: Callable[[TerminalPrinter], None], *, width: int, terminal: bool = False) -> str:
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=terminal,
        color_system="256" if terminal else None,
        legacy_windows=False,
        _environ={},
    )
    show(TerminalPrinter(console))
    return console.file.getvalue()


def hidden(text: str) -> set[str]:
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return {c for c in set(text) - {"\n"} if unicodedata.category(c) in kinds}


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_digest_looks_as_it_did(golden, width):
    golden(f"terminal/digest-{width}.txt", digest_printed(PARENT, THREAD, width=width))


def test_the_titles_of_a_digest_stand_on_its_cards_alone():
    text = digest_printed(PARENT, THREAD)
    assert "3 new papers for Monday" in text
    assert all(text.count(card.title[:40]) == 1 for card in CARDS)
    assert "•" not in text


def test_a_digest_without_cards_keeps_its_titles():
    assert digest_printed(PARENT) == printed(PARENT)
    assert digest_printed(EVERYTHING, PARENT) == printed(EVERYTHING, PARENT)


def test_every_block_looks_as_it_did(golden):
    golden("terminal/blocks.txt", printed(EVERYTHING))


def test_a_form_cannot_be_typed_so_it_is_not_offered():
    buttons = (
        Button(label="Change…", verb="form", argument="edit 2"),
        Button(label="Undo", verb="unsubscribe", argument="2"),
    )
    assert printed(asking(buttons)) == "Subscribed.\nUndo: /papers unsubscribe 2\n\n"
    assert printed(asking(buttons[:1])) == "Subscribed.\n\n"


def asking(buttons: tuple[Button, ...]) -> Message:
    blocks = (Paragraph(spans=(plain("Subscribed."),)), Actions(buttons=buttons))
    return Message(fallback="", blocks=blocks)


@pytest.mark.parametrize("word", ["w", "漢", "words "])
def test_a_long_label_indents_nothing(word):
    """What stands beside it would else be a column of a letter's width."""
    text = (word * 4_000)[:4_000]
    shown = printed(asking((Button(label=text, verb="save", argument="1"),)), width=40)
    assert shown.count("\n") < 300


def test_colours_and_links_are_as_they_were(golden):
    text = re.sub(r"id=\d+-?\d*", "id=0", printed(EVERYTHING, terminal=True))
    golden("terminal/blocks.ansi", text.replace("\x1b", "ESC"))


@pytest.mark.parametrize("width", [40, 63, 80, 120])
def test_no_line_is_wider_than_the_terminal_or_the_measure(width):
    lines = printed(PARENT, THREAD, EVERYTHING, width=width).splitlines()
    assert max(cell_len(line) for line in lines) <= min(width, MEASURE)


def test_a_card_in_a_pipe_spells_its_link_out():
    assert "\n  https://arxiv.org/abs/2506.21539\n" in printed(THREAD)


def test_a_card_in_a_terminal_carries_its_link_in_the_title():
    text = printed(THREAD, terminal=True)
    assert "https://arxiv.org/abs/2506.21539" in HYPERLINK.findall(text)
    assert "https://" not in HYPERLINK.sub("", text)


def test_an_address_that_is_not_web_is_no_link():
    bad = Url("javascript:alert(1)")
    card = PaperCard(paper_id="x", title="A title", url=bad)
    message = Message(fallback="", blocks=(Paragraph(spans=(link("here", bad),)), card))
    for terminal in (True, False):
        assert "javascript" not in printed(message, terminal=terminal)


def test_a_message_without_blocks_is_its_fallback():
    assert printed(Message(fallback="Nothing new today.")) == "Nothing new today.\n\n"


def test_a_channel_stands_over_its_messages():
    console = Console(file=io.StringIO(), width=40, color_system=None)
    TerminalPrinter(console).channel("#vision\x1b[31m")
    assert console.file.getvalue() == f"#vision {'─' * 32}\n"


def test_rich_markup_in_data_is_text():
    said = "[bold]not bold[/bold] :skull: [/]"
    message = Message(fallback="", blocks=(Paragraph(spans=(plain(said),)),))
    assert printed(message, terminal=True) == f"{said}\n\n"


@given(messages)
def test_a_pipe_gets_no_control_character_at_all(message):
    assert not hidden(printed(message))


@given(messages)
def test_a_terminal_gets_our_styles_and_our_links_only(message):
    text = printed(message, terminal=True)
    assert set(HYPERLINK.findall(text)) - {""} <= links(message)
    assert not hidden(HYPERLINK.sub("", SGR.sub("", text)))


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_words_everywhere(text):
    message = attack(text)
    assert not hidden(printed(message))
    shown = printed(message, terminal=True)
    assert set(HYPERLINK.findall(shown)) - {""} <= links(message)
    assert not hidden(HYPERLINK.sub("", SGR.sub("", shown)))


@given(st.text())
def test_what_is_printable_stays_so(text):
    once = printable(text)
    assert not hidden(once)
    assert "\n" not in once
    assert printable(once) == once


@given(st.text().filter(str.isprintable))
def test_readable_text_is_untouched(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]8;;https://evil.example\x1b\\arXiv\x1b]8;;\x1b\\", "arXiv"),
        ("\x1b]0;title\x07text", "text"),
        ("a\x1b]8;;unfinished", "a8;;unfinished"),
        ("gnp\u202etxt", "gnptxt"),
        ("two\r\nlines", "two  lines"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("10\u00a0%", "10\u00a0%"),
        ("Erdős, 李, ألف, 🙂", "Erdős, 李, ألف, 🙂"),
    ],
)
def test_printable_keeps_what_reads(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize("text", ["\x9d", "\x1b]", "\x1b[", "\x9b0", "\x1bP \x07"[:3]])
def test_printable_is_quick_on_repeated_introducers(text):
    began = time.perf_counter()
    printable(text * 100_000)
    assert time.perf_counter() - began < 2
