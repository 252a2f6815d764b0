import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.domain.errors import QuerySyntaxError
from bot.domain.parsing import canonical, describe, parse_search, parse_subscription
from bot.domain.queries import And, Not, Or, Words
from tests.bot.domain import generated
from tests.bot.domain.generated import unhurried

SCRAPS = """
    " “ ” ( ) - – + | || , OR AND NOT or * = : := title: author: cat: cs.* has:code upvotes: >=20
    last: 7d after:2026-10-01 a model C++ ' 10,000 ４ ： 🙂 é \u00df
"""
scribbled = (
    st.lists(st.sampled_from([*SCRAPS.split(), " ", "\t", "\x00", "\u200b"]), max_size=14).map(
        "".join
    )
    | st.text()
)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("diffusion video", "diffusion video"),
        ('"world models"', '"world model"'),
        ("“world model” „a b“ «c d»", '"a b" "c d" "world model"'),
        ("GPT-4o", '"gpt 4o"'),
        ("diffusion -survey", "-survey diffusion"),
        ("diffusion −survey –review", "-review -survey diffusion"),
        ("diffusion NOT survey", "-survey diffusion"),
        ("rlhf OR dpo", "dpo OR rlhf"),
        ("rlhf | dpo || ppo, grpo", "dpo OR grpo OR ppo OR rlhf"),
        ("a b OR c", "a b OR c"),
        ("a AND b OR c AND d", "a b OR c d"),
        ("a b, c OR d", "a b OR c OR d"),
        ("a (b OR c)", "(b OR c) a"),
        ("a -(b OR c)", "-b -c a"),
        ("a -(b c)", "(-b OR -c) a"),
        ("a -(b -c)", "(-b OR c) a"),
        ("+diffusion +title:video", "diffusion title:video"),
        ("quantiz*", "quantiz*"),
        ("author:hint*", "author:hint*"),
        ("Title:Diffusion abstract:video", "abstract:video title:diffusion"),
        ('author:"Yann LeCun"', 'author:"yann lecun"'),
        ('author:"LeCun, Yann"', 'author:"yann lecun"'),
        ("author:bayes author:=bayes", "author:bayes"),
        ("org:labs venue:neurips", "org:lab venue:neurip"),
        ("=models", "=models"),
        ('="Models" title:="world models"', '=models title:="world models"'),
        ("title:(a OR “b c”) d", '(title:"b c" OR title:a) d'),
        ("cat:(cs.CL, cs.LG)", "cat:cs.cl OR cat:cs.lg"),
        ("cat:cs cat:math.*", "cat:cs.* cat:math.*"),
        ('cat:"Cancer  Biology" cat:q-bio.NC', 'cat:"cancer biology" cat:q-bio.nc'),
        ("source:hf source:arXiv", "source:arxiv source:huggingface"),
        ("has:code has:Project", "has:code has:project"),
        ("upvotes:>=20 comments:≥5", "comments:>=5 upvotes:>=20"),
        ("upvotes:=3 -comments:<2", "-comments:<2 upvotes:=3"),
        ("C++ C# .NET", "cpp csharp dotnet"),
        ("10,000 gpus", '"10 000" gpu'),
        ("ｆｕｌｌ　ｗｉｄｔｈ：", None),
        ("ｔｉｔｌｅ：ｆｕｌｌ", "title:full"),
        ("rlhf or dpo", "dpo or rlhf"),
        ('"OR" x', "or x"),
        ("models model MODEL", "model"),
        ("a\u200b b", "a b"),
    ],
)
def test_subscriptions_mean(text, meaning):
    if meaning is None:
        with pytest.raises(QuerySyntaxError):
            parse_subscription(text)
    else:
        assert canonical(parse_subscription(text)) == meaning


def test_words_side_by_side_bind_tightest():
    root = parse_subscription("a b OR -c d, e").root
    assert isinstance(root, Or)
    assert [type(node) for node in root.nodes] == [And, And, Words]
    assert isinstance(root.nodes[1].nodes[0], Not)


def test_a_term_is_kept_as_it_was_written():
    root = parse_subscription("  “World  Models”   title:(Diffusion OR x) -Survey ").root
    written = [getattr(n, "text", None) for n in root.nodes]
    assert written == ["“World Models”", None, None]
    assert [n.text for n in root.nodes[1].nodes] == ["title:Diffusion", "title:x"]
    assert root.nodes[2].node.text == "Survey"


def test_a_query_is_kept_as_it_was_typed_but_for_blanks():
    assert str(parse_subscription("  a\n  -b ")) == "a -b"


@pytest.mark.parametrize(
    "same",
    [
        ("a b", "b a", "A  +b", "b AND a", "(a) (b)", "a b a"),
        ("a OR b c", "c b | a", "a, (b c)"),
        ("model", "Models", '"model"', "“Models”"),
        ("gpt-4o", '"GPT 4o"'),
        ("a -(b OR c)", "-b a NOT c"),
        ("source:hf", "source:HuggingFace"),
        ("cat:cs", "cat:CS.*"),
    ],
)
def test_equal_queries_have_one_canonical_form(same):
    assert len({canonical(parse_subscription(text)) for text in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("a b", '"a b"'), ("a", "title:a"), ("models", "=models"), ("a b OR c", "a (b OR c)")],
)
def test_different_queries_have_different_canonical_forms(one, other):
    assert canonical(parse_subscription(one)) != canonical(parse_subscription(other))


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "empty"),
        (" \u200b ", 0, "empty"),
        ("a OR", 2, "nothing after “OR”"),
        ("a, ,b", 1, "nothing after “,”"),
        ("OR a", 0, "nothing before “OR”"),
        ("a AND AND b", 2, "nothing after “AND”"),
        ("a NOT", 2, "nothing after “NOT”"),
        ("( ) a", 0, "nothing in these brackets"),
        ("(a", 0, "not closed"),
        ("a (", 2, "not closed"),
        ("a)", 1, "closes nothing"),
        (")", 0, "closes nothing"),
        ("(" * 40 + "a" + ")" * 40, 16, "too many brackets"),
        ('a "b', 2, "quote is not closed"),
        ('""', 0, "no letter or digit"),
        ("a 🙂", 2, "no letter or digit"),
        ("a - b", 2, "must touch"),
        ("a --b", 2, "One sign"),
        ("foo:bar", 0, "no field “foo”"),
        ("x autor:bengio", 2, "did you mean “author:”"),
        ("ti:diffusion", 0, "did you mean “title:”"),
        ("GAIA: a benchmark", 0, "in quotes"),
        ("see https://example.org/x", 4, "in quotes"),
        ("at 10:30", 3, "in quotes"),
        ("title:a:b", 0, "in quotes"),
        ("title: a", 0, "Nothing follows “title:”"),
        ("= a", 0, "Nothing follows “=”"),
        ("title:(a author:b)", 9, "cannot stand in the brackets"),
        ("'world model'", 0, "double quotes"),
        ("qu*", 0, "at least 3 letters"),
        ("*tion", 0, "end of a word"),
        ("gpt-4*", 0, "single word"),
        ("=models*", 0, "do not go together"),
        ('"quantiz* x"', 0, "within quotes"),
        ("cat:cs*", 0, "no category"),
        ("cat:=cs.CL", 0, "for words"),
        ("source:a-b", 0, "letters only"),
        ("has:gpu", 0, "has:code"),
        ("a title:-survey", 2, "before the field"),
        ("upvotes:20", 0, "needs >="),
        ("upvotes:>=x", 0, "needs >="),
        ("upvotes>=20", 0, "colon is missing"),
        ("-survey", 1, "exclusion"),
        ("a OR -b", 6, "exclusion"),
        ("-(a -b)", 2, "exclusion"),
        ("-upvotes:>5", 1, "exclusion"),
        ("a\x00b", 1, "control character"),
        ("a\ud800", 1, "control character"),
        ("a " * 128 + "a", 256, "256 characters"),
        ("a b " * 16 + "c", 64, "32 terms"),
        ("x after:2026-10-01", 2, "is for searches"),
        ("x last:7d", 2, "is for searches"),
    ],
)
def test_refusals_say_where_and_why(text, position, reason):
    with pytest.raises(QuerySyntaxError, match=None) as refused:
        parse_subscription(text)
    assert (refused.value.position, reason in refused.value.reason) == (position, True)


@pytest.mark.parametrize(
    "text", ["after:2026-13-01", "before:tomorrow", "last:7", "last:0d", "last:9999m"]
)
def test_searches_refuse_what_is_no_date(text):
    with pytest.raises(QuerySyntaxError):
        parse_search(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("after:2026-10-01 before:2026-11-01", "after:2026-10-01 before:2026-11-01"),
        ("last:2w", "last:14d"),
        ("last:1m", "last:30d"),
    ],
)
def test_searches_may_ask_for_dates(text, meaning):
    assert canonical(parse_search(text)) == meaning


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            '"speculative decoding" cat:cs.CL -survey',
            '"speculative decoding", in category cs.CL, but not survey',
        ),
        ("a (b OR title:c)", "a and (b or c in the title)"),
        ("a b OR c", "(a and b) or c"),
        ("a -b -c", "a, but not b and not c"),
        ('author:"LeCun, Yann" =models', 'author "LeCun, Yann" and exactly models'),
        ("cat:cs org:google", "organisation google, in any cs category"),
        ("quantiz* source:hf has:code", "quantiz…, from source huggingface, with code"),
        (
            "upvotes:>=20 -comments:<3",
            "papers with at least 20 upvotes, but not with fewer than 3 comments",
        ),
        ("rlhf or dpo", 'rlhf and "or" and dpo'),
        ("“World model”", '"World model"'),
        ("last:1d has:project", "papers in the last day, with a project page"),
        ("after:2026-10-01 last:7d", "papers from 2026-10-01 on, in the last 7 days"),
    ],
)
def test_the_meaning_is_told_in_plain_english(text, plain):
    assert describe(parse_search(text)) == plain


def _attempt(text):
    try:
        return parse_search(text)
    except QuerySyntaxError as refusal:
        return refusal


@unhurried
@example("=-")
@given(scribbled)
@example('"' * 256)
@example('"world\tmodel"')
@example("-" * 256)
@example("(a:" * 80)
@example("a" * 255 + ":")
@example("1," * 128)
def test_any_text_is_a_query_or_refused_with_a_working_example(text):
    match _attempt(text):
        case QuerySyntaxError() as refusal:
            assert 0 <= refusal.position <= len(text)
            assert parse_search(refusal.example)
        case query:
            assert describe(query)
            assert parse_search(query.text) == query


@unhurried
@given(generated.searches)
def test_a_canonical_form_is_a_query_of_the_same_meaning(query):
    meaning = canonical(query)
    assume(len(meaning) <= 256)
    assert canonical(parse_search(meaning)) == meaning
