"""Random papers and queries over few words, so that they often meet."""

from datetime import UTC, date, datetime

from hypothesis import settings
from hypothesis import strategies as st

from bot.domain.errors import QuerySyntaxError
from bot.domain.links import Url
from bot.domain.papers import Listing, Paper, PaperId, PaperKey
from bot.domain.parsing import parse_search, parse_subscription

unhurried = settings(deadline=None)
"""For property tests: machines of CI pause at will."""

TODAY = date(2026, 11, 16)
WORDS = (
    "model models world policy policies bias biases indices index quantize quantization analyses"
    " analysis gas house α-divergence C++ GPT-4o naïve series Movie cookies the of x"
)
NAMES = ("Yann LeCun", "LeCun, Yann", "Geoffrey E. Hinton", "Wei Zhang", "Zhang Wei", "Plato")
ORGS = ("Google DeepMind", "DeepMind", "Allen Labs")
VENUES = ("NeurIPS 2026", "Journal of Analyses")
CATEGORIES = ("cs.CL", "cs.CV", "hep-th", "math.MG", "Cancer Biology")
SOURCES = ("huggingface", "arxiv")
DAYS = st.dates(date(2026, 11, 1), date(2026, 11, 20))

word = st.sampled_from(WORDS.split())
some_words = st.lists(word, max_size=12).map(" ".join)
number = st.none() | st.integers(0, 4)


def _phrase(of: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(of, min_size=1, max_size=3).map(lambda ws: '"{}"'.format(" ".join(ws)))


def _prefix(of: str) -> st.SearchStrategy[str]:
    return st.integers(3, max(3, len(of))).map(lambda end: f"{of[:end].rstrip('-+')}*")


text_value = st.one_of(
    word,
    _phrase(word),
    word.map("={}".format),
    _phrase(word).map("={}".format),
    word.flatmap(_prefix),
)
name_value = st.one_of(
    st.sampled_from(NAMES).map('"{}"'.format),
    st.sampled_from(["yann", "lecun", "zhang", "wei", "e", "plato"]),
    st.sampled_from(('"geoffrey hinton"', '"lecun yann"', "hint*")),
)
counted = st.builds(
    "{}{}{}".format,
    st.sampled_from(("upvotes:", "comments:")),
    st.sampled_from((">=", ">", "<=", "<", "=")),
    st.integers(0, 4),
)
dated = st.one_of(
    DAYS.map("after:{}".format),
    DAYS.map("before:{}".format),
    st.sampled_from(("last:1d", "last:1w")),
)
term = st.one_of(
    text_value,
    text_value,
    text_value.map("title:{}".format),
    text_value.map("abstract:{}".format),
    name_value.map("author:{}".format),
    st.sampled_from(("google", '"google deepmind"', "deep*", "=labs", "lab")).map("org:{}".format),
    st.sampled_from(("neurips", "analysis", '"journal of"')).map("venue:{}".format),
    st.sampled_from(("cs.CL", "cs", "cs.*", "hep-th", "math.*", '"cancer biology"')).map(
        "cat:{}".format
    ),
    st.sampled_from(("hf", "arxiv", "openreview")).map("source:{}".format),
    st.sampled_from(("has:code", "has:project")),
    counted,
)


def _trees(leaf: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        parts = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            parts.map(lambda p: "({})".format(" ".join(p))),
            parts.map(lambda p: "({})".format(" OR ".join(p))),
            st.builds("({} -({}))".format, inner, inner),
            inner.map("-({})".format),
        )

    return st.recursive(leaf, grow, max_leaves=6)


def _parsed(parse, texts):
    """The texts that are queries: a lone exclusion is none."""

    def attempt(text: str):
        try:
            return parse(text)
        except QuerySyntaxError:
            return None

    return texts.map(attempt).filter(lambda query: query is not None)


subscriptions = _parsed(parse_subscription, _trees(term))
searches = _parsed(parse_search, _trees(term | dated))


def paper(
    title: str = "",
    abstract: str = "",
    *,
    id: str = "arxiv:2611.00001",
    announced: date | None = None,
    sources: tuple[str, ...] = (),
    code: bool = False,
    project: bool = False,
    **known,
) -> Paper:
    return Paper(
        id=PaperId(id),
        keys=(PaperKey(id),),
        title=title,
        abstract=abstract,
        code_url=Url("https://github.com/a/b") if code else None,
        project_url=Url("https://example.org/project") if project else None,
        listings=tuple(Listing(source=s, source_id="1", announced=announced) for s in sources),
        **known,
    )


papers = st.builds(
    paper,
    some_words,
    some_words,
    announced=st.none() | DAYS,
    published=st.none() | DAYS.map(lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC)),
    sources=st.lists(st.sampled_from(SOURCES), unique=True).map(tuple),
    code=st.booleans(),
    project=st.booleans(),
    authors=st.lists(st.sampled_from(NAMES), max_size=3).map(tuple),
    organization=st.none() | st.sampled_from(ORGS),
    venue=st.none() | st.sampled_from(VENUES),
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2).map(tuple),
    upvotes=number,
    comments=number,
)
