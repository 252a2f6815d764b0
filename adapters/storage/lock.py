"""One long-running process for a SQLite file.

The lock is a file beside the database, never the database itself: closing any
other handle of that would drop the locks SQLite holds on it.
"""

import sys
from pathlib import Path
from typing import BinaryIO

from bot.domain.errors import StorageError

if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProcessLock:
    """Held until released or until the process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        self._database = database.resolve()  # one lock, by whatever path it is reached
        self._file: BinaryIO | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def acquire(self) -> None:
        """Take the lock; taking it again changes nothing.

        Raises:
            StorageError: if another process, or another lock object, holds it.
        """
        if self._file is not None:
            return
        file = Path(f"{self._database}.lock").open("a+b")  # noqa: SIM115 -- open is held
        try:
            _lock(file)
        except OSError:
            file.close()
            raise StorageError(
                f"Another Paperlark is running on {self._database}; stop it first."
            ) from None
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
