from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from markupsafe import Markup

from adapters.chat.printable import printable
from adapters.chat.web.answers import Answer, Download
from adapters.chat.web.forms import Filled
from adapters.chat.web.page import Live, Page, Templates
from adapters.chat.web.rooms import Room
from adapters.chat.web.threads import threaded
from bot.domain.command_table import COMMANDS
from bot.domain.forms import Field, Form
from bot.domain.links import Url
from bot.domain.messages import (
    Actions,
    Bullets,
    Button,
    Heading,
    Message,
    PaperCard,
    Paragraph,
    link,
    muted,
    plain,
)
from bot.domain.schedules import Cadence, Schedule
from bot.ports.storage import WebPost
from tests.adapters.chat.fakes import NOW, channel, channel_ref, says
from tests.adapters.chat.hostile import ATTACKS, attack, harmless, links, messages
from tests.adapters.chat.samples import EVERYTHING, PARENT, THREAD

PARIS = ZoneInfo("Europe/Paris")
AT = NOW.astimezone(PARIS)
TEMPLATES = Templates()
OF_DATA = ("href", "value", "title", "data-said", "data-saved", "data-turn", "data-verb")
"""Attributes that may hold data."""


class Outline(HTMLParser):
    """What a parser makes of a page: its elements, its links, its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.links: set[str] = set()
        self.words: list[str] = []
        self.values: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs) -> None:
        ours = tuple((k, None if k in OF_DATA else v) for k, v in attrs)
        self.elements.append((tag, ours))
        given = dict(attrs)
        if tag == "a" and "target" in given:
            self.links.add(given["href"])
            assert given["rel"] == "noopener noreferrer"
            assert given["target"] == "_blank"
        elif tag == "a":
            assert given["href"].startswith(("/c/vision#", "/files/"))
        if tag == "button" and "value" in given:
            self.values.append(given["value"])

    def handle_data(self, data) -> None:
        self.words.append(data)

    def handle_comment(self, data) -> None:
        raise AssertionError(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def post(number: int, message: Message, *, thread: int | None = None, days: int = 0) -> WebPost:
    return WebPost(
        id=number,
        channel=channel_ref("vision"),
        posted_at=NOW + timedelta(days=days, minutes=number),
        message=message,
        thread=thread,
    )


def test_every_block_looks_as_it_did(golden):
    golden("web/blocks.html", TEMPLATES.message(EVERYTHING))


def test_a_page_looks_as_it_did(golden):
    rooms = [
        Room(channel=channel("vision", next_run_at=NOW + timedelta(days=1)), subscriptions=2),
        Room(channel=channel("#robots & <arms>"), subscriptions=0),
    ]
    posts = [post(1, PARENT, days=-1), post(2, THREAD, thread=1, days=-1), post(3, says("Hello"))]
    page = Page(
        workspace="Example Lab",
        rooms=rooms,
        room=rooms[0],
        threads=threaded(posts, zone=PARIS, now=NOW),
        live=Live(
            path="/c/vision",
            token="token",
            saved={"2506.21539": "Anna"},
            answer=Answer(command="save 2506.21539", message=says("Saved"), at=AT, place="2-0"),
        ),
        commands=[command for command in COMMANDS if command.name == "search"],
        banner="Bundled sample of 13 July 2026, not live",
        answer=Answer(command="search <b>", message=says("Nothing found"), at=AT),
        text_max_chars=1_000,
    )
    golden("web/page.html", TEMPLATES.page(page))


@given(messages)
def test_data_adds_no_element_attribute_or_link(message):
    outline = Outline(TEMPLATES.message(message))
    assert outline.elements == Outline(TEMPLATES.message(harmless(message))).elements
    assert outline.links <= links(message)


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_words_everywhere(text):
    message = attack(text)
    outline = Outline(TEMPLATES.message(message))
    assert outline.elements == Outline(TEMPLATES.message(harmless(message))).elements
    assert outline.links == links(message)
    assert not {tag for tag, _ in outline.elements} & {"script", "style", "img", "iframe"}


@pytest.mark.parametrize("text", [a for a in ATTACKS if a.strip()])
def test_text_reads_as_it_was_written_without_what_is_hidden(text):
    title = Message(fallback="", blocks=(Heading(text=text),))
    assert "".join(Outline(TEMPLATES.message(title)).words).strip() == printable(text).strip()


@pytest.mark.parametrize("text", ATTACKS)
def test_an_answer_echoes_a_command_as_words(text):
    html = TEMPLATES.answer(Answer(command=text, message=says("ok"), at=AT), Live())
    plain = TEMPLATES.answer(Answer(command="x", message=says("ok"), at=AT), Live())
    assert Outline(html).elements == Outline(plain).elements


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_words_in_a_post_with_an_answer_too(text):
    message = attack(text)
    outline = Outline(within_a_post(message))
    assert outline.elements == Outline(within_a_post(harmless(message))).elements
    assert outline.links == links(message)


def within_a_post(message: Message) -> str:
    """The message as a post, and as the answer to the button of its card."""
    answer = Answer(command="x", message=message, at=AT, place="1-6")
    threads = threaded([post(1, replace(message, fallback="x"))], zone=PARIS, now=NOW)
    return TEMPLATES.threads(threads, Live(path="/c/vision", answer=answer))


@pytest.mark.parametrize("verb", ["save", "unsave", "toggle"])
@pytest.mark.parametrize("label", ["Save", "Saved ✓"])
@pytest.mark.parametrize("saved", [False, True])
def test_a_save_button_shows_what_is_saved_now(verb, label, saved):
    html = button_html(Button(label=label, verb=verb, argument="1"), {"1": "Anna"} if saved else {})
    does, undoes = {"toggle": ("toggle", "toggle")}.get(verb, ("save", "unsave"))
    assert f'value="{undoes if saved else does} 1"' in html
    assert f'data-turn="{does if saved else undoes} 1"' in html
    assert f'aria-pressed="{str(saved).lower()}"' in html
    assert ('title="Saved by Anna"' in html) == saved
    assert '<span class="off">Save</span><span class="on">Saved ✓</span>' in html


@pytest.mark.parametrize(("label", "verb"), [("Undo", "save"), ("Remove", "unsave"), ("Go", "go")])
def test_other_buttons_do_not_stay_pressed(label, verb):
    assert "aria-pressed" not in button_html(Button(label=label, verb=verb, argument="1"), {})


def button_html(button: Button, saved: Mapping[str, str]) -> str:
    message = Message(fallback="", blocks=(Actions(buttons=(button,)),))
    return TEMPLATES.answer(Answer(command="x", message=message, at=AT), Live(saved=saved))


FORM = Form(
    title="How digests look",
    command="settings",
    fields=(
        Field(name="layout", label="Layout", choices=("thread", "flat"), value="flat"),
        Field(name="pictures", label="Pictures", choices=("on", "off"), required=True),
        Field(name="cap", label="Papers", hint="1 to 50", value="20", required=True, max_chars=2),
        Field(name="note", label="Note", value="two\nlines", lines=True),
        Field(name="file", label="File", hint="one query a line", file=True),
    ),
)


def form_html(form: Form, *, text: str = "x", **known: object) -> str:
    filled = Filled(id="form1", asked="form x", form=form, errors={"cap": text, "file": text})
    given = {"command": "form x", "form": filled, "at": AT} | known
    return TEMPLATES.answer(Answer(**given), Live(path="/c/vision", token="token"))


def test_a_form_looks_as_it_did(golden):
    golden("web/form.html", form_html(FORM, text="Not that.", place="2-0"))


def test_an_answer_with_all_that_it_can_have_looks_as_it_did(golden):
    files = (Download(name="reading-list.bib", path="/files/key", bytes=3_210),)
    html = form_html(FORM, command="settings cap 99", message=says("No."), files=files, place="2-0")
    golden("web/answer.html", html)


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_words_in_a_form_and_a_file_name_too(text):
    def made(text: str) -> Outline:
        texts = {"label": text, "hint": text or "x", "value": text}
        fields = tuple(replace(f, **texts) for f in FORM.fields)
        form = Form(title=text, command=text, fields=fields, submit=text)
        files = (Download(name=text, path="/files/key", bytes=1),)
        error = text or "x"
        return Outline(form_html(form, text=error, message=says(text), files=files))

    assert made(text).elements == made("x" if text else "").elements


def test_every_field_has_its_label_and_says_what_is_wrong_with_it():
    elements = [(tag, dict(attrs)) for tag, attrs in Outline(form_html(FORM)).elements]
    ids = {attrs.get("id") for _, attrs in elements}
    fields = [attrs for tag, attrs in elements if tag in ("input", "select", "textarea")]
    shown = [attrs for attrs in fields if attrs.get("type") != "hidden"]
    labels = {attrs["for"] for tag, attrs in elements if tag == "label"}
    assert labels == {attrs["id"] for attrs in shown}
    assert len(labels) == len(FORM.fields)
    assert [attrs["name"] for attrs in shown if "aria-invalid" in attrs] == [
        "option-cap",
        "option-file",
    ]
    assert all(set(attrs.get("aria-describedby", "").split()) <= ids for attrs in shown)


def test_a_button_means_its_command_to_the_letter():
    argument = '"world model" -survey & <x>'
    card = PaperCard(
        paper_id="x", title="A", buttons=(Button(label="Go", verb="preview", argument=argument),)
    )
    html = TEMPLATES.message(Message(fallback="", blocks=(card,)))
    assert Outline(html).values == [f"preview {argument}"]


def test_an_address_that_is_not_web_is_no_link():
    bad = Url("javascript:alert(1)")
    card = PaperCard(paper_id="x", title="A title", url=bad)
    message = Message(fallback="", blocks=(Paragraph(spans=(link("here", bad),)), card))
    assert not Outline(TEMPLATES.message(message)).links


def test_markup_needs_the_markup_type():
    message = says("<b>bold</b>")
    assert isinstance(TEMPLATES.message(message), Markup)
    assert "&lt;b&gt;bold&lt;/b&gt;" in TEMPLATES.message(message)


def test_no_line_ends_between_a_sign_and_its_number():
    facts = (link("A title · B", None), muted(" · "), plain("▲ 22"), muted(" · ★ 3"))
    shown = TEMPLATES.message(Message(fallback="x", blocks=(Bullets(items=(facts,)),)))
    assert "A title ·\xa0B" in shown
    assert "·\xa0</span>▲\xa022" in shown
    assert " ·\xa0★\xa03" in shown


@pytest.mark.parametrize(
    ("workspace", "title"),
    [("Paperlark", "#nlp · Paperlark"), ("Example Lab", "#nlp · Example Lab · Paperlark")],
)
def test_the_tab_names_each_thing_once(workspace, title):
    room = Room(channel=channel("nlp"), subscriptions=0)
    page = Page(
        workspace=workspace,
        rooms=[room],
        room=room,
        threads=[],
        live=Live(),
        commands=[],
        text_max_chars=9,
    )
    assert f"<title>{title}</title>" in TEMPLATES.page(page)


def test_a_message_without_blocks_is_its_fallback():
    assert "Nothing new today." in TEMPLATES.message(Message(fallback="Nothing new today."))


def test_replies_stand_under_their_post():
    posts = [post(1, PARENT), post(2, says("between")), post(3, THREAD, thread=1)]
    first, second = threaded(posts, zone=PARIS, now=NOW)
    assert [r.id for r in first.replies] == [3]
    assert (first.papers, first.newest, first.latest) == (3, 3, True)
    assert (second.papers, second.newest, second.latest) == (0, 2, False)


def test_a_reply_to_a_post_out_of_sight_stands_alone():
    (only,) = threaded([post(9, THREAD, thread=1)], zone=PARIS, now=NOW)
    assert only.post.id == 9


def test_days_are_named_once_and_in_the_channels_zone():
    late = WebPost(
        id=4,
        channel=channel_ref("vision"),
        posted_at=NOW.replace(hour=22, minute=30),
        message=says("late"),
    )
    posts = [post(1, says("a"), days=-9), post(2, says("b"), days=-1), post(3, says("c")), late]
    days = [t.day for t in threaded(posts, zone=PARIS, now=NOW)]
    assert days == ["Saturday, 4 July 2026", "Yesterday", "Today", "Tuesday, 14 July 2026"]


def test_the_next_digest_is_told_in_the_channels_time():
    room = Room(channel=channel("vision", next_run_at=NOW), subscriptions=2)
    assert room.about == "2 subscriptions · next digest Mon 13 Jul, 11:12 Europe/Paris"


@pytest.mark.parametrize(
    ("cadence", "subscriptions", "about"),
    [
        (Cadence.OFF, 0, "no subscriptions · digests are off"),
        (Cadence.INSTANT, 1, "1 subscription · papers come as they arrive"),
    ],
)
def test_a_channel_without_a_next_digest_says_so(cadence, subscriptions, about):
    off = channel("vision", schedule=Schedule(cadence=cadence))
    assert Room(channel=off, subscriptions=subscriptions).about == about
