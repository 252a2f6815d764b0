"""Words by which authors say what a sentence is for: a claim, a result, background."""

from collections.abc import Sequence


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PAPER = word_set("paper work article study survey thesis report letter review authors author")
_THIS = word_set("this the our present")


def _forms(verbs: str) -> set[str]:
    """With the endings that a regular verb takes: `study studies studied studying`."""
    found = set(verbs.split())
    for verb in verbs.split():
        stem = verb[:-1] if verb.endswith(("e", "y")) else verb
        past = stem + ("ied" if verb.endswith("y") else "ed")
        third = stem + "ies" if verb.endswith("y") else verb + "s"
        found |= {past, third, (verb if verb.endswith("y") else stem) + "ing"}
    return found


_DOES = {
    "proposes": _forms(
        "propose introduce present develop describe devise design suggest formulate"
    ),
    "builds": _forms(
        "provide offer release contribute create construct derive establish give build built gave"
        " implement curate collect pretrain redesign"
    ),
    "shows": _forms("show demonstrate find prove reveal observe discover identify found shown"),
    "studies": _forms(
        "study investigate explore examine analyze analyse revisit review discuss characterize assess"
        " survey"
    ),
    "hopes": _forms("hope believe expect plan"),
    "aims": _forms("address consider tackle argue aim focus"),
    "uses": _forms(
        "learn use apply extend adopt improve compare evaluate report measure determine conduct"
        " perform test illustrate obtain generalize categorize train unify combine leverage employ"
        " calculate compute estimate exploit enhance validate verify"
    ),
}
_VERBS = {form: does for does, forms in _DOES.items() for form in forms}
_DONE = word_set(
    "proposed introduced presented developed described conducted performed investigated studied"
    " analyzed analysed examined derived compared shown"
)
_BE = word_set("is are was were")

_ANYWHERE = {
    "speaks of outcome": "outperform outperforms outperforming surpass surpasses art sota superior"
    " competitive",
    "speaks of background": "however often typically usually recent existing challenging crucial"
    " important difficult",
    "adds": "also further additionally furthermore moreover finally",
    "says novel": "novel new",
    "says need": "must should need needs requires require",
    "names its kind": "method approach framework model algorithm architecture system dataset"
    " benchmark technique",
}
_FIRST = {
    "opens with it": "it this these they such that those",
    "opens with background": "while although though despite recent recently existing current"
    " currently traditional traditionally conventional previous previously prior many most however"
    " unfortunately",
    "opens with results": "extensive comprehensive empirical empirically experiment experiments"
    " experimental experimentally evaluation evaluations result results",
    "opens with purpose": "to for inspired motivated based building",
}
BACKGROUND = frozenset(["speaks of background", "opens with background"])


def _names(table: dict[str, str]) -> dict[str, str]:
    return {word: name for name, words in table.items() for word in words.split()}


_CUES, _OPENINGS = _names(_ANYWHERE), _names(_FIRST)


def cues(words: Sequence[str]) -> set[str]:
    """The names of what the words of a sentence hint at."""
    found = {_CUES[word] for word in _CUES.keys() & words}
    if words and (opening := _OPENINGS.get(words[0])):
        found.add(opening)
    return found


def authors_do(words: Sequence[str]) -> str:
    """What the authors say that they do: `proposes`, `shows`, ...; empty if they do not speak."""
    for n, word in enumerate(words):
        if word == "we" or (word in _PAPER and not _THIS.isdisjoint(words[max(0, n - 2) : n])):
            return next((_VERBS[verb] for verb in words[n + 1 : n + 8] if verb in _VERBS), "acts")
    return ""


def is_done(words: Sequence[str]) -> bool:
    """Whether something is reported in the passive: `a map is proposed`."""
    return not _DONE.isdisjoint(words) and any(
        word in _DONE and not _BE.isdisjoint(words[max(0, n - 3) : n])
        for n, word in enumerate(words)
    )
