"""The pictures of the README: `uv run python -m tests.pictures`."""

import asyncio
from pathlib import Path

from tests.pictures.discord_picture import discord_pictures
from tests.pictures.page_picture import page_pictures
from tests.pictures.slack_scene import slack_pictures

PICTURES = Path(__file__).parents[1] / "golden" / "pictures"


async def main() -> None:
    await page_pictures(PICTURES)
    await slack_pictures(PICTURES)
    await discord_pictures(PICTURES)


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    asyncio.run(main())
