"""Shorter forms of a sentence that stay whole sentences and say nothing that it does not say.

What may restrict a claim stays: `if`, `when`, `under`, `for`, `only`, `but`.
"""

import re

from adapters.summaries.acronyms import FAMILIAR
from adapters.summaries.sentences import capitalised

HEAD_MIN_WORDS = 10

_PAPER = r"(?:paper|work|article|study|letter|report|thesis|survey|review)"
_AUTHORS = re.compile(
    rf"(?:[^,;:]{{1,120}}, )?(?:we|(?:this|the present) (?:\w+ )?{_PAPER}) ", re.IGNORECASE
)
"""Only where the authors speak is it plain where the main clause begins."""

_DOES = (
    r"(?:analy[sz]e|apply|argue|compare|derive|demonstrate|describe|develop|discuss|evaluate|examine"
    r"|explain|explore|find|illustrate|introduce|investigate|propose|prove|provide|show|validate"
    r"|verify)s?"
)
_AND_DOES = (
    rf"and (?:\w+ly |also |then |further |thus |hence |thereby |therefore )?(?:we|it|{_DOES})"
)
_TAIL = re.compile(
    r"; |: (?=\(?[1ia]\))|, (?=(?:which|where|whereby|while|whereas|thereby|thus|hence|including|such as"
    r"|as well as|rather than|even (?:when|with|for|in|on|though)|because|since|so that|achieving"
    r"|addressing|allowing|avoiding|bridging|capturing|combining|covering|demonstrating|eliminating"
    r"|enabling|ensuring|exploring|facilitating|finding|giving|improving|incorporating|leading"
    r"|leveraging|maintaining|making|offering|outperforming|preserving|producing|providing|reducing"
    rf"|requiring|resulting|showing|supporting|surpassing|using|yielding|{_AND_DOES})\b)"
    rf"| (?<! not )(?=(?:whereas|in order to|so that|because|as well as|{_AND_DOES})\b)"
)
_OTHER_VERB = re.compile(r"\b(?:to|that|which|who|can|could|may|might|will|helps?)\b")
"""After one of these, an `and show` may go on with its verb: `tools to find and show errors`."""
_LIST = re.compile(
    r", (?!(?:an?|the|and|or|we|called|named|termed|dubbed|namely|based|by|in|for|with|i\.e|e\.g)\b)"
)
_LEAD = re.compile(
    r"(?:to|towards?|by|using|leveraging|exploiting|utili[sz]ing|employing|adopting|combining"
    r"|extending|building|drawing|addressing|recogni[sz]ing|noting|observing|aiming|seeking"
    r"|inspired|motivated|guided|driven|based|unlike|instead of|rather than|because|since"
    rf"|following)\b[^;:.?]{{0,240}}?, (?=(?:we|this {_PAPER})\b)",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"\([1ia]\) |, an? (?:[\w-]+ )?[\w-]+$")
"""A list that has begun, or a name said to be `a method` and no more."""
_RESTRICTS = re.compile(r"\b(?:only|if|when|unless|except|not|no|under|assuming|without)\b")
_ASIDE = re.compile(r" \((?![\d\s.,]*\))([^()]{1,120})\)(?=[ ,.;:?!])")


def shorter(sentence: str) -> list[str]:
    """Forms of `sentence`, itself the first: without its purpose, its last clauses, its asides."""
    bases = [sentence]
    if lead := _LEAD.match(sentence):
        bases.append(capitalised(sentence[lead.end() :]))
    heads = [head for base in bases for head in _heads(base)]
    return list(dict.fromkeys([*heads, *map(_without_asides, heads)]))


def _heads(sentence: str) -> list[str]:
    heads = [sentence]
    start = _AUTHORS.match(sentence)
    if start:
        for tail in _TAIL.finditer(sentence, start.end()):
            head = sentence[: tail.start()]
            if _LIST.search(head, start.end()):
                break
            bare = sentence.startswith(" and", tail.start())
            if _whole(head) and not (bare and _OTHER_VERB.search(head, start.end())):
                heads.append(head + ".")
    return heads


def _whole(head: str) -> bool:
    return (
        head.count(" ") >= HEAD_MIN_WORDS - 1
        and head.count("(") == head.count(")")
        and head.count("“") == head.count("”")
        and head.count('"') % 2 == 0
        and ":" not in head
        and not _UNFINISHED.search(head)
    )


def _without_asides(sentence: str) -> str:
    """Without what stands in brackets, but for a new name and what is spoken of again."""
    return _ASIDE.sub(lambda m: "" if _is_aside(m[1], sentence) else m[0], sentence)


def _is_aside(inner: str, sentence: str) -> bool:
    new_name = inner.isalnum() and inner.removesuffix("s") not in FAMILIAR
    return not (new_name or _RESTRICTS.search(inner) or sentence.count(inner) > 1)
