r"""The LaTeX in titles, abstracts and names as readable Unicode.

These texts are prose with bits of LaTeX, not documents: a bare `%` is a per
cent sign, `$25` is a price, `\method` is a macro that nobody has. A parser
drops what it cannot place (pylatexenc's reads "100% of users" as "100"), so
here markup alone is replaced and every word stays. What the symbols look
like is pylatexenc's knowledge.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from pylatexenc.latex2text import get_default_latex_context_db

_SYMBOLS = get_default_latex_context_db()
_MORE_SYMBOLS = {"deg": "°", "degree": "°", "colon": ":", "neg": "¬", "LaTeX": "LaTeX"}

_HINT = re.compile(r"[\\$]|[_^]\{")
_LINE_BREAK = re.compile(r"\\\\(?![A-Za-z])")
_SPACE = re.compile(r"\\[,;:> ]")
_NOTHING = re.compile(r"\\[!@-]")

# Escaped signs travel as control characters, which `plain_text` lets into no text.
_ESCAPED = re.compile(r"\\([{}$_%&#])")
_STAND_INS = str.maketrans("{}$_", "\x01\x02\x03\x04")
_SIGNS = str.maketrans("\x01\x02\x03\x04", "{}$_")

_DOUBLE_STRUCK = re.compile(r"\\mathbb\s*\{?([CHNPQRZ])(?![A-Za-z])\}?")
_DOUBLE = str.maketrans("CHNPQRZ", "ℂℍℕℙℚℝℤ")
_STYLES = re.compile(
    r"\\(?:(?:text|math)(?:bb|bf|cal|frak|it|md|normal|rm|sc|scr|sf|sl|tt|up)?|[bB]igg?[lr]?|bf|bm"
    r"|boldsymbol|cal|displaystyle|em|emph|ensuremath|hbox|it|left|mbox|operatorname|overline|rm"
    r"|right|sc|sf|sl|tt|underline|url|xspace)(?![A-Za-z])\*? ?"
)
_WITH_ARGUMENTS = (
    (re.compile(r"\\unicode\s*\{x([0-9A-Fa-f]{2,5})\}"), lambda m: chr(int(m[1], 16))),
    (re.compile(r"\\href\s*\{[^{}]*\}"), ""),
    (re.compile(r" ?\\(?:cite[a-z]*|ref|eqref|label)\s*(?:\[[^][]*\])?\{[^{}]*\}"), ""),
    (re.compile(r"\\(?:text)?color\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}|\\footnote(?![A-Za-z])"), " "),
    (re.compile(r"\\textsuperscript(?![A-Za-z])"), "^"),
    (re.compile(r"\\textsubscript(?![A-Za-z])"), "_"),
)

# A `$` with LaTeX up to the next is a formula; without LaTeX only if nothing speaks of a price.
_MATH = re.compile(
    r"\$\$?([^$]*[\\^_][^$]*)\$\$?"
    r"|\$\$?(?=[^\s\d])([^$]*[^$\s])\$\$?"
    r"|\$(?=\d)([^$]*[^$\s])\$(?!\d)"
    r"|\$\s?([^$\s]{1,20})\s?\$(?!\d)"
    r"|\\\(((?:(?!\\[()]).)+)\\\)"
    r"|\\\[((?:(?!\\[\[\]]).)+)\\\]"
)
_PROSE = re.compile(r"[A-Za-z]{2}\s+[A-Za-z]{2}")
_EMPHASIS = re.compile(r"[A-Za-z{][^$]{,100}[A-Za-z)}]")
_BARE_SCRIPT = re.compile(r"([_^])\s*([^\W_]|[*+-]|\\[A-Za-z]+)")

_LETTER = re.compile(r"\\(AA|aa|AE|ae|OE|oe|DH|dh|DJ|dj|TH|th|NG|ng|ss|[LlOoij])(?![A-Za-z]) ?")
_WORD = re.compile(r"\\([A-Za-z]+)(\s*\{(?!\}))?")
_COMBINING = {
    **dict(
        zip(
            "'`\"^~=.cvkHurbd",
            "\u0301\u0300\u0308\u0302\u0303\u0304\u0307"
            "\u0327\u030c\u0328\u030b\u0306\u030a\u0331\u0323",
            strict=True,
        )
    ),
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "dot": "\u0307",
    "vec": "\u20d7",
}
_ACCENT = re.compile(
    r"\\(?:(['`\"^~=.])|((?:wide)?(?:hat|tilde)|bar|vec|dot|[cvkHurbd])\s*)(?:\{([^\W\d_])\}|([^\W\d_]))"
)
_DOTLESS = str.maketrans("ıȷ", "ij")

_SCRIPT = re.compile(r"([_^])\{([^{}]*)\}")
_LOW = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_HIGH = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_LATER = {*_COMBINING, "sqrt", "frac", "dfrac", "tfrac"}


def unlatex(text: str) -> str:
    """The text without LaTeX markup. Takes time in proportion to the length; raises nothing.

    `text` holds no line breaks and no control characters.
    """
    text = _typography(text)
    if not _HINT.search(text):
        return text
    for step in _STEPS:
        text = step(text)
    return text.translate(_SIGNS)


def _typography(text: str) -> str:
    """TeX's quotes, dashes and ties; a `~` before a number says "about" and stays."""
    if "``" in text or "''" in text:
        text = re.sub(r"(?:``|(?<!\w)'')(?=\w)([^`\"']*(?:'\w[^`\"']*)*)(?:''|\")", r"“\1”", text)
        text = text.replace("``", "“")
    if "`" in text:
        text = re.sub(r"(?<![\w\\`])`([^`']+)'(?!\w)", r"‘\1’", text)
    if "--" in text:
        text = re.sub(r"(?<!-)---(?!-)", "—", text)
        text = re.sub(r"(?<=[^\s-])--(?!-)|(?<!-)--(?=[\s\d])", "–", text)
    return re.sub(r"(?<=[A-Za-z.)}$])~(?=[\w\\$(])", " ", text) if "~" in text else text


def _escapes(text: str) -> str:
    text = _LINE_BREAK.sub(" ", text).replace("\\\\", "\\")
    text = _ESCAPED.sub(lambda m: m[1].translate(_STAND_INS), text)
    return _NOTHING.sub("", _SPACE.sub(" ", text))


def _styles(text: str) -> str:
    text = _DOUBLE_STRUCK.sub(lambda m: m[1].translate(_DOUBLE), text)
    text = _STYLES.sub("", text)
    for macro, rest in _WITH_ARGUMENTS:
        text = macro.sub(rest, text)
    return text


def _math(text: str) -> str:
    return _MATH.sub(_formula, text)


def _formula(found: re.Match[str]) -> str:
    inner = next(group for group in found.groups() if group is not None)
    prose = (found[1] is None or inner[0].isdigit()) and _PROSE.search(inner)
    if prose and (_before(found).isalnum() or not _EMPHASIS.fullmatch(inner)):
        return found[0]
    return _BARE_SCRIPT.sub(r"\1{\2}", inner) + "{}"  # ends a macro's name: `$\beta$VAE`


def _words(text: str) -> str:
    text = _LETTER.sub(lambda m: _symbol(m[1]) or m[1], text)
    return _WORD.sub(_word, text)


def _word(found: re.Match[str]) -> str:
    """A symbol for its name. An unknown name stays as a word, unless it styles an argument."""
    name, argument = found[1], found[2] or ""
    if name in _LATER:
        return found[0]
    symbol = _symbol(name)
    if symbol is None:
        return "{" if argument else _apart(found, name)
    if symbol.isascii() and symbol.isalpha():  # a function: `n\log{n}` is "n log n"
        return _apart(found, symbol) + (" {" if argument else "")
    return symbol + argument


def _apart(found: re.Match[str], word: str) -> str:
    return f" {word}" if _before(found).isalnum() else word


def _before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - 1) : found.start()]


@lru_cache(maxsize=1024)
def _symbol(name: str) -> str | None:
    known = getattr(_SYMBOLS.get_macro_spec(name), "simplify_repl", None)
    if isinstance(known, str) and "%" not in known:
        return known
    return _MORE_SYMBOLS.get(name)


def _accents(text: str) -> str:
    return _ACCENT.sub(_accented, text)


def _accented(found: re.Match[str]) -> str:
    accent = _COMBINING[found[1] or found[2]]
    letter = (found[3] or found[4]).translate(_DOTLESS)
    return unicodedata.normalize("NFC", letter + accent)


def _structure(text: str) -> str:
    for _ in range(2):  # a fraction under a root, a root in a fraction
        text = _SCRIPT.sub(_script, text)
        text = _ROOT.sub(lambda m: f"√{_grouped(m[1])}", text)
        text = _FRACTION.sub(lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}", text)
    return text


def _script(found: re.Match[str]) -> str:
    side, inner = found[1], found[2].strip()
    if side == "^" and inner in ("*", "°", "∘", "'"):
        return inner.replace("∘", "°")
    small = inner.translate(_HIGH if side == "^" else _LOW)
    if inner and not set(small) & set(inner):
        return small
    return side + _grouped(inner) if inner else ""


def _grouped(inner: str) -> str:
    return inner if len(inner) == 1 or re.fullmatch(r"[\w.√]*", inner) else f"({inner})"


def _leftovers(text: str) -> str:
    text = text.replace("\\sqrt", "√")
    return re.sub(r"\\(?:[dt]?frac)?|[{}]", "", text)


_STEPS: tuple[Callable[[str], str], ...] = (
    _escapes,
    _styles,
    _math,
    _words,
    _accents,
    _structure,
    _leftovers,
)
