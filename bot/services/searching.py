"""Search the archive: exact matches first, then the nearest others, set apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice

from bot.domain.channels import Reason
from bot.domain.fusion import meaning_weight
from bot.domain.index_queries import Alike, Everything, IndexQuery
from bot.domain.indexing import index_exclusions, index_near, index_query, title_so_far
from bot.domain.matching import Document, analyse, field_of
from bot.domain.meaning import Meaning
from bot.domain.nearest import all_words, asked_words, read_search, relaxed, strict_part
from bot.domain.papers import Paper, PaperId
from bot.domain.parsing import parse_search
from bot.domain.queries import Field, Prefix, Query, Words
from bot.domain.text import words
from bot.ports.storage import Transaction
from bot.services.sifting import Sieve
from bot.services.widening import corrected, names, shortened, spelled_out

TITLE_MAX_WORDS = 20  # of what somebody typed for a title; a query has at most 32 terms
TITLE_MAX_CHARS = 200
LAST = 0.001
"""What the meaning counts where it only follows: less than any word."""
RANKED_FOR_ONE = 3
"""Papers whose texts are looked at for each that is shown, where there are as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    paper: Paper
    score: float
    exact: bool
    reasons: tuple[Reason, ...] = ()
    """Why it matches; of one that is only near, what it has of the words."""


class Matches(list[Found]):
    """What a search found."""

    whole: bool = True
    """Whether nothing was left out because too much was read in vain."""


def search(
    tx: Transaction,
    text: str,
    *,
    limit: int,
    today: date,
    filled_up_to: int | None = None,
    meaning: Meaning | None = None,
) -> Matches:
    """At most `limit` papers: those that match the query, best first, then the nearest others.

    With `filled_up_to`, others come only where fewer than so many match. A sentence that is no
    query (`CLIP: connecting text and images`) asks for all of its words. With the `meaning` of
    the text, others are also those that say it in other words.

    Raises:
        QuerySyntaxError: if the text is neither a query nor a sentence.
    """
    query = read_search(text).query
    shown = limit if filled_up_to is None else filled_up_to
    ranked = RANKED_FOR_ONE * shown
    short = list(shortened(tx, _asked(query)))
    found = _first(limit, tx, query, short, today=today, ranked=ranked)
    if len(found) < shown:
        known = {match.paper.id for match in found}
        others = _nearest(tx, query, short, meaning, ranked=ranked, today=today)
        unknown = (near for near in others if near.paper.id not in known)
        found.extend(islice(unknown, shown - len(found)))
    return found


def exact_matches(
    tx: Transaction,
    query: Query,
    *,
    limit: int,
    today: date,
    since: date | None = None,
) -> Matches:
    """Papers of the archive, from a day on, that match the query exactly, best first.

    However many are asked for, as many are in order, so that pages agree.
    """
    short = shortened(tx, _asked(query))
    return _first(limit, tx, query, short, today=today, since=since)


def newest_matches(tx: Transaction, query: Query, *, limit: int, today: date) -> Matches:
    """As `exact_matches`, the newest first."""
    return _first(limit, tx, query, (), today=today, newest=True)


def similar(tx: Transaction, paper: Paper, *, limit: int) -> list[Paper]:
    """Other papers that say what this one says, best first.

    Where that is not worked out yet: that share most of what its title is about.
    """
    meaning = tx.vectors.of(paper.id)
    index = Alike(meaning=meaning) if meaning else _sharing_words(paper)
    if index is None:
        return []
    found = (c.paper for c in tx.papers.candidates(index, ranked=limit + 1))
    return list(islice((other for other in found if other.id != paper.id), limit))


def _sharing_words(paper: Paper) -> IndexQuery | None:
    if not (title := _cut(paper.title)):
        return None
    asked = all_words(title)
    return index_near(asked_words(relaxed(asked) or asked))


def titled(tx: Transaction, text: str, *, limit: int) -> list[Paper]:
    """Papers whose titles have the words, the last as far as it is typed; then some of them."""
    bare = _cut(text)
    if not bare:
        return []
    query = parse_search(f"title:({bare})")
    near = index_near(asked_words(relaxed(query) or query))
    found: dict[PaperId, Paper] = {}
    for candidate in chain(*map(tx.papers.candidates, (title_so_far(bare), near))):
        found.setdefault(candidate.paper.id, candidate.paper)
        if len(found) == limit:
            break
    return list(found.values())


def newest_paper(tx: Transaction) -> Paper | None:
    return next((c.paper for c in tx.papers.candidates(Everything())), None)


def _cut(text: str) -> str:
    """The words of a text, as many as a query may have."""
    return " ".join(words(text)[:TITLE_MAX_WORDS])[:TITLE_MAX_CHARS]


def _first(
    limit: int,
    tx: Transaction,
    query: Query,
    short: Iterable[IndexQuery],
    *,
    today: date,
    since: date | None = None,
    ranked: int = 0,
    newest: bool = False,
) -> Matches:
    """Of what the index offers, as many as the query really means.

    Papers that have the acronym `short` as well speak more of it.
    """
    asked = tx.papers.candidates(
        index_query(query, today=today, since=since, also=short),
        without=index_exclusions(query),
        ranked=ranked,
        newest=newest,
    )
    sieve = Sieve(query, today=today)
    found = Matches(
        Found(paper=c.paper, score=c.score, exact=True, reasons=reasons)
        for c, reasons in islice(sieve.sift(asked), limit)
    )
    found.whole = not sieve.is_full
    return found


def _nearest(
    tx: Transaction,
    query: Query,
    short: Sequence[IndexQuery],
    meaning: Meaning | None,
    *,
    ranked: int,
    today: date,
) -> Iterator[Found]:
    """Papers with any of the words, or of what else they may mean, whether or not they match."""
    near = relaxed(query) or query
    if not (some := asked_words(near)):
        return
    strict, seen = strict_part(near), set[PaperId]()
    needed = index_query(strict, today=today) if strict else None
    sieve = Sieve(strict, today=today) if strict else None
    for index in _near(tx, _asked(query), some, short, meaning, needed):
        asked = tx.papers.candidates(index, ranked=ranked)
        for candidate in (c for c, _ in sieve.sift(asked)) if sieve else asked:
            if candidate.paper.id not in seen:
                seen.add(candidate.paper.id)
                reasons = _has_of(some, analyse(candidate.paper), today=today)
                yield Found(
                    paper=candidate.paper, score=candidate.score, exact=False, reasons=reasons
                )


def _near(
    tx: Transaction,
    asked: list[str],
    some: Sequence[Words | Prefix],
    short: Sequence[IndexQuery],
    meaning: Meaning | None,
    strict: IndexQuery | None,
) -> Iterator[IndexQuery]:
    """What to look for, one after the other."""
    long = [*spelled_out(tx, asked), *short]
    plain = [w for w in some if isinstance(w, Words) and w.field is Field.ANY]
    also = [*long, *corrected(tx, plain), *names(tx, plain)]
    if meaning is None:
        yield index_near(some, strict=strict, also=also)
    elif long or len(some) == 1:  # one word, or an acronym, means nothing to a model
        yield index_near(some, strict=strict, also=also)
        yield index_near((), strict=strict, also=[Alike(meaning=meaning, weight=LAST)])
    else:
        alike = Alike(meaning=meaning, weight=meaning_weight(len(some)))
        yield index_near(some, strict=strict, also=[*also, alike])


def _asked(query: Query) -> list[str]:
    """The stems of the words that a search asks for in any field."""
    each = asked_words(query)
    return [w.tokens[0] for w in each if isinstance(w, Words) and w.field is Field.ANY]


def _has_of(
    wanted: Iterable[Words | Prefix], document: Document, *, today: date
) -> tuple[Reason, ...]:
    """Where each word is, if only among the authors."""
    places = ((w, field_of(w, document, today) or _named(w, document, today)) for w in wanted)
    return tuple(Reason(term=word.text, field=place) for word, place in places if place)


def _named(word: Words | Prefix, document: Document, today: date) -> str | None:
    if word.field is not Field.ANY:
        return None
    author = replace(word, field=Field.AUTHOR)
    if isinstance(author, Words):
        author = replace(author, tokens=(word.text,))
    return field_of(author, document, today)
