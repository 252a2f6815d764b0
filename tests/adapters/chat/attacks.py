"""Texts that try to become a mention, a link or markup on a chat platform, by what they try.

`printable` takes hidden characters out, so those inside a mention must not put it together again.
"""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from tests.adapters.chat import hostile

LONG = 50_000


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.strip().splitlines())


_SLACK_MENTIONS = r"""
<!channel> <!here> <!here|x> <!everyone> <!everyone|@everyone> <!group> <!channel|<!here>>
<@U012345> <@U012345|anna> <@W012345> <@B012345> <#C0123> <#C0123|general> <#C0123|<@U1>>
<!subteam^S1> <!subteam^S1|team> <!subteam^S1|@team>
<!date^1^{date}^https://evil.example|x> <!date^1392734382^{date_num}|2014>
<!unknown^x|label> <!> <@> <#> <@U012345 <!channel @channel @group @U012345 #general
"""

_DISCORD_MENTIONS = """
@everyone @here <@123> <@!123> <@&123> <#123> <@123456789012345678> <@!123456789012345678>
<@&123456789012345678> <#123456789012345678> </cmd:1> </papers:123456789012345678> <:e:1>
<:emoji:123456789012345678> <a:e:1> <a:party:123456789012345678> <t:1> <t:1:R> <t:1618953630:F>
<id:customize> <id:browse> <id:guide> <id:linked-roles> <id:linked-roles:1> <@everyone> <@&everyone>
<sound:1:2> @@everyone a@everyone. (@here) |@everyone| *@everyone* `@everyone` @everyone@here
"""

_IN_MIXED_CASE = """
<!Channel> <!CHANNEL> <!HeRe> <!EVERYONE> <@u012345> <!SubTeam^S1> @Everyone @EVERYONE @HERE
&LT;!channel&GT; <T:1:r> <ID:customize>
"""

_ENCODED = (
    "<!channel>",
    "<!here|x>",
    "<@U012345>",
    "<@123>",
    "@everyone",
    "[a](https://e.example/x)",
)


def _encodings(text: str) -> Iterable[str]:
    """As entities once, twice, numeric and hexadecimal, as in an address, as an escape."""
    once = escape(text).replace("@", "&commat;").replace("[", "&lbrack;")
    return (
        once,
        escape(once),
        "".join(f"&#{ord(char)};" for char in text),
        "".join(f"&#x{ord(char):X};" for char in text),
        quote(text, safe=""),
        "".join(f"\\u{ord(char):04x}" for char in text),
    )


_HIDDEN = "\u200b\u200d\u2060\u00ad\ufeff\u202e\u2066\u061c\u180e\x00\x07\U000e0041"


def _split_by(hidden: str) -> Iterable[str]:
    return (
        f"@{hidden}everyone",
        f"<!{hidden}channel>",
        f"<{hidden}@U012345>",
        f"<{hidden}@{hidden}1{hidden}2{hidden}3>",
        f"[a]{hidden}(https://evil{hidden}.example)",
    )


_LOOKALIKES = """
＜!channel＞ ＜@U012345＞ ‹!channel› 〈@123〉 ⟨@123⟩ ﹤!here﹥ ＠everyone ﹫here <＠123> <!ｃhannel>
［arXiv］（https://evil.example） [arXiv]（https://evil.example） ＊bold＊ ＿it＿ ｀code｀ ︱︱x︱︱ <@١٢٣> <@１２３>
<！channel> &＃60;!channel>
"""

_SLACK_LINKS = """
<https://evil.example>
<https://evil.example|arXiv>
<https://evil.example|https://arxiv.org/abs/2401.00001>
<http://evil.example|<https://arxiv.org>>
<https://evil.example|a|b>
<https://evil.example|arXiv
<mailto:x@evil.example|write to us>
<javascript:alert(1)|arXiv>
<slack://channel?team=T1&id=C1|arXiv>
<tel:+123|call> <+123>
<file:///etc/passwd|file>
arXiv><https://evil.example|arXiv
x|y>z|w
"""

_MARKDOWN_LINKS = r"""
[arXiv](https://evil.example)
[arXiv](<https://evil.example>)
[arXiv](https://evil.example "a title")
[arXiv](https://evil.example 'a title')
[arXiv]( https://evil.example )
[https://arxiv.org](https://evil.example)
[a [nested] label](https://evil.example)
[[arXiv]](https://evil.example)
[a\](https://arxiv.org)](https://evil.example)
[arXiv](https://evil.example/a_(b)_(c))
[**bold**](https://evil.example)
[](https://evil.example)
![picture](https://evil.example/x.png)
[![picture](https://evil.example/x.png)](https://evil.example)
[arXiv][1]
[1]: https://evil.example
[arXiv][]
[arXiv]: <https://evil.example> "title"
[arXiv](JaVaScRiPt:alert(1))
[arXiv](data:text/html,<script>alert(1)</script>)
[arXiv](steam://run/1)
[arXiv](discord://-/channels/1/2)
[arXiv](slack://open)
[arXiv](mailto:x@evil.example)
[arXiv](//evil.example)
[arXiv](evil.example)
](https://evil.example)
x](https://evil.example) [y
](https://evil.example)[
)](https://evil.example)(
<x@evil.example>
"""

_ADDRESSES = """
https://evil.example http://evil.example HTTPS://EVIL.EXAMPLE https://evil.example/?a=<b>&c=|d
https://user:pass@evil.example https://arxiv.org@evil.example https://arxiv.org.evil.example
https://evil.example\\@arxiv.org https://еvil.example https://xn--vil-4dd.example
https:evil.example https:/evil.example (https://evil.example) https://evil.example)
"https://evil.example" hxxps://evil.example steam://run/1 discord://-/channels/1/2 slack://open
ftp://evil.example file:///etc/passwd data:text/html,x evil.example
www.evil.example discord.gg/evil https://discord.gg/evil x@evil.example mailto:x@evil.example
tel:+123 +1-555-0100 xhttps://evil.example https://https://evil.example https://[::1]/ #hashtag
"""

_MARKUP = r"""
*bold* **bold** ***both*** _italics_ __underline__ ~strike~ ~~strike~~ ||spoiler|| `code` ` ```
>quote \ \\ \<@1> \\<@1> \<!channel> \@everyone \[a](https://evil.example) \*plain\* \\*bold\\*
\\[a](https://evil.example) \\\[a](https://evil.example) [a\\](https://evil.example) \`a\`b\`
backslash\ *star* star* tick` --- *** f_*_~`|*_~` *_~`*_~`*_~`*_~`*_~`*_~` $$x^2$$ $<!channel>$
"""

_MARKUP_LINES = r"""
> quote
>>> quote to the end
&gt; quote
# heading
### heading
-# small print
- item
+ item
• item
1. item
1) item
- [x] task
``a ` b``
snake_case_name and 2*3*4 and ~x~ and a|b|c
<!-- <!channel> -->
"""

_SEVERAL_LINES = (
    "```\nfence\n```", "```js\nfence", ">>> quote\nto the end", "a\n> quote", "a\n# heading",
    "a\n-# small print", "a\n- item\n  - deeper", "title\n=====", "title\n-----",
    "| a | b |\n|---|---|\n| c | d |", "<https://evil.example|a\nb>",
    "<https://evil.example\n|arXiv>", "[a\nb](https://evil.example)",
    "[a](\nhttps://evil.example\n)", "[arXiv][1]\n\n[1]: https://evil.example",
)  # fmt: skip

_EMOJI = ":skull: :wave::skin-tone-2: :+1: :a:b:c: :: :@everyone: ☠️:x: :)"

_TEMPLATES_AND_QUOTES = r"""
{{7*7}} {%raw%} {0}{x!r}%s%(x)s${x}$(id)`id` \",\n,\u003c!channel\u003e
", "text": "<!channel>", "x": "
"}]},{"type":"section","text":{"type":"mrkdwn","text":"<!channel>"}}
'}; DROP TABLE papers; --
v1:save:
v1:save:2401.00001
v2:save:2401.00001
v1:
:
::::
/papers unsubscribe 1
"""

_CONTROLS = (
    "\x00", "<!chan\x00nel>", "\x1b[31m<!channel>\x1b[0m", "<!\x1b[0mchannel>",
    "@\x1b]0;x\x07everyone", "<\x9b0m@123>", "a\r\n<!channel>\r\n> b",
    "a\u2028# b\u2029- c\x0b-# d\x85> e", "\ud83d", "\udca9\ud83d", "<\ud83d@123>",
    "@\udc00everyone", "\ufffe\uffff\ufdd0", "e" + "\u0301" * 400, "@\u0301everyone",
    "<\u0338!channel>", "\u202e<lennahc!>", "\u202e>321@<",
    "\u2067[arXiv]\u2069(https://evil.example)", "\u200b", "\u200f\u200f\u200f", " ",
    "\u00a0\u3000\u2003", "\u115f\u3164\uffa0", "\t\n",
)  # fmt: skip

_LONG = (
    "w" * LONG, "word " * (LONG // 5), " " * LONG, "x" + " " * LONG + "y", "\n" * LONG, "[" * LONG,
    "]" * LONG, "()[]<>{}" * (LONG // 8), "<" * LONG, "&" * LONG, "&amp;" * (LONG // 5),
    "\\" * LONG, "`" * LONG, "*_~|" * (LONG // 4), "!?.,;:-" * (LONG // 7),
    "<!channel>" * (LONG // 10), "@everyone " * (LONG // 10),
    "[a](https://evil.example)" * (LONG // 25),
    "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}" * (LONG // 7), "\N{GRINNING FACE}" * LONG,
    "שלום עולם مرحبا " * (LONG // 16), "漢" * LONG, "\u200b" * LONG, "a\u0301" * (LONG // 2),
    *("x" * n + "<@1>" for n in range(70, 81)),
    *("x" * n + "&<*&<*" for n in (145, 147, 149, 295, 297, 299, 2_999, 3_999)),
)  # fmt: skip

CORPUS: dict[str, tuple[str, ...]] = {
    "slack mentions": _words(_SLACK_MENTIONS),
    "discord mentions": _words(_DISCORD_MENTIONS),
    "mixed case": _words(_IN_MIXED_CASE),
    "encoded": tuple(coded for text in _ENCODED for coded in _encodings(text)),
    "hidden characters": tuple(text for hidden in _HIDDEN for text in _split_by(hidden)),
    "lookalikes": _words(_LOOKALIKES),
    "slack links": _lines(_SLACK_LINKS),
    "markdown links": _lines(_MARKDOWN_LINKS),
    "addresses": _words(_ADDRESSES),
    "markup": _words(_MARKUP) + _lines(_MARKUP_LINES) + _SEVERAL_LINES,
    "emoji": _words(_EMOJI),
    "templates and quotes": _lines(_TEMPLATES_AND_QUOTES),
    "controls": _CONTROLS,
    "long": _LONG,
    "pages and terminals": hostile.ATTACKS,
}
