"""Every attack in everything Paperlark says, on every platform."""

import json
import re
from collections import Counter
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from adapters.chat.discord import render as discord
from adapters.chat.printable import printable
from adapters.chat.slack import render as slack
from bot.domain.fitting import split
from bot.domain.messages import Message, Span
from bot.ports.chat import ChatCapabilities
from bot.services import presenting
from tests.adapters.chat import wordings
from tests.adapters.chat.attacks import CORPUS
from tests.adapters.chat.discord.reading import read_body
from tests.adapters.chat.hostile import attack, harmless, links
from tests.adapters.chat.slack.reading import objects, read
from tests.adapters.chat.test_terminal import HYPERLINK, SGR, hidden, printed
from tests.adapters.chat.test_web_render import TEMPLATES, Outline
from tests.adapters.chat.wordings import messages_with, titled
from tests.standins import discord_rules, slack_rules

EVERY = pytest.mark.parametrize("texts", [pytest.param(t, id=kind) for kind, t in CORPUS.items()])
"""A test a kind: with one a text, running tests would cost more than what they test."""
ONE_OF_EACH_KIND = pytest.mark.parametrize(
    "text", [pytest.param(texts[0], id=kind) for kind, texts in CORPUS.items()]
)
SHORT = 300
"""Of a text that is everywhere at once: with it a message is still larger than any may be."""
SLACK = ChatCapabilities(room=slack.ROOM, size=slack.size, threads=True)
DISCORD = ChatCapabilities(room=discord.ROOM, size=discord.size, threads=True)


def test_the_attacks_are_many_and_differ():
    every = list(chain.from_iterable(CORPUS.values()))
    assert len(every) == len(set(every)) >= 200


def test_all_that_is_said_is_among_them():
    said = set(re.findall(r"presenting\.(\w+)", Path(wordings.__file__).read_text()))
    no_messages = {"CommandHelp", "stopped_reason"}
    assert set(presenting.__all__) - no_messages == said


@cache
def elements(message):
    return Outline(TEMPLATES.message(message)).elements


@EVERY
def test_on_the_page_it_is_words(texts):
    for text in texts:
        message = attack(text)
        outline = Outline(TEMPLATES.message(message))
        assert outline.elements == elements(harmless(message))
        assert outline.links == links(message)


@ONE_OF_EACH_KIND
def test_on_the_page_all_we_say_is_words(text):
    ours = {e for m in messages_with("x") for e in elements(m)}
    for message in messages_with(text):
        outline = Outline(TEMPLATES.message(message))
        assert set(outline.elements) <= ours
        assert outline.links <= links(message)


@EVERY
def test_in_a_terminal_it_is_words(texts):
    for text in texts:
        assert_plain(attack(text[:SHORT]))


@ONE_OF_EACH_KIND
def test_in_a_terminal_all_we_say_is_words(text):
    for message in messages_with(text[:SHORT]):
        assert not hidden(printed(message))
        assert_plain(message)


def assert_plain(message):
    shown = printed(message, terminal=True)
    assert set(HYPERLINK.findall(shown)) - {""} <= links(message)
    assert not hidden(HYPERLINK.sub("", SGR.sub("", shown)))


# Slack

LITERAL = {"rich_text", "rich_text_section", "rich_text_list", "text", "plain_text", "divider"}
OURS = {"mrkdwn", "link", "image", "header", "section", "context", "actions", "button"}
ALIKE = str.maketrans("∗ˍ∼ˋ∶‹›¦", "*_~`:<>|")
"""What the renderer may show in place of a mark."""


@EVERY
def test_on_slack_it_is_words_and_fits(texts):
    for text in texts:
        assert_harmless_on_slack(attack(text[:SHORT]))
        assert_harmless_on_slack(titled(text))


@ONE_OF_EACH_KIND
def test_on_slack_all_we_say_is_words_and_fits(text):
    for message in messages_with(text, held=SLACK):
        assert_harmless_on_slack(message)


@pytest.mark.slow
@EVERY
def test_on_slack_all_we_say_is_words_with_every_attack(texts):
    for message in chain.from_iterable(messages_with(text, held=SLACK) for text in texts):
        assert_harmless_on_slack(message)


def assert_harmless_on_slack(message):
    urls, styled = links(message), words_by_style(message)
    for part in parts(message, slack):
        body = slack.body(part)
        json.dumps(body, ensure_ascii=False).encode()
        assert slack_rules.wrong_blocks(body["blocks"]) is None
        notification = read(body["text"])
        assert (notification.links, notification.stray) == ([], [])
        for thing in objects(body["blocks"]):
            assert_ours_on_slack(thing, urls, styled)


def assert_ours_on_slack(thing, urls, styled):
    kind = thing.get("type")
    assert kind in (LITERAL | OURS | {None})
    if kind is None:
        assert set(thing) <= {"bold", "italic", "code"}
    if kind == "plain_text":
        assert thing["emoji"] is False
    assert {thing[key] for key in ("url", "image_url") if key in thing} <= urls
    if kind == "mrkdwn":
        assert thing["verbatim"] is True
        seen = read(thing["text"])
        assert not seen.stray
        assert {address for _, address in seen.links} <= urls
        assert {(k, words.translate(ALIKE)) for k, words in seen.runs} <= styled


# Discord


@EVERY
def test_on_discord_it_is_words_and_fits(texts):
    for text in texts:
        assert_harmless_on_discord(attack(text[:SHORT]))
        assert_harmless_on_discord(titled(text))


@ONE_OF_EACH_KIND
def test_on_discord_all_we_say_is_words_and_fits(text):
    for message in messages_with(text, held=DISCORD):
        assert_harmless_on_discord(message)


@pytest.mark.slow
@EVERY
def test_on_discord_all_we_say_is_words_with_every_attack(texts):
    for message in chain.from_iterable(messages_with(text, held=DISCORD) for text in texts):
        assert_harmless_on_discord(message)


def assert_harmless_on_discord(message):
    urls = links(message)
    for part in parts(message, discord):
        body = discord.body(part)
        json.dumps(body, ensure_ascii=False).encode()
        assert discord_rules.problems("POST", "/channels/1/messages", body) == []
        seen = read_body(body)
        assert {address for _, address in seen.links} <= urls
        begun = lines_begun(part)
        assert set(seen.kinds) <= {"strong", "code", "link", *begun}
        assert all(seen.kinds.count(mark) <= most for mark, most in begun.items())
        pictures = (c for c in discord_rules.walk(body["components"]) if c["type"] == 11)
        assert {p["media"]["url"] for p in pictures} <= urls


def lines_begun(message):
    """How many lines with a mark before them a message has at most."""
    kinds = Counter(block.kind for block in message.blocks)
    rows = [getattr(b, "items", getattr(b, "rows", ())) for b in message.blocks]
    return {
        "heading": kinds["heading"] + kinds["card"],
        "subtext": kinds["note"] + 2 * kinds["card"],  # the byline and the facts
        "item": sum(map(len, rows)),
    }


def parts(message, platform):
    """The messages that an answer is sent as."""
    several = split(message.blocks, size=platform.size, room=platform.ROOM)
    return [Message(fallback=message.fallback, blocks=blocks) for blocks in several]


def words_by_style(value):
    """What is meant to be in a style."""
    if isinstance(value, Span):
        words = printable(value.text).strip().translate(ALIKE)
        return {(value.style, words)}
    if isinstance(value, tuple):
        return set().union(*map(words_by_style, value))
    if is_dataclass(value):
        return words_by_style(tuple(getattr(value, f.name) for f in fields(value)))
    return set()
