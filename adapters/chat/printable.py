"""What a person may see of a text from outside: no control, escape or hidden characters."""

import re
import unicodedata

# ECMA-48: CSI sequences, strings (OSC with its hyperlinks, DCS, SOS, PM, APC), the other escapes;
# each as ESC and a letter or as one C1 character.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_BREAKS = "\t\n\v\f\r\x85\u2028\u2029"
_HIDDEN = ("Cc", "Cf")
"""Controls; formats, which hold the bidi controls and the zero-width characters."""


def printable(text: str) -> str:
    """The text on one line as it reads: escape sequences and hidden characters gone."""
    if text.isprintable():
        return text
    return "".join(map(_shown, _SEQUENCES.sub("", text)))


def _shown(char: str) -> str:
    if char in _BREAKS:
        return " "
    category = unicodedata.category(char)
    if category == "Cs":  # half of a pair, which UTF-8 cannot carry
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category in _HIDDEN else char
