"""The shared list: papers that somebody of the team saved."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.channels import UserRef
from bot.domain.papers import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPaper:
    paper: Paper
    saved_by: UserRef
    saved_at: datetime
    note: str = ""
    tags: tuple[str, ...] = ()
