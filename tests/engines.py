"""Engines that share what they compiled: a new store of a test need not compile it all again."""

from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from adapters.storage import engine as engines

_shared: dict[tuple[str, object], Engine] = {}


def _create(url: Any, **options: Any) -> Engine:
    engine = create_engine(url, **options)
    alike = engine.dialect.name, options.get("isolation_level")
    known = _shared.get(alike)
    if known is None or known.dialect.server_version_info is None:  # it has never connected
        _shared[alike] = engine
        return engine
    # Statements are kept by the identity of their dialect.
    engine.dialect = engine.pool._dialect = known.dialect
    engine._compiled_cache = known._compiled_cache
    return engine


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> None:
    engines.create_engine = _create
