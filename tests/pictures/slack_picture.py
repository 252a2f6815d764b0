"""Pictures of Slack messages: the blocks that were sent, drawn in Chromium without a network.

Needs npm and, the first time, its registry; the finished bundle is kept in the user's cache.
"""

import base64
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from playwright.async_api import Page, Route, async_playwright

from tests.adapters.chat.test_web_browser import CHROMIUM, OPTIONS
from tests.npm import installed, run

SOURCE = Path(__file__).parent / "slack"
LOGO = Path(__file__).parents[2] / "adapters" / "chat" / "web" / "static" / "lark.svg"
SIZE = {"width": 720, "height": 800}

_PAGE = """<!doctype html><meta charset="utf-8"><title>Slack</title>
<link rel="stylesheet" href="{bundle}/conversation.css"><main></main>
<script type="application/json" id="conversation">{data}</script>
<script src="{bundle}/conversation.js"></script>"""


@dataclass(frozen=True, kw_only=True)
class SlackPost:
    blocks: Sequence[Mapping[str, Any]]
    channel: str = ""
    """As Slack's header says it, `# world-models`; said again only where it changes."""
    time: str = "9:00 AM"
    private: bool = False
    """Only visible to you."""
    replies: "tuple[SlackPost, ...]" = ()


async def slack_picture(
    posts: Sequence[SlackPost], path: Path, *, images: Mapping[str, Path] | None = None
) -> None:
    """Draw the posts below one another, 720 px wide, at twice the pixels.

    `images` are the files to show for addresses in the blocks; nothing else is ever loaded.

    Raises:
        LookupError: the blocks hold an address that is not in `images`.
    """
    bundle = await _bundle()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = await browser.new_page(viewport=SIZE, device_scale_factor=2)
        refused = await _serve_only(page, images or {})
        with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as html:
            html.write(_PAGE.format(bundle=bundle.as_uri(), data=_data(posts)))
            html.flush()
            await page.goto(Path(html.name).as_uri(), wait_until="networkidle")
            await page.locator("main").screenshot(path=path)
        await browser.close()
    if refused:
        raise LookupError(f"no file for {', '.join(refused)}")


def _data(posts: Sequence[SlackPost]) -> str:
    logo = f"data:image/svg+xml;base64,{base64.b64encode(LOGO.read_bytes()).decode()}"
    data = {"logo": logo, "posts": [asdict(post) for post in posts]}
    return json.dumps(data).replace("<", "\\u003c")


async def _serve_only(page: Page, images: Mapping[str, Path]) -> list[str]:
    """Answer addresses from files and refuse the others; these are listed in what is returned."""
    refused: list[str] = []

    async def answer(route: Route) -> None:
        if file := images.get(route.request.url):
            await route.fulfill(path=file)
        else:
            refused.append(route.request.url)
            await route.abort()

    await page.route(lambda url: not url.startswith(("file:", "data:")), answer)
    return refused


async def _bundle() -> Path:
    """The folder of the bundled page; made again when its source changes."""
    sources = sorted(SOURCE.iterdir())
    state = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()
    kept = user_cache_path("paperlark") / "pictures" / f"slack-{state[:16]}"
    if not kept.exists():
        async with installed(SOURCE) as work:
            await run(
                "npx", "--no-install", "esbuild", "conversation.jsx",
                "--bundle", "--minify", "--jsx=automatic", "--outdir=bundle", cwd=work,
            )  # fmt: skip
            shutil.copytree(work / "bundle", kept)
    return kept
