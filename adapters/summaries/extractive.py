"""A sentence of the abstract that says what the paper does, without a language model.

Fitted to SciTLDR's train split; `tests/bench/tldr.py` measures it on dev.
"""

import re
from functools import lru_cache

from adapters.summaries.acronyms import write_out
from adapters.summaries.ranking import SUMMARY_MAX_CHARS, best, load_weights
from adapters.summaries.sentences import split, whole
from bot.domain.papers import Paper, Summary
from bot.domain.shortening import cut

_WEIGHTS = load_weights()

MAKER = "abstract"

_EMPHASIS = re.compile(r"(\*{1,2})(\w[^*]*)\1(?!\w)")  # of Markdown
_CITATION = re.compile(r" \[\d{1,3}(?:(?:, ?|[–-])\d{1,3})*\]")  # `as in [22]` of an abstract
_HOLE = re.compile(r"(?<=[.!?])(?: [.,;])+(?= |$)|,? (?=[.,;](?: |$))")  # of a macro: `a model, .`


class Extractive:
    """`ports.summaries.Summarizer`: what there is of the paper, else a sentence of its abstract."""

    def summarize(self, paper: Paper) -> Summary | None:
        if given := paper.summary or paper.written:
            return given
        text = best_sentence(paper.abstract, title=paper.title)
        return Summary(text=cut(text, SUMMARY_MAX_CHARS), maker=MAKER) if text else None


@lru_cache(maxsize=4_096)  # a paper is shown in several channels, and again in searches
def best_sentence(abstract: str, *, title: str) -> str:
    """The sentence that says most of what the paper does, made to stand alone; seldom two."""
    text = _mended(" ".join(abstract.split()))
    found = split(text)
    if not found:
        return ""
    chosen = best(found, title, _WEIGHTS)
    explained = write_out(chosen, text=text, title=title)
    return whole(explained if len(explained) <= SUMMARY_MAX_CHARS else chosen)


def _mended(text: str) -> str:
    """Without the traces of markup."""
    if "*" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if " [" in text:
        text = _CITATION.sub("", text)
    if any(hole in text for hole in (" .", " ,", " ;")):
        text = _HOLE.sub("", text)
    return text
