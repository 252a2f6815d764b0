"""What every test may use: golden files, a clock that stands still."""

import gc
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests.engines import _compiled_once
from tests.world import World

__all__ = ["_compiled_once"]

# No test fetches a sentence model; those that need one make it (`tests.minilm`).
os.environ["PAPERLARK_SEMANTIC__MODEL"] = ""

# A busy machine is no failure. With CI set, hypothesis takes the same examples each time by itself.
settings.register_profile("paperlark", deadline=None)
settings.load_profile("paperlark")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden from what is made now"
    )


def pytest_xdist_auto_num_workers() -> int:
    """Some tests wait (for a process, a browser, a time limit), so two cores take four workers."""
    return max(4, os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """What has been loaded by now stays: no search for garbage need look at it again."""
    gc.freeze()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)`: `text` must equal the file `tests/golden/NAME`."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no {path.name}: make it with --update-golden and look at it"
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The whole program on an empty database."""
    world = World(tmp_path)
    yield world
    await world.store.close()
