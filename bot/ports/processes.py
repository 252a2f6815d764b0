"""Several processes on one database: which of them leads."""

from datetime import timedelta
from typing import Protocol


class LeadStore(Protocol):
    async def lead(self, holder: str, *, lasts: timedelta) -> int | None:
        """Take the lead or keep it for so long, by the database's clock.

        The term, which grows whenever the lead begins anew; None while another process leads.
        """
        ...

    async def resign(self, holder: str) -> None:
        """Let another process lead at once; nothing changes unless `holder` leads."""
        ...
