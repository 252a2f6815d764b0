"""Who may import whom: the contracts of pyproject.toml."""

import subprocess
import sys
from pathlib import Path


def test_the_import_contracts_are_kept():
    # A process of its own: import-linter sets logging up anew, for all that comes after it.
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    root = Path(__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", command], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
