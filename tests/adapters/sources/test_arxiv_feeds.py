import time
from datetime import UTC, date, datetime

import pytest

from adapters.sources.arxiv_feeds import (
    Announcement,
    parse_announcement,
    parse_results,
    refusal,
    split_authors,
)
from bot.domain.errors import SourceError, SourceFormatChanged, SourceUnavailable
from tests.adapters.sources.fakes import DATA

RSS = (DATA / "arxiv" / "announcement.xml").read_bytes()
ATOM = (DATA / "arxiv" / "announcement_atom.xml").read_bytes()
SATURDAY = (DATA / "arxiv" / "announcement_saturday.xml").read_bytes()
RESULTS = (DATA / "arxiv" / "results.xml").read_bytes()
ERROR = (DATA / "arxiv" / "error_400.xml").read_bytes()
UNKNOWN_CATEGORY = (DATA / "arxiv" / "unknown_category_400.html").read_bytes()

DAY = date(2026, 7, 14)


def announced(old: str, new: str, body: bytes = RSS) -> Announcement:
    assert old.encode() in body
    return parse_announcement(body.replace(old.encode(), new.encode()))


# The announcement


def test_new_and_cross_listed_are_news_and_replaced_are_updates():
    feed = parse_announcement(RSS)
    assert [paper.id for paper in feed.new] == ["arxiv:2607.91001", "arxiv:2607.91002"]
    assert [paper.id for paper in feed.updates] == ["arxiv:2009.92003", "arxiv:math/0601001"]
    assert (feed.day, feed.size, feed.skipped, feed.cut) == (DAY, 4, False, False)


@pytest.mark.parametrize("body", [RSS, ATOM], ids=["RSS", "Atom"])
def test_both_forms_say_the_same(body):
    paper = parse_announcement(body).new[0]
    assert paper.title == "Tides: α-Divergence for Poincaré Maps"
    assert paper.abstract == "We measure tides with a divergence. It costs $10 & takes <1 hour."
    assert paper.authors == ("Paulo André Castro", "Mei Lin", "Jo O'Neil Jr")
    assert paper.categories == ("cs.LG", "stat.ML")
    assert paper.published is None
    (listing,) = paper.listings
    assert (listing.source, listing.source_id, listing.announced) == ("arxiv", "2607.91001", DAY)
    assert listing.url == "https://arxiv.org/abs/2607.91001"


def test_a_journal_doi_is_a_key_and_the_reference_a_venue():
    mended = parse_announcement(RSS).updates[0]
    assert mended.keys[:2] == ("arxiv:2009.92003", "doi:10.5555/mended.2026")
    assert mended.venue == "Journal of Mended Proofs 4 (2026) 1-9"


def test_a_paper_is_announced_on_its_own_day():
    feed = announced("<pubDate>Tue, 14 Jul 2026 00:00:00 -0400</pubDate>\n      <arxiv:announce_type>new",
                     "<pubDate>Mon, 13 Jul 2026 23:00:00 -0400</pubDate>\n      <arxiv:announce_type>new")  # fmt: skip
    assert [paper.announced for paper in feed.new] == [date(2026, 7, 13), DAY]


def test_a_paper_without_a_day_is_announced_on_the_feed_s():
    feed = announced("<pubDate>Tue, 14 Jul 2026 00:00:00 -0400</pubDate>\n      <arxiv", "<arxiv")
    assert {paper.announced for paper in feed.new} == {DAY}


def test_an_atom_feed_s_day_is_eastern():
    assert announced("2026-07-14T04:00:19", "2026-07-14T03:59:59", ATOM).day == date(2026, 7, 13)


def test_an_empty_weekend_feed_is_a_right_answer():
    feed = parse_announcement(SATURDAY)
    assert (feed.day, feed.size, feed.skipped) == (date(2026, 7, 18), 0, True)


def test_an_empty_weekday_is_not_skipped():
    assert not announced("Sat, 18 Jul", "Fri, 17 Jul", SATURDAY).skipped


@pytest.mark.parametrize(
    "text",
    ["Ann Lee, Bo Ek", "Ann Lee (MIT, Boston), Bo Ek", "Ann Lee (A (B, C), D), Bo Ek (E)"],
)
def test_authors_are_split_outside_brackets(text):
    assert split_authors(text) == ["Ann Lee", "Bo Ek"]


def test_a_nickname_in_brackets_stays():
    assert split_authors("Xiao (Ben) Li, J.\\,S. Bach") == ["Xiao (Ben) Li", "J.\\,S. Bach"]


def test_one_unreadable_item_is_named():
    feed = announced("<arxiv:announce_type>new<", "<arxiv:announce_type>absonly<")
    assert (len(feed.new), feed.unreadable) == (1, ("arxiv:2607.91001",))


def test_two_unreadable_items_of_four_are_a_changed_format():
    with pytest.raises(SourceFormatChanged, match="2 of 4"):
        announced("<arxiv:announce_type>replace", "<arxiv:announce_type>changed")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://arxiv.org/schemas/atom", "http://arxiv.org/schemas/atom2"),
        ("item>", "article>"),
        ("channel>", "canal>"),
        ("<rss", "<sss"),
        ("guid", "uuid"),
        ("<title>", "<name>"),
        ("pubDate>", "date>"),
        ("announce_type", "type"),
    ],
)
def test_any_renaming_is_noticed(old, new):
    body = RSS.replace(b"<link>https://arxiv.org", b"<link>x") if old == "guid" else RSS
    body = body.replace(b"</title>", b"</name>") if old == "<title>" else body
    body = body.replace(b"</rss>", b"</sss>") if old == "<rss" else body
    with pytest.raises(SourceFormatChanged):
        announced(old, new, body)


def test_an_empty_feed_of_somebody_else_is_refused():
    with pytest.raises(SourceFormatChanged):
        announced("arXiv.org</title>", "Elsewhere</title>", SATURDAY)


def test_a_feed_that_is_an_error_is_refused_in_its_own_words():
    body = SATURDAY.replace(b"<title>cs.CL", b"<title>Feed error for query: cs.CL")
    with pytest.raises(SourceUnavailable, match="updates on the"):
        parse_announcement(body)


# The query API


def test_results_are_dated_by_submission_and_not_by_announcement():
    page = parse_results(RESULTS)
    assert (page.size, page.total, page.unreadable) == (2, 2, ())
    first, second = page.papers
    assert first.title == "Missed on Monday, Found on Friday"
    assert first.abstract == "A paper that was announced while nobody looked."
    assert first.authors == ("Ren Heath", "Uma Fen")
    assert first.categories == ("cs.LG",)
    assert first.published == datetime(2026, 7, 12, 17, 59, 45, tzinfo=UTC)
    assert first.announced is None
    assert second.keys[1:3] == ("doi:10.5555/tides.1", "doi:10.5555/tides.2")
    assert second.venue == "Journal of Tides 1 (2026)"


def test_an_error_entry_is_said_in_arxiv_s_own_words():
    with pytest.raises(SourceUnavailable, match="refuses the question: incorrect id format"):
        parse_results(ERROR)


@pytest.mark.parametrize("total", [b"", b"many", b"-1", "²".encode()])
def test_results_without_a_total_are_a_changed_format(total):
    with pytest.raises(SourceFormatChanged):
        parse_results(RESULTS.replace(b"totalResults>2<", b"totalResults>" + total + b"<"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (ERROR, "incorrect id format for xyz"),
        (UNKNOWN_CATEGORY, "Bad subject class 'ZZ'. Valid subject classes for the archive 'cs'"),
        (SATURDAY, "updates on the arXiv.org"),
        (b"", "no reason given"),
        (b"\xff<p>plain</p>", "plain"),
    ],
)
def test_refusals_are_quoted(body, said):
    assert said in refusal(body)


# What is neither


@pytest.mark.parametrize("parse", [parse_announcement, parse_results])
@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"{}", b"[]", b"<html><body>Down</body></html>", b"<!DOCTYPE html><p>x", b"<x/>",
     b"<rss/>", b"<feed/>", b'<feed xmlns="http://www.w3.org/2005/Atom"/>', b"\x00\xff",
     b"<?xml version='1.0' encoding='no-such'?><rss/>", b"<?xml version='1.0' encoding='utf-32'?><a/>",
     b"<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'/>"],
)  # fmt: skip
def test_other_bodies_are_refused(parse, body):
    with pytest.raises(SourceError):
        parse(body)


def test_each_form_is_refused_where_the_other_is_due():
    for parse, body in [(parse_announcement, RESULTS), (parse_announcement, ERROR),
                        (parse_results, RSS), (parse_results, ATOM), (parse_results, SATURDAY)]:  # fmt: skip
        with pytest.raises(SourceFormatChanged):
            parse(body)


BOMB = b"<!DOCTYPE r [<!ENTITY a '%s'>%s]><rss>&j;</rss>" % (
    b"lol",
    b"".join(b"<!ENTITY %c '%s'>" % (c + 1, b"&%c;" % c * 10) for c in range(ord("a"), ord("j"))),
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss>&x;</rss>",
        b"<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'><rss/>",
        b"<!DOCTYPE r><rss/>",
        b"<a>" * 200_000,
        b"<a>" * 200_000 + b"</a>" * 200_000,
        b"<rss " + b" ".join(b"a%d=''" % n for n in range(20_000)) + b"/>",
    ],
    ids=["bomb", "file", "network", "dtd", "open", "nested", "attributes"],
)
def test_hostile_xml_is_refused_at_once(body):
    start = time.perf_counter()
    with pytest.raises(SourceFormatChanged):
        parse_announcement(body)
    assert time.perf_counter() - start < 5  # by far: what is feared takes minutes
