"""Sentences of an abstract, and what makes one of them stand alone."""

import re

_BORDER = re.compile(
    r"[.!?]([\"'”’)\]]*)(?:\s+(?=[\"'“‘(\[]?[a-z]*[A-Z0-9])"
    r"|(?=(?:An?|Based|Experiments?|Finally|First|However|In|It|Moreover|Our|Specifically|The|These|This|To"
    r"|We)[\s,]))"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|figs?|eqs?|secs?|refs?|tabs?|vs|cf|resp|approx|ca|dr|prof|st|no|vol"
    r"|w\.r\.t|a\.k\.a)|(?:^|[\s(.])[A-Z])\.$",
    re.IGNORECASE,
)
_ABBREVIATION_MAX_CHARS = 10
_OPENER = re.compile(r"(?:If|Let|Our|Then|Under|We)\b")
"""What seldom follows an abbreviation: `a ring R. We show`."""

_PAPER = (
    r"(?:paper|work|article|study|letter|report|thesis|survey|review|manuscript|contribution"
    r"|research|chapter)"
)
_BACK = (
    r"(?:its|their|this|these|those|that|such(?! as\b)|our|(?:the )?(?:above|aforementioned)"
    r"|the (?:gap|problem|issue|challenge|limitation)s?)"
)
_LEAD_IN = re.compile(
    rf"(?:(?:to|towards?) \w+(?: \w+)? {_BACK}\b[^.;]{{0,200}}?, (?=we\b|this {_PAPER}\b)"
    r"|(?:however|therefore|thus|hence|moreover|furthermore|additionally|in addition|specifically"
    r"|in particular|finally|lastly|consequently|as a result|accordingly|nevertheless|nonetheless"
    r"|meanwhile|then|so|also|instead|first(?:ly)?|second(?:ly)?|third(?:ly)?|next|overall"
    r"|in contrast|by contrast|on the other hand|more (?:specifically|precisely|importantly)"
    r"|importantly|notably|interestingly|surprisingly|remarkably|strikingly|critically|crucially"
    r"|fortunately|unfortunately|indeed|ultimately|together|collectively|altogether|besides"
    r"|likewise|subsequently|concretely|in short|in summary|to summari[sz]e|in conclusion"
    r"|taken together|to our knowledge|to the best of our knowledge|as such|in turn|to do so"
    r"|in doing so|(?:to|towards?) (?:this|that) (?:end|aim)|for this (?:purpose|reason)"
    r"|with this in mind|in this (?:context|respect|regard|light|vein|direction|way|spirit)"
    rf"|to \w+(?: \w+)? {_BACK}\b[^,.;]{{0,60}}"
    r"|to \w+ (?:it|them)"
    rf"|(?:motivated|inspired|guided|driven) by {_BACK}\b[^,.;]{{0,60}}"
    rf"|(?:based|building|drawing) (?:up)?on {_BACK}\b[^,.;]{{0,60}}"
    r"|as a solution|in response),\s+(?!(?:which|who|whose|where)\b)"
    r"|(?:while|although|though|despite|since|because|unlike)\b[^.;]{0,200}?,"
    r" (?=we\b|this work\b|this paper\b)"
    r"|(?:but|and|yet),?\s+"
    rf"|(?:here(?:in)?|in (?:this|the present|the current|our) (?:\w+ )?{_PAPER}|in the work),?\s+"
    r"(?!(?:proposes|presents|introduces|develops|investigates|studies|aims)\b))",
    re.IGNORECASE,
)
_WE_ALSO = re.compile(
    r"(we) (?:further|then|thus|thereby|therefore|additionally|furthermore|hence|next|finally|first)\b",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r" also\b(?<!\bbut also)(?<!\bso also)| further\b(?<=\bwe further)", re.IGNORECASE
)
"""What may be left out wherever it stands."""
_PROPOSES = re.compile(
    rf"(?:we|this {_PAPER}) (?:\w+ly )?(?:propose|introduce|present|develop|design|build|create"
    r"|study|investigate|explore|examine|discuss|survey|review)",
    re.IGNORECASE,
)
_IN_SUCH = re.compile(
    r"(?<!account)(?<!allow) (?:in|under|for|within|across) (?:these|such|this)"
    r" (?:areas?|cases?|conditions?|constraints|contexts?|directions?|domains?|environments?|fields?"
    r"|literature|regimes?|scenarios?|settings?|situations?|tasks?)\b",
    re.IGNORECASE,
)
"""What may be left out of a proposal; a finding may hold only there."""
_WE_SHOW_THAT = re.compile(
    rf"(?:it is (?:here )?shown(?: here)?|(?:we|this {_PAPER}) (?:\w+ly )?(?:show|demonstrate|find|prove|observe)s?(?: \w+ly)?"
    r"|(?:our|the) (?:\w+ )?(?:results|findings|experiments|analys[ie]s) (?:show|demonstrate|reveal)s?)"
    r" that,?\s+",
    re.IGNORECASE,
)
_ENDING_BACK = re.compile(
    r"(?=[, ])(?<!ing)(?<!ed)(?<!built)(?<!meant)(?<! is)(?<! are)(?<! be)(?<!ly),?(?: (?:\w+ly )?(?:aimed|built|crafted|designed|developed|intended|meant)(?= (?:to|at)\b))?"
    r" (?:to|for|at|and|that|which|thereby|thus) (?:\w+ly )?\w+ (?:this|these|those"
    r"|such(?! as\b)|the (?:above|aforementioned)) (?:(?!(?:is|are|was|were|has|have|remains?) )[\w -]){1,40}(?=\.$)",
    re.IGNORECASE,
)
_END_MAX_CHARS = 120
_LABEL = re.compile(
    r"\(?\d\) (?=[A-Z])|(?:abstract|background|introduction|motivation|objectives?|aims?|purpose|methods?|approach|results?"
    r"|findings|conclusions?|significance)(?: and \w+)?\s*[:.]\s+(?!to\b)",
    re.IGNORECASE,
)
_POINTS_AT_START = re.compile(
    r"(?:it|its|they|their|these|this|that|those|such|both|he|she|the (?:former|latter|resulting))\b"
    rf"(?! (?:\w+ )?{_PAPER}\b)",
    re.IGNORECASE,
)
_THING = r"(?:system|method|approach|framework|dataset|benchmark|tool|platform|pipeline|interface)"
_BACKWARD = re.compile(
    r" (?:this|these|those|such|above|aforementioned|two|three|four|former|latter|proposed|both|prior"
    rf"|previous|earlier|it|its|they|their|them|the {_THING})\b"
)
"""Without one of these words nothing points back; a quick look spares the slow ones."""
_POINTS = re.compile(
    r"\b(?:these|those (?!that|who|with|of|in|from|which)|such (?!as\b|that\b|an? (?:way|manner)\b)|aforementioned"
    rf"|this (?!(?:\w+ )?{_PAPER}\b)|the (?:two|former|latter|above)\b|(?:the|our) proposed\b"
    r"|both (?![^.;]* and )"
    r"|(?:results?|theorems?|algorithms?|methods?) above\b"
    r"|(?:two|three|four) (?:\w+ )?(?:contributions|challenges|components|questions|parts)\.$"
    r"|(?:prior|previous|earlier) work|we (?:\w+ ){1,2}(?:it|its|they|their|them)\b"
    rf"|we \w+ the {_THING}\b(?! (?:of|for|that|which|to)\b))",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(r"(?:[\w ]{1,20}: )?To (?!\w+ (?:is|are|or)\b)[a-z](?:(?! we )[^,;:])*$")

_PLACE = re.compile(
    r"https?://|\b(?:is|are|be)(?: \w+)? available\b|\bcodes? (?:is|are|and|will|can)\b"
    r"|\bsource code\b|\bwill (?:be )?(?:made|open|publish|releas)",
    re.IGNORECASE,
)
_PLACE_HINTS = ("://", " available", "code", "Code", " will ")
_CLOSING = ('"', "”", "’")


def split(text: str) -> list[str]:
    """Split at full stops that end a sentence, not at those of `e.g.`, `et al.` or initials."""
    parts: list[str] = []
    start = 0
    for border in _BORDER.finditer(text):
        stop = border.start() + 1
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
    if that := _WE_SHOW_THAT.match(text):
        rest = text[that.end() :]
        text = text if _POINTS_AT_START.match(rest) else rest
    if _BACKWARD.search(text):
        end = _ENDING_BACK.search(text, max(0, len(text) - _END_MAX_CHARS))
        text = text[: end.start()] + "." if end else text
        text = _IN_SUCH.sub("", text) if _PROPOSES.match(text) else text
    return capitalised(text)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def whole(text: str) -> str:
    """With a full stop, where the text has no end of its own."""
    end = text.rstrip(" ,;:–—-")
    return text if not end or end.endswith((".", "!", "?", "…", *_CLOSING)) else f"{end}."


def points_back(sentence: str) -> bool:
    """Whether it speaks of "it", "these limits", "the two": something said before."""
    if _POINTS_AT_START.match(sentence):
        return True
    return bool(_BACKWARD.search(sentence) and _POINTS.search(sentence))


def is_fragment(sentence: str) -> bool:
    """Whether it has no main clause: a label and its `To measure larks.`."""
    return bool(_FRAGMENT.match(sentence))


def says_where(sentence: str) -> bool:
    """Whether it says where code or data are, which says nothing of what was done."""
    return any(hint in sentence for hint in _PLACE_HINTS) and bool(_PLACE.search(sentence))
