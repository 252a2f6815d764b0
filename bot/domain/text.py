"""How texts become tokens. Papers and queries go through the same few steps.

Folded (NFKC, lower case, no accents, no LaTeX), split at everything that is
not a letter or digit, and for most searches lightly stemmed.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

STEMS_KEPT = 100_000

_ASCII_SEPARATORS = "".join(c if c.isalnum() else " " for c in map(chr, range(128)))
_WORD = re.compile(r"[^\W_]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")

# Letters that Unicode does not decompose, as people without that keyboard type them;
# apostrophes; characters that are invisible within a word (soft hyphen, zero width).
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("’ʼ", "'")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"
    " sigma tau upsilon phi chi psi omega"
)
_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK_NAMES.split(), strict=True))

# Names whose signs matter: without this `C++` would be the word `c`.
_SIGNED_NAMES = (
    (re.compile(r"\bc\+\+"), "cpp"),
    (re.compile(r"\b([a-z])#(?!\w)"), r"\1sharp"),
    (re.compile(r"(?<![\w.])\.net\b"), "dotnet"),
)
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")

_LATEX = (
    (re.compile(r"\\[`'^\"~=.]\{?\\?([a-z])\}?", re.IGNORECASE), r"\1"),  # Schr\"odinger
    (re.compile(r"\\[uvHtcdbkr]\{([a-z])\}", re.IGNORECASE), r"\1"),  # Erd\H{o}s
    (
        re.compile(
            r"\\(?:text(?:bf|it|tt|sc|rm|sf|sl)?|emph|math(?:rm|bf|bb|cal|it|sf|tt|frak|scr)"
            r"|operatorname|boldsymbol|left|right|ensuremath|rm|it|bf|em|sc|tt)(?![a-z])",
            re.IGNORECASE,
        ),
        " ",
    ),
    (re.compile(r"\\([a-z]+)", re.IGNORECASE), r" \1 "),  # \alpha is a word
    (re.compile(r"\\\$|\}\s*\{"), " "),
    (re.compile(r"[{}]"), ""),  # {BERT}s is one word
    (re.compile(r"\$([^$]*)\$"), r"\1"),  # $k$NN is one word
)


def fold(text: str) -> str:
    """Lower case, without accents, LaTeX and possessive endings."""
    if "\\" in text or "{" in text or "$" in text:
        for pattern, replacement in _LATEX:
            text = pattern.sub(replacement, text)
    if not text.isascii():
        text = _FOREIGN.sub(lambda run: _fold_foreign(run[0]), text)
    text = text.lower()
    if "+" in text or "#" in text or ".net" in text:
        for pattern, replacement in _SIGNED_NAMES:
            text = pattern.sub(replacement, text)
    return _POSSESSIVE.sub("", text) if "'" in text else text


def words(text: str) -> list[str]:
    """The tokens of a text, unstemmed."""
    folded = fold(text)
    if folded.isascii():
        return folded.translate(_ASCII_SEPARATORS).split()
    return [_GREEK.get(word, word) for word in _WORD.findall(folded)]


@lru_cache(maxsize=10_000)
def _fold_foreign(run: str) -> str:
    """Fold characters beyond ASCII; signs become blanks, as most of these are."""
    bare = _without_accents(_without_accents(run).casefold())
    letters = unicodedata.normalize("NFC", bare).translate(_LETTERS)
    return "".join(c if c.isascii() or c.isalnum() else " " for c in letters)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


# After D. Harman, "How effective is suffixing?" (1991), the S-stemmer, with pairs such as
# virus/viruses and cache/caches brought together: ending, replacement, shortest word in letters.
_ENDINGS = (
    ("sses", "ss", 5),
    ("yses", "ysis", 6),
    ("uses", "us", 5),
    ("use", "us", 4),
    ("ches", "ch", 5),
    ("che", "ch", 4),
    ("shes", "sh", 5),
    ("zzes", "zz", 5),
    ("xes", "x", 4),
    ("oes", "o", 6),
    ("ies", "y", 5),
    ("ie", "y", 5),
    ("ss", "ss", 2),
    ("us", "us", 2),
    ("is", "is", 2),
    ("s", "", 4),
)
_IRREGULAR = {
    word: stem
    for stem, plurals in {
        "api": "apis", "bci": "bcis", "gui": "guis", "mri": "mris", "poi": "pois", "roi": "rois",
        "kpi": "kpis", "ai": "ais", "ui": "uis", "emoji": "emojis", "wiki": "wikis",
        "cpu": "cpus", "dpu": "dpus", "gpu": "gpus", "gru": "grus", "icu": "icus", "imu": "imus",
        "ipu": "ipus", "lpu": "lpus", "mcu": "mcus", "npu": "npus", "qpu": "qpus", "relu": "relus",
        "tpu": "tpus", "vpu": "vpus", "menu": "menus",
        "ad": "ads", "av": "avs", "ev": "evs", "kg": "kgs", "lm": "lms", "nn": "nns", "vm": "vms",
        "appendix": "appendices", "index": "indices", "matrix": "matrices", "vertex": "vertices",
        "axis": "axes", "crisis": "crises", "diagnosis": "diagnoses", "emphasis": "emphases",
        "hypothesis": "hypotheses", "parenthesis": "parentheses", "synthesis": "syntheses",
        "thesis": "theses", "automaton": "automata", "corpus": "corpora",
        "criterion": "criteria", "phenomenon": "phenomena", "quiz": "quizzes",
        "alias": "alias aliases", "atlas": "atlas atlases", "bias": "bias biases",
        "canvas": "canvas canvases", "lens": "lens lenses", "gas": "gases", "iris": "irises",
        "aids": "aids", "chaos": "chaos", "cosmos": "cosmos", "ethos": "ethos", "news": "news",
        "sars": "sars", "series": "series", "species": "species", "texas": "texas",
    }.items()
    for word in plurals.split()
}  # fmt: skip


class _Stems(dict[str, str]):
    """Stems by their words; asked for each word of each paper, where `lru_cache` takes twice as long."""

    def __missing__(self, word: str) -> str:
        if len(self) >= STEMS_KEPT:
            self.clear()
        found = self[word] = _stem(word)
        return found


def stem(word: str) -> str:
    """One form for singular and plural; not always a word, and the stem of itself."""
    return _STEMS[word]


def stems(tokens: Iterable[str]) -> list[str]:
    return list(map(_STEMS.__getitem__, tokens))


_STEMS = _Stems()


def _stem(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not word.isascii():
        return word
    for ending, replacement, shortest in _ENDINGS:
        if len(word) >= shortest and word.endswith(ending):
            return word[: len(word) - len(ending)] + replacement
    return word


def odd_stems(start: str) -> set[str]:
    """The stems of words that start like this, as far as the stems themselves do not.

    `polici` starts `policies`, whose stem is `policy`.
    """
    found = {s for word, s in _IRREGULAR.items() if word.startswith(start)}
    for ending, replacement, _ in _ENDINGS:
        for cut in range(1, len(ending) + 1):
            if start.endswith(ending[:cut]):
                found.add(start[: len(start) - cut] + replacement)
    return {s for s in found if not s.startswith(start)}
