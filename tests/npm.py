"""Packages of npm for a script of ours, installed outside the repository."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def installed(source: Path) -> AsyncIterator[Path]:
    """A temporary copy of a folder, with the packages that its package.json names.

    Raises:
        RuntimeError: npm failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(source, work, dirs_exist_ok=True)
        await run("npm", "install", "--no-package-lock", "--no-audit", "--ignore-scripts", cwd=work)
        yield work


async def run(*command: str, cwd: Path) -> None:
    """Run a command.

    Raises:
        RuntimeError: it failed.
    """
    process = await asyncio.create_subprocess_exec(*command, cwd=cwd)
    if await process.wait():
        raise RuntimeError(f"{' '.join(command)} failed")
