import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import odd_stems, stem, stems, words
from tests.bot.domain.generated import unhurried

ENDINGS = "s es ses sses uses use ie ies yses xes che ches oes sis us ss i e a"
inflected = st.builds(
    "{}{}".format, st.text("abeikorsuxyz", max_size=5), st.sampled_from(ENDINGS.split())
)
ONLY_LOOK_PLURAL = "series species news bus gas bias this analysis gps class"


@pytest.mark.parametrize(
    "forms",
    [
        "model models",
        "class classes",
        "box boxes",
        "loss losses",
        "process processes",
        "bias biases",
        "analysis analyses",
        "hypothesis hypotheses",
        "policy policies",
        "movie movies",
        "bus buses",
        "virus viruses",
        "gas gases",
        "lens lenses",
        "use uses",
        "cause causes",
        "base bases",
        "phase phases",
        "cache caches",
        "approach approaches",
        "mesh meshes",
        "size sizes",
        "tree trees",
        "index indices indexes",
        "matrix matrices",
        "corpus corpora",
        "cpu cpus",
        "llm llms",
        "lm lms",
        "api apis",
        "gan gans",
        "h100 h100s",
    ],
)
def test_singular_and_plural_have_one_stem(forms):
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("word", ONLY_LOOK_PLURAL.split())
def test_a_word_that_only_looks_plural_is_left_alone(word):
    assert stem(word) == word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("us", "use"),
        ("news", "new"),
        ("lens", "len"),
        ("gas", "ga"),
        ("gps", "gp"),
        ("aids", "aid"),
    ],
)
def test_different_words_keep_different_stems(one, other):
    assert stem(one) != stem(other)


@unhurried
@given(st.text("abcdefghiklmnorstuvxyz", max_size=8) | inflected)
def test_a_stem_is_the_stem_of_itself(word):
    assert stem(stem(word)) == stem(word)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GPT-4o, state-of-the-art!", "gpt 4o state of the art"),
        ("Erdős–Rényi naïve Straße ﬁne x²", "erdos renyi naive strasse fine x2"),
        ("Søren Łukasz", "soren lukasz"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("dif\u00adfu\u200bsion", "diffusion"),
        ("Bayes’ rule, Moore's and Moore’s law", "bayes rule moore and moore law"),
        ("O'Brien", "o brien"),
        ("snake_case a/b 10,000", "snake case a b 10 000"),
        ("α-divergence", "alpha divergence"),
        ("C++, C# and .NET", "cpp csharp and dotnet"),
        ("ASP.NET on the net", "asp net on the net"),
        ("c+", "c"),
        ("🙂 … —", ""),
        ("", ""),
    ],
)
def test_text_becomes_folded_tokens(text, found):
    assert words(text) == found.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"$\alpha$-divergence", "alpha divergence"),
        (r"Schr\"odinger and Erd\H{o}s and \'{e}tale", "schrodinger and erdos and etale"),
        (r"\textbf{Fast} \emph{and} $\mathcal{O}(n)$", "fast and o n"),
        (r"{BERT}s {D}eep", "berts deep"),
        (r"$k$NN and $n$th", "knn and nth"),
        (r"\frac{a}{b} costs \$5", "frac a b costs 5"),
        ("from $5 to $6", "from 5 to 6"),
        ("a $ b { c \\", "a b c"),
    ],
)
def test_latex_neither_glues_nor_splits_words(text, found):
    assert words(text) == found.split()


@unhurried
@given(st.text())
def test_tokens_hold_letters_and_digits_only(text):
    assert all(token.isalnum() for token in words(text))


@unhurried
@given(st.text())
def test_tokens_are_the_tokens_of_themselves(text):
    assert words(" ".join(words(text))) == words(text)
    assert stems(words(" ".join(stems(words(text))))) == stems(words(text))


@unhurried
@given(inflected, st.integers(1, 12))
def test_the_stems_of_words_with_a_prefix_are_known(word, length):
    start = word[:length]
    assert stem(word).startswith(start) or stem(word) in odd_stems(start)


@pytest.mark.parametrize(
    ("start", "word"), [("polici", "policies"), ("indic", "indices"), ("biase", "biases")]
)
def test_a_prefix_longer_than_the_stem_finds_it(start, word):
    assert stem(word) in odd_stems(start)
