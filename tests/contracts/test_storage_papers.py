"""What every store promises about papers: identity, joins, finding."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice

import pytest

from adapters.storage import facts
from adapters.storage.text_index import RANKED_MIN
from bot.domain.changes import Rejection
from bot.domain.channels import UserRef
from bot.domain.index_queries import AllOf, AnyOf, Column, Everything, Fact, IndexTerm
from bot.domain.links import Url
from bot.domain.papers import Novelty, PaperId, PaperKey, Summary
from bot.domain.reading_list import ListRef, Progress, SavedPaper
from tests.adapters.storage.examples import (
    ANN,
    LAB,
    LATER,
    NOW,
    OTHER,
    RIVAL,
    add_channel,
    match,
    numbered,
    paper,
    plan,
    subscribe,
)


async def keep(store, *papers, now=NOW):
    return await store.write(lambda tx: tx.papers.store(papers, now=now))


async def test_a_paper_reads_back_as_stored(store):
    full = paper(
        "2611.00001v2",
        "10.1000/XYZ",
        abstract="We plan — with “models” 模型.",
        organization="Some Lab",
        categories=("cs.LG", "cs.AI"),
        venue="NeurIPS 2026",
        published=datetime(2026, 10, 30, 17, 59, 59, 123456, tzinfo=UTC),
        upvotes=0,
        comments=3,
        stars=12_345,
        code_url=Url("https://github.com/some/lab"),
        project_url=Url("https://example.org/p"),
        thumbnail_url=Url("https://example.org/p.png"),
        summary=Summary(text="It plans.", maker="Hugging Face"),
    )
    [stored] = await keep(store, full)
    assert (stored.paper, stored.novelty, stored.first_seen_at) == (full, Novelty.NEW, NOW)
    assert await store.read(lambda tx: tx.papers.get(full.id)) == full
    assert await store.read(lambda tx: tx.papers.find(PaperKey("doi:10.1000/xyz"))) == full


async def test_seeing_a_paper_again_changes_it_or_does_not(store):
    first = paper("2611.00001", upvotes=1)
    voted = paper("2611.00001", upvotes=9)
    seen = [*await keep(store, first), *await keep(store, first, voted, now=LATER)]
    assert [s.novelty for s in seen] == [Novelty.NEW, Novelty.UNCHANGED, Novelty.UPDATED]
    assert [s.paper.upvotes for s in seen] == [1, 1, 9]
    assert {s.first_seen_at for s in seen} == {NOW}
    assert (await store.read(lambda tx: tx.papers.get(first.id))).upvotes == 9
    assert await store.read(lambda tx: tx.papers.count()) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (paper("2611.00001", source="huggingface"), paper("2611.00001", source="arxiv")),
        (paper("2611.00001v1"), paper("https://arxiv.org/abs/2611.00001v2")),
        (paper("2611.00001"), paper("2611.00001", "10.1000/later")),
        (paper("10.1000/x", title="A preprint under its first name"), paper("10.1000/X")),
        (paper(), paper("2611.00001")),
    ],
    ids=["two sources", "two versions", "a DOI later", "same DOI, new title", "same title"],
)
async def test_sightings_of_one_work_are_one_paper(store, first, second):
    await keep(store, first)
    [again] = await keep(store, second, now=LATER)
    assert again.paper.id == first.id
    assert again.novelty is not Novelty.NEW
    assert again.first_seen_at == NOW
    assert set(again.paper.keys) == {*first.keys, *second.keys}
    for key in again.paper.keys:
        assert await store.read(lambda tx, key=key: tx.papers.find(key)) == again.paper
    assert await store.read(lambda tx: tx.papers.count()) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (paper("2611.00001"), paper("2611.00002")),
        (paper("2611.00001", "10.1000/x"), paper("2611.00002", "10.1000/x")),
        (paper("10.1000/x"), paper("10.1000/y")),
        (paper("2611.00001"), paper("2611.00002", authors=("Grace Hopper",))),
    ],
    ids=["same title, two arXiv ids", "same DOI, two arXiv ids", "two DOIs", "two authors"],
)
async def test_two_works_stay_two_papers_and_a_key_stays_with_its_first_owner(store, first, second):
    await keep(store, first)
    [other] = await keep(store, second, now=LATER)
    assert (other.paper.id, other.novelty) == (second.id, Novelty.NEW)
    for key in first.keys:
        found = await store.read(lambda tx, key=key: tx.papers.find(key))
        assert found.id == first.id
    assert (await store.read(lambda tx: tx.papers.get(second.id))).id == second.id


async def test_sightings_in_one_batch_are_told_apart_like_sightings_in_many(store):
    seen = await keep(
        store,
        paper("2611.00001", source="huggingface"),
        paper("2611.00002", title="Something altogether different"),
        paper("2611.00001", source="arxiv"),
    )
    assert [s.novelty for s in seen] == [Novelty.NEW, Novelty.NEW, Novelty.UPDATED]
    assert seen[2].paper.sources == ("huggingface", "arxiv")


async def test_updates_change_known_papers_and_bring_no_new_ones(store):
    await keep(store, numbered(1))
    changed = await store.write(
        lambda tx: tx.papers.update([numbered(1, upvotes=5), numbered(2)], now=LATER)
    )
    assert [(s.paper.id, s.novelty) for s in changed] == [(numbered(1).id, Novelty.UPDATED)]
    assert await store.read(lambda tx: tx.papers.count()) == 1


PREPRINT = paper("2611.00001", title="A preprint about planning in latent space")
ARTICLE = paper("10.1000/x", title="An article about planning, revised", source="crossref")
LINK = paper("2611.00001", "10.1000/x", title=PREPRINT.title)


async def test_a_sighting_that_links_two_known_papers_joins_them_into_the_older(store):
    await keep(store, PREPRINT)
    await keep(store, ARTICLE, now=LATER)
    [joined] = await keep(store, LINK, now=LATER)
    assert (joined.paper.id, joined.novelty, joined.first_seen_at) == (
        PREPRINT.id,
        Novelty.UPDATED,
        NOW,
    )
    assert joined.paper.sources == ("arxiv", "crossref")
    assert await store.read(lambda tx: tx.papers.count()) == 1
    assert await store.read(lambda tx: tx.papers.get(ARTICLE.id)) == joined.paper
    title = IndexTerm(token="article", columns=(Column.TITLE,))
    assert await candidates(store, title) == []


async def test_joined_in_the_batch_that_brought_them(store):
    again = replace(ARTICLE, upvotes=7)
    *_, last = await keep(store, PREPRINT, ARTICLE, LINK, again)
    assert (last.paper.id, last.novelty) == (PREPRINT.id, Novelty.UPDATED)
    assert await store.read(lambda tx: tx.papers.count()) == 1


async def test_three_papers_become_one(store):
    second_doi = paper("10.1000/y", title="A third name of the same old planning")
    link_all = paper("2611.00001", "10.1000/x", "10.1000/y", title=PREPRINT.title)
    await keep(store, PREPRINT, ARTICLE, second_doi)
    await keep(store, link_all)
    assert await store.read(lambda tx: tx.papers.count()) == 1
    assert (await store.read(lambda tx: tx.papers.get(second_doi.id))).id == PREPRINT.id


@pytest.mark.parametrize("posted", [PREPRINT, ARTICLE], ids=["older posted", "younger posted"])
async def test_a_later_join_never_posts_a_paper_twice(store, posted):
    def work(tx):
        tx.papers.store([PREPRINT], now=NOW)
        tx.papers.store([ARTICLE], now=LATER)
        here, elsewhere = subscribe(tx, LAB), subscribe(tx, OTHER)
        for subscription in (here, elsewhere):
            tx.matches.record([match(subscription, p) for p in (PREPRINT, ARTICLE)], now=NOW)
        [delivery] = plan(tx, LAB, papers=(posted,))
        tx.papers.store([LINK], now=LATER)
        digest = tx.matches.of_digest(LAB, delivery.digest)
        return tx.matches.pending(LAB), tx.matches.pending(OTHER), digest

    here, elsewhere, digest = await store.write(work)
    assert here == []
    assert [p.paper.id for p in elsewhere] == [PREPRINT.id]
    assert [p.id for p in digest] == [PREPRINT.id]


async def test_a_join_keeps_a_match_that_only_the_younger_had(store):
    def work(tx):
        tx.papers.store([PREPRINT], now=NOW)
        tx.papers.store([ARTICLE], now=LATER)
        subscription = subscribe(tx)
        tx.matches.record([match(subscription, ARTICLE, "revis")], now=NOW)
        tx.papers.store([LINK], now=LATER)
        return subscription, tx.matches.pending(LAB)

    subscription, [pending] = await store.write(work)
    assert pending.paper.id == PREPRINT.id
    assert pending.reasons == {subscription.id: match(subscription, ARTICLE, "revis").reasons}


def save(tx, list_, paper, note="", *tags, **known):
    item = SavedPaper(paper=paper, saved_by=ANN, saved_at=NOW, note=note, tags=tags, **known)
    tx.reading_list.save(list_, item)


OUR_LIST = ListRef(workspace=LAB.workspace)
CHANNELS_LIST = ListRef(workspace=LAB.workspace, channel=LAB.channel)
THEIR_LIST = ListRef(workspace=RIVAL.workspace)


async def test_a_join_keeps_what_was_saved_on_each_list(store):
    def work(tx):
        tx.papers.store([PREPRINT], now=NOW)
        tx.papers.store([ARTICLE], now=LATER)
        save(tx, OUR_LIST, PREPRINT, "", "rl")
        save(tx, OUR_LIST, ARTICLE, "read the proof", "rl", "theory")
        save(tx, CHANNELS_LIST, ARTICLE, "the channel's")
        save(tx, THEIR_LIST, ARTICLE, "theirs")
        tx.papers.store([LINK], now=LATER)
        return [tx.reading_list.list(which) for which in (OUR_LIST, CHANNELS_LIST, THEIR_LIST)]

    [ours], [channels], [theirs] = await store.write(work)
    assert {s.paper.id for s in (ours, channels, theirs)} == {PREPRINT.id}
    assert (ours.note, ours.tags) == ("read the proof", ("rl", "theory"))
    assert (channels.note, theirs.note) == ("the channel's", "theirs")


@pytest.mark.parametrize("ahead", [PREPRINT, ARTICLE], ids=["older ahead", "younger ahead"])
async def test_a_join_keeps_how_far_somebody_came_with_either(store, ahead):
    def work(tx):
        tx.papers.store([PREPRINT], now=NOW)
        tx.papers.store([ARTICLE], now=LATER)
        for item in (PREPRINT, ARTICLE):
            come = {"progress": Progress.READ, "progress_by": ANN} if item is ahead else {}
            save(tx, OUR_LIST, item, **come)
        tx.papers.store([LINK], now=LATER)
        return tx.reading_list.list(OUR_LIST)

    [item] = await store.write(work)
    assert (item.progress, item.progress_by) == (Progress.READ, ANN)


async def test_a_join_keeps_what_everybody_said_last_against_either(store):
    bo = UserRef(id="U2", name="Bo")

    def reject(tx, channel, paper, by, at, reason):
        tx.rejections.set(channel, paper.id, Rejection(by=by, at=at, reason=reason))

    def work(tx):
        tx.papers.store([PREPRINT], now=NOW)
        tx.papers.store([ARTICLE], now=LATER)
        for ref in (LAB, RIVAL):
            add_channel(tx, ref)
        reject(tx, LAB, PREPRINT, ANN, NOW, "off topic")
        reject(tx, LAB, ARTICLE, ANN, LATER, "seen before")
        reject(tx, LAB, PREPRINT, bo, LATER, "weak")
        reject(tx, LAB, ARTICLE, bo, NOW, "off topic")
        reject(tx, RIVAL, ARTICLE, ANN, NOW, "theirs")
        tx.papers.store([LINK], now=LATER)
        return [tx.rejections.list(ref, limit=9) for ref in (LAB, RIVAL)]

    ours, theirs = await store.write(work)
    assert {p.id for p, _ in (*ours, *theirs)} == {PREPRINT.id}
    assert [(r.by, r.at, r.reason) for _, r in ours] == [
        (ANN, LATER, "seen before"),
        (bo, LATER, "weak"),
    ]
    assert [r.reason for _, r in theirs] == ["theirs"]


async def test_a_match_under_a_joined_id_is_a_match_of_the_survivor(store):
    def work(tx):
        tx.papers.store([PREPRINT, ARTICLE, LINK], now=NOW)
        tx.matches.record([match(subscribe(tx), ARTICLE)], now=NOW)
        return tx.matches.pending(LAB)

    assert [p.paper.id for p in await store.write(work)] == [PREPRINT.id]


@pytest.mark.parametrize(
    "typed",
    [
        "2611.00001",
        " arXiv:2611.00001v3 ",
        "https://arxiv.org/abs/2611.00001v1",
        "https://huggingface.co/papers/2611.00001",
        "arxiv:2611.00001",
        "https://doi.org/10.1000/X",
        "10.1000/x",
        LINK.keys[-1],
        LINK.keys[-1].removeprefix("title:"),
    ],
)
async def test_a_paper_is_found_by_what_people_type(store, typed):
    await keep(store, LINK, numbered(7))
    assert (await store.read(lambda tx: tx.papers.find_short(typed))).id == LINK.id


async def test_what_nobody_stored_is_not_found(store):
    await keep(store, numbered(1))
    for work in (
        lambda tx: tx.papers.get(PaperId("arxiv:2611.99999")),
        lambda tx: tx.papers.find(PaperKey("doi:10.1000/none")),
        lambda tx: tx.papers.find_short("2611.99999"),
        lambda tx: tx.papers.find_short(""),
    ):
        assert await store.read(work) is None


def on(day, n, **known):
    return numbered(n, announced=day, **known)


async def candidates(store, query, **how):
    return await store.read(lambda tx: list(tx.papers.candidates(query, **how)))


def found(candidates):
    return [c.paper.id for c in candidates]


async def test_everything_is_newest_first_and_the_undated_last(store):
    days = [date(2026, 11, 1), None, date(2026, 11, 2), date(2026, 11, 1)]
    papers = [on(day, n) for n, day in enumerate(days, 1)]
    await keep(store, *papers)
    assert found(await candidates(store, Everything())) == [papers[n].id for n in (2, 3, 0, 1)]


WORD = IndexTerm(token="world", columns=(Column.TITLE,))
FACTS = {
    Fact(what="day", least=date(2026, 11, 2)): {2, 3},
    Fact(what="day", most=date(2026, 11, 2)): {1, 2},
    Fact(what="upvotes", least=5): {2, 3},
    Fact(what="upvotes", least=5, most=5): {2},
    Fact(what="comments", most=0): {1},
    Fact(what="code"): {3},
    Fact(what="project"): {1},
}


@pytest.mark.parametrize("fact", FACTS, ids=str)
@pytest.mark.parametrize("beside", [Everything(), WORD], ids=["alone", "beside a word"])
@pytest.mark.parametrize("few", [0, 1_000], ids=["listed", "looked up"])
async def test_facts_are_found_and_what_is_unknown_is_not(store, monkeypatch, fact, beside, few):
    monkeypatch.setattr(facts, "SCATTERED", few)
    link = Url("https://example.org/x")
    papers = [
        numbered(1, announced=date(2026, 11, 1), comments=0, project_url=link),
        numbered(2, announced=date(2026, 11, 2), upvotes=5, comments=1),
        numbered(3, announced=date(2026, 11, 3), upvotes=50, code_url=link),
        numbered(4, announced=None),
    ]
    await keep(store, *papers)
    query = fact if beside == Everything() else AllOf(nodes=(beside, fact))
    ids = {papers[n - 1].id for n in FACTS[fact]}
    assert set(found(await candidates(store, query))) == ids
    assert await store.read(lambda tx: tx.papers.satisfying(query)) == len(ids)


async def test_candidates_are_read_as_they_are_taken(store):
    await keep(store, *(numbered(n) for n in range(1, 40)))
    ids = await store.read(
        lambda tx: [c.paper.id for c in islice(tx.papers.candidates(Everything()), 30)]
    )
    assert ids == [numbered(n).id for n in range(39, 9, -1)]


DIFFUSION = IndexTerm(token="diffusion", columns=(Column.TITLE, Column.ABSTRACT))


async def test_candidates_rank_the_title_highest_and_then_the_newest(store):
    texts = {
        1: ("Filler words about other things", "A diffusion process."),
        2: ("A diffusion process for planning", "Filler."),
        3: ("Filler words about other things", "A diffusion process."),
    }
    papers = [
        paper(f"2611.{n:05d}", title=title, abstract=abstract, announced=date(2026, 11, n))
        for n, (title, abstract) in texts.items()
    ]
    await keep(store, *papers)
    hits = await candidates(store, DIFFUSION)
    assert found(hits) == [papers[n].id for n in (1, 2, 0)]
    assert hits[0].score > hits[1].score == pytest.approx(hits[2].score)
    since = Fact(what="day", least=date(2026, 11, 2))
    recent = await candidates(store, AllOf(nodes=(DIFFUSION, since)))
    assert found(recent) == [papers[n].id for n in (1, 2)]
    newest = await candidates(store, DIFFUSION, newest=True)
    assert found(newest) == [papers[n].id for n in (2, 1, 0)]


async def test_what_is_not_ranked_follows_the_newest_first(store):
    titles = dict.fromkeys((7, 107, 207), "Diffusion")
    papers = [
        paper(f"2611.{n:05d}", title=titles.get(n, f"Paper {n}"), abstract="A diffusion process.")
        for n in range(1, 301)
    ]
    await keep(store, *papers)
    ids = found(await candidates(store, DIFFUSION, ranked=1))
    ranked, rest = ids[:RANKED_MIN], ids[RANKED_MIN:]
    assert sorted(ids) == sorted(p.id for p in papers)
    assert set(ranked[:3]) == {papers[n - 1].id for n in titles}
    assert rest == sorted(rest, reverse=True)


async def test_columns_prefixes_and_combinations_narrow_the_candidates(store):
    one = paper("2611.00001", title="Graph networks in practice", abstract="On robots.")
    two = paper(
        "2611.00002", title="Robots in the wild", abstract="No graphs.", authors=("A Graph",)
    )
    await keep(store, one, two)

    def term(token, *columns, prefix=False):
        return IndexTerm(token=token, columns=columns or tuple(Column), prefix=prefix)

    for query, expected in [
        (term("graph", Column.TITLE), {one.id}),
        (term("graph", Column.AUTHORS), {two.id}),
        (term("rob", prefix=True), {one.id, two.id}),
        (term("rob"), set()),
        (AllOf(nodes=(term("graph"), term("robot", Column.TITLE))), {two.id}),
        (AnyOf(nodes=(term("wild"), term("graph", Column.TITLE))), {one.id, two.id}),
        (AllOf(nodes=(Everything(), term("wild"))), {two.id}),
        (AnyOf(nodes=(Everything(), term("wild"))), {one.id, two.id}),
        (AllOf(nodes=()), {one.id, two.id}),
        (AnyOf(nodes=()), set()),
        (AllOf(nodes=(AnyOf(nodes=()), term("wild"))), set()),
    ]:
        assert set(found(await candidates(store, query))) == expected, query
    assert found(await candidates(store, term("graph"), without=term("wild"))) == [one.id]


async def test_words_of_one_root_are_near_and_the_word_itself_is_nearer(store):
    papers = [
        paper(f"2611.{n:05d}", title=title)
        for n, title in enumerate(("Conducting heat", "Conduction of heat", "Insulation"), 1)
    ]
    await keep(store, *papers)
    near = IndexTerm(token="conduction", columns=(Column.TITLE, Column.ABSTRACT), kin=True)
    assert found(await candidates(store, near)) == [papers[1].id, papers[0].id]


async def test_the_index_follows_a_changed_text(store):
    await keep(store, paper("2611.00001", abstract="About robots."))
    await keep(store, paper("2611.00001", abstract="In orbit."), now=LATER)
    for token, count in (("robot", 0), ("orbit", 1)):
        term = IndexTerm(token=token, columns=(Column.ABSTRACT,))
        assert len(await candidates(store, term)) == count


async def announced(store, *papers, now):
    return await store.write(lambda tx: tx.papers.store(papers, now=now, news=True))


async def test_a_source_announces_a_paper_once(store):
    [first] = await announced(store, numbered(1), now=NOW)
    [again] = await announced(store, numbered(1), now=LATER)
    assert (first.is_news, first.news_at) == (True, NOW)
    assert (again.is_news, again.news_at) == (False, NOW)


async def test_what_is_only_imported_is_no_news_until_a_source_announces_it(store):
    [imported] = await keep(store, numbered(1))
    assert (imported.is_news, imported.news_at) == (False, None)
    [first] = await announced(store, numbered(1), now=LATER)
    assert (first.is_news, first.news_at, first.first_seen_at) == (True, LATER, NOW)


async def test_a_second_source_is_news_again(store):
    await announced(store, numbered(1), now=NOW)
    listing = replace(numbered(1).listings[0], source="elsewhere")
    [second] = await announced(store, replace(numbered(1), listings=(listing,)), now=LATER)
    assert (second.is_news, second.news_at) == (True, LATER)


async def test_a_new_version_is_no_news(store):
    await keep(store, numbered(1))
    updated = replace(numbered(1), abstract="A new version.")
    [stored] = await store.write(lambda tx: tx.papers.update([updated], now=LATER))
    assert (stored.is_news, stored.news_at) == (False, None)
