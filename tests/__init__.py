"""How the tests stay quick: they keep bytecode and have their files in memory."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

# Else each of their processes compiles all it imports again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

MEMORY = Path("/dev/shm")
ENOUGH = 2**30
"""Bytes. A container's is often too small for databases and a browser."""

if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
