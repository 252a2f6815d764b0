"""Sentences of an abstract, and what makes one of them stand alone."""

import re

_BORDER = re.compile(
    r"(?<=[.!?])([\"'”’)\]]*)(?:\s+(?=[\"'“‘(\[]?[a-z]*[A-Z0-9])"
    r"|(?=(?:An?|Experiments?|However|In|It|Moreover|Our|The|This|To|We)\s))"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|figs?|eqs?|secs?|refs?|tabs?|vs|cf|resp|approx|ca|dr|prof|st|no|vol"
    r"|w\.r\.t|a\.k\.a)|(?:^|[\s(.])[A-Z])\.$",
    re.IGNORECASE,
)
_ABBREVIATION_MAX_CHARS = 10
_OPENER = re.compile(r"(?:If|Let|Our|Then|Under|We)\b")
"""What seldom follows an abbreviation: `a ring R. We show`."""

_PAPER = r"(?:paper|work|article|study|letter|report|thesis|survey|review|manuscript|contribution|research)"
_BACK = (
    r"(?:this|these|those|that|such(?! as\b)|our|(?:the )?(?:above|aforementioned)"
    r"|the (?:gap|problem|issue|challenge|limitation)s?)"
)
_LEAD_IN = re.compile(
    r"(?:(?:however|therefore|thus|hence|moreover|furthermore|additionally|in addition|specifically"
    r"|in particular|finally|lastly|consequently|as a result|accordingly|nevertheless|nonetheless"
    r"|meanwhile|then|so|also|instead|first(?:ly)?|second(?:ly)?|third(?:ly)?|next|overall"
    r"|in contrast|by contrast|on the other hand|more (?:specifically|precisely|importantly)"
    r"|importantly|notably|interestingly|surprisingly|in short|in summary|to summari[sz]e"
    r"|in conclusion|to our knowledge|to the best of our knowledge|concretely|crucially"
    r"|(?:to|towards?) (?:this|that) (?:end|aim)|for this (?:purpose|reason)|with this in mind|in this context"
    rf"|to \w+(?: \w+)? {_BACK}\b[^,.;]{{0,60}}"
    r"|to \w+ (?:it|them)"
    rf"|(?:motivated|inspired|guided|driven) by {_BACK}\b[^,.;]{{0,60}}"
    rf"|(?:based|building|drawing) (?:up)?on {_BACK}\b[^,.;]{{0,60}}|as a solution|in response),\s+(?!(?:which|who|whose|where)\b)"
    r"|(?:while|although|though|despite|since|because|unlike)\b[^.;]{0,200}?, (?=we\b|this work\b|this paper\b)"
    r"|(?:but|and|yet)\s+"
    rf"|(?:here(?:in)?|in (?:this|the present|the current|our) (?:\w+ )?{_PAPER}|in the work),?\s+)",
    re.IGNORECASE,
)
_WE_ALSO = re.compile(
    r"(we) (?:further|then|thus|thereby|therefore|additionally|furthermore|hence|next|finally|first)\b",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?<!\bbut)(?<!\bso) also\b|(?<=\bwe) further\b"
    r"| (?:in|under) (?:these|such|this) (?:conditions?|constraints|contexts?|settings?|scenarios?)\b",
    re.IGNORECASE,
)
"""What may be left out wherever it stands."""
_WE_SHOW_THAT = re.compile(
    rf"(?:it is (?:here )?shown(?: here)?|(?:we|this {_PAPER}) (?:\w+ly )?(?:show|demonstrate|find|prove|observe)s?(?: \w+ly)?"
    r"|(?:our|the) (?:\w+ )?(?:results|findings|experiments|analys[ie]s) (?:show|demonstrate|reveal)s?)"
    r" that,?\s+",
    re.IGNORECASE,
)
_IT_MAKES = re.compile(r"it (?=(?:\w+ly )?(?:propos|introduc|present)\w*\b)", re.IGNORECASE)
_BY_DOING = re.compile(
    rf"(we|this {_PAPER}) (?:(?:\w+ly )?\w+ (?:in )?{_BACK}[^,.;]{{0,60}}?(?:, by|,| by| through)"
    r"|(?:start|begin) by) "
    r"(introduc|propos|present|develop|design|build|creat|construct|deriv|releas|analyz|compar"
    r"|combin|leverag|establish|us)ing\b(?![^.;]*(?:,|\band) \w+ing\b)(?!,)",
    re.IGNORECASE,
)
_ENDING_BACK = re.compile(
    r"(?<!ing),? (?:to|for|and|that|which|thereby|thus) (?:\w+ly )?\w+ (?:this|these|those"
    r"|such(?! as\b)|the (?:above|aforementioned)) [\w -]{1,40}(?=\.$)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:background|introduction|motivation|objectives?|aims?|purpose|methods?|approach|results?"
    r"|findings|conclusions?|significance)(?: and \w+)?\s*[:.]\s+(?!to\b)",
    re.IGNORECASE,
)
_POINTS_AT_START = re.compile(
    r"(?:it|its|they|their|these|this|that|those|such|both|he|she|the (?:former|latter|resulting))\b"
    rf"(?! (?:\w+ )?{_PAPER}\b)",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:these|those (?!that|who|with|of|in|from|which)|such (?!as\b|that\b)|aforementioned"
    rf"|this (?!(?:\w+ )?{_PAPER}\b)|the (?:two|former|latter|above)\b|(?:the|our) proposed\b"
    r"|both (?![^.;]* and )"
    r"|(?:results?|theorems?|algorithms?|methods?) above\b"
    r"|(?:two|three|four) (?:\w+ )?(?:contributions|challenges|components|questions|parts)\.$"
    r"|(?:prior|previous|earlier) work|we (?:\w+ ){1,2}(?:it|its|they|their|them)\b)",
    re.IGNORECASE,
)
_TRAILS = re.compile(
    r"; | [–—-]+ |, (?=(?:which|where|while|whereas|thereby|thus|including|covering|with|without|and thus"
    r"|achieving|enabling|allowing|improving|leading|resulting|making|outperforming)\b)"
)


def split(text: str) -> list[str]:
    """Split at full stops that end a sentence, not at those of `e.g.`, `et al.` or initials."""
    parts: list[str] = []
    start = 0
    for border in _BORDER.finditer(text):
        stop = border.start()
        short = _ABBREVIATION.search(text, max(start, stop - _ABBREVIATION_MAX_CHARS), stop)
        if not short or _OPENER.match(text, border.end()):
            parts.append(text[start : border.end(1)])
            start = border.end()
    return [*parts, text[start:]] if text[start:] else parts


def stand_alone(sentence: str) -> str:
    """Without what ties it to the sentences before it: a whole sentence with a capital."""
    text = _LABEL.sub("", sentence, count=1) if _LABEL.match(sentence) else sentence
    while lead := _LEAD_IN.match(text):
        text = text[lead.end() :]
    if also := _WE_ALSO.match(text):
        text = also[1] + text[also.end() :]
    text = _LOOSE.sub("", text)
    if by := _BY_DOING.match(text):
        text = by[1] + " " + _verb(by[2], by[1]) + text[by.end() :]
    if that := _WE_SHOW_THAT.match(text):
        rest = text[that.end() :]
        text = text if _POINTS_AT_START.match(rest) else rest
    if it := _IT_MAKES.match(text):
        text = "This work " + text[it.end() :]
    text = _ENDING_BACK.sub("", text)
    return text[:1].upper() + text[1:]


def points_back(sentence: str) -> bool:
    """Whether it speaks of "it", "these limits", "the two": something said before."""
    return bool(_POINTS_AT_START.match(sentence) or _POINTS.search(sentence))


def shortened(sentence: str, limit: int) -> str:
    """Without a trailing clause or more, where that makes it a whole sentence within `limit`."""
    if len(sentence) <= limit:
        return sentence
    for border in reversed(list(_TRAILS.finditer(sentence, limit // 3, limit))):
        head = sentence[: border.start()]
        if head.count("(") == head.count(")"):
            return head.rstrip(" ,") + "."
    return sentence


def _verb(stem: str, subject: str) -> str:
    verb = stem if stem in _WHOLE_STEMS else stem + "e"
    return verb if subject.lower() == "we" else verb + "s"


_WHOLE_STEMS = frozenset({"present", "develop", "design", "build", "construct", "establish"})
