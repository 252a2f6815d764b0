"""The data beside the repository, which CI has and a user's clone has not."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

_missing = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not beside this clone")


def needs_shared(test):
    """Mark a test that reads `SHARED`; it is skipped where that is missing."""
    return pytest.mark.shared(_missing(test))
