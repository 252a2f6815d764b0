import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.buttons import button_command
from adapters.chat.discord.render import ROOM, body, carries, marker, size
from adapters.chat.printable import printable
from bot.domain.deliveries import DeliveryId
from bot.domain.fitting import Room, split, total
from bot.domain.links import Url, arxiv_url
from bot.domain.messages import (
    Actions,
    Bullets,
    Button,
    Heading,
    Message,
    Note,
    PaperCard,
    Paragraph,
    Picture,
    Table,
    plain,
    strong,
)
from bot.domain.papers import PaperId
from tests.adapters.chat.discord.reading import read, read_body
from tests.adapters.chat.hostile import ATTACKS, attack, blocks, links, messages, texts
from tests.adapters.chat.samples import CARDS, EVERYTHING, PARENT, THREAD
from tests.standins.discord_rules import problems, walk

POST = ("POST", "/channels/1/messages")
ids = st.text(alphabet="0123456789abcdef", min_size=24, max_size=24).map(DeliveryId)
long_texts = texts | st.integers(100, 6_000).map("(long] words* ".__mul__).map(lambda t: t[:9_000])


def said(message):
    return read_body(body(message))


def components(message):
    return list(walk(body(message)["components"]))


def buttons(message):
    return [c for c in components(message) if c["type"] == 2]


def one(block):
    return Message(fallback="f", blocks=(block,))


@pytest.mark.parametrize(
    ("name", "message"), [("parent", PARENT), ("thread", THREAD), ("blocks", EVERYTHING)]
)
def test_messages_look_as_they_did(golden, name, message):
    made = body(message, delivery=DeliveryId("0123456789abcdef01234567"))
    golden(f"discord/{name}.json", json.dumps(made, indent=1, ensure_ascii=False) + "\n")


# Valid, whatever is in it


@given(messages)
def test_every_message_is_one_that_discord_takes(message):
    assert problems(*POST, body(message)) == []


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_in_every_field_is_taken_too(text):
    assert problems(*POST, body(attack(text))) == []


@given(st.lists(blocks, max_size=60).map(tuple), texts)
@settings(max_examples=30)
def test_what_is_beyond_the_room_is_left_out(many, fallback):
    assert problems(*POST, body(Message(fallback=fallback, blocks=many))) == []


@given(long_texts, st.integers(0, 40))
@settings(max_examples=40)
def test_texts_of_any_length_are_cut(text, number):
    button = Button(label=text, verb="save", argument=text)
    message = Message(
        fallback=text,
        blocks=(
            replace(
                CARDS[0],
                title=text,
                byline=text,
                tldr=text,
                why=(strong(text),),
                picture=Picture(url=Url("https://cdn.example.org/a.png"), alt=text),
                buttons=(button,) * number,
            ),
            Actions(buttons=(button,)),
        ),
    )
    assert problems(*POST, body(message)) == []
    assert problems(*POST, body(Message(fallback=text))) == []


@given(blocks)
def test_a_block_takes_the_room_that_it_says(block):
    message = one(block)
    within = components(message)[1:]
    chars = sum(len(c.get("content", "").encode("utf-16-le")) // 2 for c in within)
    rule = isinstance(block, PaperCard) and size(block).parts > 0
    if size(block) != Room(chars=0, parts=0) and len(buttons(message)) == _buttons(block):
        assert Room(chars=chars, parts=len(within) + rule) == size(block)


def _buttons(block):
    return len(getattr(block, "buttons", ()))


@given(st.lists(blocks, min_size=1, max_size=30).map(tuple))
@settings(max_examples=30)
def test_what_was_split_to_fit_is_complete(many):
    for part in split(many, size=size, room=ROOM):
        if not ROOM.holds(total(part, size)):
            continue
        made = body(Message(fallback="f", blocks=part))
        shown = [c["content"] for c in walk(made["components"]) if c["type"] == 10]
        alone = [
            c["content"]
            for b in part
            for c in walk(body(Message(fallback="", blocks=(b,)))["components"])
            if c["type"] == 10 and size(b).chars
        ]
        assert shown == alone or shown == ["f"]


# Harmless, whatever is in it


def harmless(message):
    seen = said(message)
    assert {address for _, address in seen.links} <= links(message)
    assert set(seen.kinds) <= {"strong", "code", "link", "heading", "subtext", "item"}
    for picture in (c for c in components(message) if c["type"] == 11):
        assert picture["media"]["url"] in links(message)


@given(messages)
def test_nothing_of_theirs_becomes_live(message):
    harmless(message)


@pytest.mark.parametrize("text", ATTACKS)
def test_no_attack_becomes_live(text):
    harmless(attack(text))


@given(messages)
def test_only_our_marks_begin_lines(message):
    kinds = said(message).kinds
    cards = [b for b in message.blocks if isinstance(b, PaperCard)]
    headings = [b for b in message.blocks if isinstance(b, Heading)]
    lists = [b for b in message.blocks if isinstance(b, Bullets | Table)]
    items = sum(len(getattr(b, "items", getattr(b, "rows", ()))) for b in lists)
    assert kinds.count("heading") <= len(cards) + len(headings)
    assert kinds.count("item") <= items


# What it looks like


def test_a_card_is_title_byline_summary_and_small_print():
    seen = said(one(CARDS[0]))
    assert seen.words.split("\n") == [
        "WorldVLA: Towards Autoregressive Action World Model",
        "Jun Cen, Chaohui Yu, Hangjie Yuan and 9 more · Alibaba DAMO Academy",
        CARDS[0].tldr,
        "matched world model in the title · ▲ 11 · 1 comment · ★ 27 · Hugging Face · arXiv"
        " · TL;DR: Hugging Face",
    ]
    assert seen.links[0] == (CARDS[0].title, arxiv_url("2506.21539"))


def test_cards_are_apart_by_rules_and_none_stands_at_the_top():
    kinds = [c["type"] for c in body(THREAD)["components"][0]["components"]]
    assert kinds == [10, 1, 14, 10, 1, 14, 10, 1]


def test_empty_parts_of_a_card_are_left_out():
    card = PaperCard(paper_id=PaperId("x"), title="Only a title")
    assert said(one(card)).words == "Only a title"
    assert size(replace(card, title="\u200b")) == Room(chars=0, parts=0)


def test_a_picture_stands_beside_its_card():
    picture = Picture(url=Url("https://cdn.example.org/a.png"), alt="A robot")
    (section, *_) = body(one(replace(CARDS[0], picture=picture)))["components"][0]["components"]
    assert section["type"] == 9
    assert section["accessory"] == {
        "type": 11,
        "media": {"url": "https://cdn.example.org/a.png"},
        "description": "A robot",
    }


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://u@a.example/x.png", "/x.png"])
def test_a_picture_from_nowhere_changes_nothing(url):
    card = replace(CARDS[0], picture=Picture(url=Url(url), alt="x"))
    assert body(one(card)) == body(one(CARDS[0]))


def test_rows_of_a_table_are_lines_of_prose():
    table = Table(
        head=("#", "Query", "By", "Is"),
        lead=("", "", "by", "–"),
        rows=(
            ((plain("1"),), (plain("video"),), (plain("Anna"),), (plain("fine"),)),
            ((plain("2"),), (), (plain("Bo"),), (plain(""),)),
        ),
    )
    assert read(body(one(table))["components"][0]["components"][0]["content"]).words == (
        "1 · video · by Anna – fine\n2 · by Bo"
    )


def test_lists_have_their_marks():
    ordered = Bullets(items=((plain("a"),), (plain(""),), (plain("b"),)), ordered=True)
    assert components(one(ordered))[1]["content"] == "1. a\n3. b"
    assert components(one(replace(ordered, ordered=False)))[1]["content"] == "- a\n- b"


def test_a_note_is_small_print():
    assert components(one(Note(spans=(plain("quiet"),))))[1]["content"] == "-# quiet"


@pytest.mark.parametrize(
    ("fallback", "shown"), [("3 *new*", "3 *new*"), ("", "–"), ("\u200b", "–")]
)
def test_without_blocks_a_message_is_its_fallback(fallback, shown):
    assert said(Message(fallback=fallback)).words == shown


def test_private_answers_are_marked():
    assert body(PARENT)["flags"] == 1 << 15
    assert body(PARENT, private=True)["flags"] == 1 << 15 | 1 << 6


# Buttons


def test_buttons_carry_their_command():
    first, *_ = buttons(one(CARDS[0]))
    assert (first["label"], first["style"]) == ("Save", 1)
    assert button_command(first["custom_id"]) == "save 2506.21539"


def test_more_than_five_buttons_make_more_rows():
    many = Actions(buttons=tuple(Button(label=str(n), verb=f"v{'x' * n}") for n in range(12)))
    rows = [c for c in components(one(many)) if c["type"] == 1]
    assert [len(r["components"]) for r in rows] == [5, 5, 2]
    assert size(many) == Room(chars=0, parts=15)


def test_the_same_paper_twice_has_its_buttons_once():
    twice = Message(fallback="", blocks=(CARDS[0], CARDS[1], CARDS[0]))
    assert problems(*POST, body(twice)) == []
    assert len(buttons(twice)) == 8
    assert said(twice).words.count("WorldVLA") == 2


def test_the_same_button_twice_in_a_row_is_one():
    button = Button(label="x", verb="save", argument="y" * 200)
    assert len(buttons(one(Actions(buttons=(button,) * 3)))) == 1


def test_a_button_without_words_has_dots():
    assert buttons(one(Actions(buttons=(Button(label="\u200b", verb="x"),))))[0]["label"] == "…"


def test_half_a_character_in_a_command_can_be_sent():
    (button,) = buttons(one(Actions(buttons=(Button(label="x", verb="x", argument="\ud83d"),))))
    assert json.dumps(button["custom_id"]) == '"v1:x:?"'


# The marker


@given(ids, messages)
def test_a_delivery_marks_its_message(delivery, message):
    made = body(message, delivery=delivery)
    assert problems(*POST, made) == []
    assert carries(made, delivery)


@given(ids, ids, messages)
def test_no_other_delivery_has_this_mark(one_, other, message):
    if one_[:15] != other[:15]:
        assert not carries(body(message, delivery=one_), other)


@pytest.mark.parametrize("digits", ["0" * 24, "f" * 24, "0" * 7 + "f" * 17, "f" * 8 + "0" * 16])
def test_marks_fit_discords_ids(digits):
    first, second = marker(DeliveryId(digits))
    assert 0 < first < second < 1 << 31


def test_a_nonce_that_comes_back_tells_as_well():
    delivery = DeliveryId("a" * 24)
    assert carries({"nonce": delivery}, delivery)
    assert not carries({"components": []}, delivery)


def test_paragraphs_keep_their_order():
    paragraphs = tuple(Paragraph(spans=(plain(str(n)),)) for n in range(50))
    made = said(Message(fallback="", blocks=paragraphs)).words
    assert made == "\n".join(map(str, range(38)))


def test_what_is_hidden_is_not_shown():
    hidden = "a\u200bb\u202ec"
    assert said(one(Heading(text=hidden))).words == printable(hidden) == "abc"
