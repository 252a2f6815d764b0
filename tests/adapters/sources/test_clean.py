import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.clean import plain_names, plain_text

READABLE = [
    (r"$\mathcal{O}(n \log n)$", "O(n log n)"),
    (r"$O(n\log n)$ and $\log{n}$", "O(n log n) and log n"),
    (r"Poincar\'e", "Poincaré"),
    (r"$\alpha$-divergence", "α-divergence"),
    (r"$\beta$VAE, {\mu}FA, {\sim}70K", "βVAE, μFA, ∼70K"),
    (r"100\% of the users", "100% of the users"),
    ("100% of the users # 1 & 2", "100% of the users # 1 & 2"),
    (r"\textbf{Foo} and {\em bar} and \emph{baz}", "Foo and bar and baz"),
    (r"\textbf{F}ine-\textbf{T}uning", "Fine-Tuning"),
    (r"\texttt{b_c} and \texttt{M$^3$Bench}", "b_c and M³Bench"),
    ("$10 and $20 prices", "$10 and $20 prices"),
    (r"costs \$5, not \$6", "costs $5, not $6"),
    ("for 1$: and at 4$ per hour", "for 1$: and at 4$ per hour"),
    ("($0.23 - $0.27 per image)", "($0.23 - $0.27 per image)"),
    ("$k$-NN with $ p $ and $n = 5$", "k-NN with p and n = 5"),
    ("the $visual stitching$ attack", "the visual stitching attack"),
    ("$>$100 km, from $-$1.5", ">100 km, from -1.5"),
    (r"{\L}ukasz \L ukasz", "Łukasz Łukasz"),
    (r"Erd\H{o}s--R\'enyi, na\"{\i}ve, \v Sim\'anek, \c{C}elik", "Erdős–Rényi, naïve, Šimánek, Çelik"),
    (r"J{\"o}rg, S\~ao, Ga\"el, \`a, \'{E}cole, \ss, \AA", "Jörg, São, Gaël, à, École, ß, Å"),
    (r"\url{https://x.org/a_b}", "https://x.org/a_b"),
    (r"\href{https://x.org/a\_b}{the code}", "the code"),
    (r"at x~\footnote{\url{https://x.org}}.", "at x https://x.org."),
    ("a_{ij}", "a_ij"),
    ("x_1, a^2 and file_name", "x_1, a^2 and file_name"),
    ("H$_2$O, CO$_{2}$ and $10^{-3}$", "H₂O, CO₂ and 10⁻³"),
    (r"$\tau^2$-Bench, $\pi_{0.5}$, $x^{n+1}$, $A^*$, $p_\text{RL}$", "τ²-Bench, π_0.5, x^(n+1), A*, p_RL"),
    (r"$90^\circ$ and 360{\deg}", "90° and 360°"),
    (r"$\frac{a}{b}$, $\sqrt{n}$, $\sqrt{\frac{a+1}{b}}$", "a/b, √n, √((a+1)/b)"),
    (r"$\mathbb{R}^d$, $\mathbb{E}[x]$, $\mathbf{x} \in \mathcal{L}$", "ℝ^d, E[x], x ∈ L"),
    (r"$\hat{x}$, $\bar\alpha$", "x̂, ᾱ"),
    (r"\(x\) and \[y\] and $$z$$", "x and y and z"),
    ("Fig.~1 of Smith et~al.", "Fig. 1 of Smith et al."),
    ("about ~85% and vs ~1B", "about ~85% and vs ~1B"),
    ("https://x.edu/~user", "https://x.edu/~user"),
    ("a -- b, 3--5, x---y, --help", "a – b, 3–5, x—y, --help"),
    ("``quoted'' and ''so'' and `thus'; don't", "“quoted” and “so” and ‘thus’; don't"),
    (r"a survey \cite{a2024,b2025} of \citep[p.~2]{c}", "a survey of"),
    (r"\unknown{kept} and \method wins; \ours{} too", "kept and method wins; ours too"),
    (r"\textcolor{red}{Warning} $\unicode{x2013}$ i.i.d.\ 5\,ms", "Warning – i.i.d. 5 ms"),
    ("C++ and C# and {json}", "C++ and C# and {json}"),
    ("two\n  lines\tand\u00a0a\u2028half", "two lines and a half"),
    ("bi\u202edi\u2066, zero\u200bwidth\ufeff, soft\u00adhyphen, nul\x00", "bidi, zerowidth, softhyphen, nul"),
    ("e\u0301", "é"),
    ("\ud800lone", "lone"),
    ("", ""),
]  # fmt: skip

HOSTILE = [
    "{" * 60_000,
    "$" * 60_000,
    "\\" * 60_000,
    "\\(" * 30_000,
    "``" * 30_000,
    "''a" * 20_000,
    "`a" * 30_000,
    " " * 60_000,
    "\\frac{" * 10_000,
    "\\sqrt{" * 8_000 + "x" + "}" * 8_000,
    "$x" * 30_000,
    "$5 and " * 8_000,
    "\\begin{a}" * 6_000,
    "\\cite[" * 10_000,
    "\\'" * 30_000,
    "&" * 60_000,
    "-" * 60_000,
    "~" * 60_000,
    "_{" * 30_000,
]


@pytest.mark.parametrize(("raw", "read"), READABLE)
def test_reads_as_people_would_write_it(raw, read):
    assert plain_text(raw) == read


@pytest.mark.parametrize("raw", HOSTILE, ids=lambda raw: raw[:8])
def test_no_text_takes_long(raw):
    start = time.perf_counter()
    plain_text(raw)
    assert time.perf_counter() - start < 5  # by far: what is feared takes minutes


def test_long_texts_are_cut_and_say_so():
    assert plain_text("word " * 10, limit=12) == "word word w…"
    assert plain_text("word word wo", limit=12) == "word word wo"
    assert len(plain_text("x" * 10**6)) == 20_000


def test_entities_are_decoded_once_and_only_when_asked():
    assert plain_text("R&amp;D &lt;b&gt; &#39;x&#x27;", entities=True) == "R&D <b> 'x'"
    assert plain_text("&amp;lt; ?a=1&copy=2 AT&T;", entities=True) == "&lt; ?a=1&copy=2 AT&T;"
    assert plain_text("&amp;") == "&amp;"


def test_empty_names_are_left_out():
    assert plain_names(["Ann Lee,", " ", r"Zo\"e", "\u200b"]) == ("Ann Lee", "Zoë")


BITS = [*"\\${}_^~'`\"-&;% \nabcxO01αé\u202e\x00\x01", "\\alpha", "\\frac{", "\\textbf{", "&#1;"]
LATEX = st.lists(st.sampled_from(BITS)).map("".join)


@given(st.one_of(st.text(), LATEX), st.integers(min_value=1, max_value=300), st.booleans())
def test_never_raises_and_holds_no_hidden_characters(raw, limit, entities):
    text = plain_text(raw, limit=limit, entities=entities)
    assert len(text) <= limit
    assert text.isprintable()
    assert text == " ".join(text.split())
    assert unicodedata.is_normalized("NFC", text)


@given(st.text(alphabet=st.characters(exclude_characters="\\$~`'-_^{}&")))
def test_cleaning_twice_changes_nothing(raw):
    assert plain_text(plain_text(raw)) == plain_text(raw)


@given(st.lists(st.from_regex(r"[A-Za-z]{3,9}", fullmatch=True), min_size=1), st.integers(0, 6))
def test_markup_loses_no_words(words, style):
    marks = [r"\textbf{%s}", r"$%s$", r"{\it %s}", r"``%s''", r"\emph{%s}", "{%s}", "%s~"]
    raw = " ".join(marks[style] % word for word in words)
    text = plain_text(raw)
    assert [w for w in words if w not in text] == []
