"""The pictures of the local page, from the program itself."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from tests.adapters.chat.test_web_browser import CHROMIUM, OPTIONS

SIZE = {"width": 1100, "height": 860}


async def page_pictures(folder: Path) -> None:
    trial = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from bot.cli import main; main()", "try", "--offline", "--port", "0",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert trial.stdout
    while b"http://127" not in (line := await trial.stdout.readline()):
        pass
    address = next(word for word in line.decode().split() if word.startswith("http"))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for scheme in ("light", "dark"):
            page = await browser.new_page(
                viewport=SIZE, color_scheme=scheme, device_scale_factor=1.5
            )
            await page.goto(f"{address}c/agents")
            await page.screenshot(path=folder / f"page-{scheme}.png")
        await browser.close()
    trial.terminate()
    await trial.wait()
