"""One sentence of the abstract that says what the paper does, by rules alone.

Tuned on the SciTLDR train split; `tests/bench/tldr.py` measures it on dev.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from adapters.summaries.acronyms import write_out
from adapters.summaries.sentences import points_back, shortened, split, stand_alone
from bot.domain.papers import Paper, Summary
from bot.domain.shortening import cut

MAKER = "abstract"
SUMMARY_MAX_CHARS = 300

# Each weight: what such a sentence gains over its neighbours. Fitted to ROUGE-1 and rounded, and
# where that hardly changes, set by reading what is chosen.
FIRST_CLAIM = 0.7  # authors state the contribution before its details
MAKES = 0.5  # "we propose" names the contribution, "we show" may be a detail
LIKE_TITLE = 2.0  # times the cosine of its words and the title's
POINTS_BACK = -0.7  # "It", "such methods", "this gap": at a sentence that is left out
FRAGMENT = -0.7  # under eight words it seldom says what is done
BACKGROUND = -0.6  # "Existing methods", "has become": what others did
ELSEWHERE = -1.0  # where the code is says nothing of what was done
BEFORE = -0.3  # what comes before the first claim leads to it
OUTCOME = -0.3  # "Our method outperforms": how well it works, not what it is
DETAIL = -0.2  # "we also", "we first": one step of several
LONG = -0.2  # would be cut

_SUBJECT = (
    r"\b(?:we|it|(?:this|the|our|present) (?:\w+ )?(?:paper|work|article|study|survey|thesis"
    r"|report|letter|review)|(?:the )?authors?)\b[^.;]{0,40}?\b"
)
_MAKES = re.compile(
    _SUBJECT + r"(?:propos|introduc|present(?:s|ed)?\b|develop|describ|devis|design|suggest"
    r"|formulat|buil[dt]|provid|offer|releas|contribut|creat|construct|deriv|establish|giv)",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were) (?:\w+ ){0,2}(?:proposed|introduced|presented|developed|described"
    r"|conducted|performed|investigated|studied|analy[sz]ed|examined|derived|compared|shown)\b"
    r"|\b(?:goal|aim|purpose|objective)s?\b[^.;]{0,60}? (?:is|was|were|are) to\b",
    re.IGNORECASE,
)
_CLAIMS = re.compile(
    _SUBJECT
    + r"(?:show|demonstrat|find|found|prov|stud(?:y|ies)|investigat|explor|examin|analy[sz]"
    r"|address|consider|tackl|argu|reveal|aim|focus|learn|us(?:e|es|ed)\b|appl(?:y|ies)|extend"
    r"|adopt|improv|compar|evaluat|report|identif|discover|measur|characteri|determin|conduct"
    r"|perform|test|observ|discuss|review|illustrat|obtain|generali|categori|train|assess)",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"^(?:while|although|though|despite|recent(?:ly)?|existing|current(?:ly)?|traditional(?:ly)?"
    r"|conventional|previous|prior|many|most|in recent years|in the past)\b"
    r"|\b(?:has|have) (?:\w+ly )?(?:been|become|shown|proven|emerged|achieved|made|attracted)\b"
    r"|\b(?:is|are|remains?) (?:\w+ )?(?:crucial|essential|important|critical|challenging"
    r"|difficult|limited|popular|unclear|a challenge|underexplored|unexplored|scarce|unknown)\b"
    r"|\b(?:often|typically|usually|however|suffers?|lacks?)\b",
    re.IGNORECASE,
)
_OUTCOME = re.compile(
    r"^(?:extensive|comprehensive|empirical|experiment\w*|evaluations?|results?|our (?:\w+ )?"
    r"(?:method|model|approach|framework|algorithm|system|results?|experiments?|evaluations?))\b"
    r"|\b(?:outperform|state[ -]of[ -]the[ -]art|surpass|contributes? to|literature|sheds? light|pav(?:e|es|ing) the way"
    r"|we (?:plan|need|hope|believe|expect)\b)",
    re.IGNORECASE,
)
_DETAIL = re.compile(r"\bwe (?:also|additionally|finally|first|further|next|then)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(r"https?://|\b(?:is|are) (?:\w+ )?available\b", re.IGNORECASE)

_EMPHASIS = re.compile(r"(\*{1,2})(\w[^*]*)\1(?!\w)")  # of Markdown

_CONTENT_WORD = re.compile(
    r"\b(?!(?:an?|and|are|as|at|be|by|can|for|from|how|in|is|it|its|of|on|or|our|that|the|this|to"
    r"|towards?|using|via|we|what|when|which|with)\b)[a-z0-9]+"
)
_ENDING = re.compile(r"(?<=\w{3})(?:ing|ies|es|ed|s)\b")


class Extractive:
    """`ports.summaries.Summarizer` without a model: what came with the paper, else a sentence."""

    def summarize(self, paper: Paper) -> Summary | None:
        if paper.summary:
            return paper.summary
        text = best_sentence(paper.abstract, title=paper.title)
        return Summary(text=cut(text, SUMMARY_MAX_CHARS), maker=MAKER) if text else None


@lru_cache(maxsize=4_096)  # a paper is shown in several channels, and again in searches
def best_sentence(abstract: str, *, title: str) -> str:
    """The sentence that says most of what the paper does, made to stand alone."""
    text = _EMPHASIS.sub(r"\2", " ".join(abstract.split()))
    found = split(text)
    if not found:
        return ""
    chosen = stand_alone(found[_best(found, title)])
    return shortened(write_out(chosen, text=text, title=title), SUMMARY_MAX_CHARS)


def _best(found: Sequence[str], title: str) -> int:
    wanted = _words(title)
    first = _first_claim(found, title)
    scores = [
        _score(sentence, wanted) + FIRST_CLAIM * (n == first) + BEFORE * (n < first)
        for n, sentence in enumerate(found)
    ]
    return scores.index(max(scores))


def _first_claim(found: Sequence[str], title: str) -> int:
    """Where the authors first say what they do; without a "we", where the title's name is."""
    name = title.partition(":")[0] + " "
    for n, sentence in enumerate(found):
        if _MAKES.search(sentence) or _CLAIMS.search(sentence):
            return n
    for n, sentence in enumerate(found):
        if sentence.startswith(name) or _PASSIVE.search(sentence):
            return n
    return -1


def _score(sentence: str, wanted: frozenset[str]) -> float:
    alone = stand_alone(sentence)
    makes = bool(_MAKES.search(sentence))
    claims = makes or bool(_CLAIMS.search(sentence))
    return (
        LIKE_TITLE * _likeness(alone, wanted)
        + MAKES * makes
        + FRAGMENT * (alone.count(" ") < 7)
        + ELSEWHERE * bool(_ELSEWHERE.search(alone))
        + POINTS_BACK * points_back(alone)
        + BACKGROUND * (not claims and bool(_BACKGROUND.search(alone)))
        + OUTCOME * bool(_OUTCOME.search(alone))
        + DETAIL * bool(_DETAIL.search(sentence))
        + LONG * (len(alone) > SUMMARY_MAX_CHARS)
    )


def _likeness(sentence: str, wanted: frozenset[str]) -> float:
    words = _words(sentence)
    shared = len(words & wanted)
    return shared / (len(words) * len(wanted)) ** 0.5 if shared else 0.0


def _words(text: str) -> frozenset[str]:
    """Content words without their usual endings."""
    return frozenset(_CONTENT_WORD.findall(_ENDING.sub("", text.lower())))
