"""What people did, what a channel likes, and what is kept for others to find."""

from datetime import datetime
from typing import Protocol

from bot.domain.changes import Change, Rejection
from bot.domain.channels import Channel, ChannelRef, UserRef, WorkspaceId
from bot.domain.learning import Lesson
from bot.domain.papers import Paper, PaperId
from bot.domain.reading_list import ListRef, SavedPaper
from bot.domain.taste import Taste


class ReadingListRepository(Protocol):
    def save(self, list_: ListRef, saved: SavedPaper) -> bool:
        """True if it was not on the list; saving again adds tags and replaces a given note."""
        ...

    def change(self, list_: ListRef, saved: SavedPaper) -> bool:
        """Overwrite what is known of a paper on the list; False if it is not on it."""
        ...

    def remove(self, list_: ListRef, paper: PaperId) -> bool: ...

    def get(self, list_: ListRef, paper: PaperId) -> SavedPaper | None: ...

    def savers(self, list_: ListRef) -> dict[PaperId, UserRef]:
        """Who saved each paper of the list; quicker than `list`."""
        ...

    def list(self, list_: ListRef) -> list[SavedPaper]:
        """Newest first."""
        ...


class ChangeRepository(Protocol):
    def add(self, change: Change) -> None: ...

    def of_channel(self, channel: ChannelRef, *, limit: int) -> list[Change]:
        """Newest first."""
        ...


class RejectionRepository(Protocol):
    """What a channel called nothing for it."""

    def set(self, channel: ChannelRef, paper: PaperId, rejection: Rejection) -> None:
        """One a person and paper: another replaces it."""
        ...

    def remove(self, channel: ChannelRef, paper: PaperId, by: UserRef) -> bool: ...

    def list(self, channel: ChannelRef, *, limit: int) -> list[tuple[Paper, Rejection]]:
        """Newest first."""
        ...


class TasteRepository(Protocol):
    """What channels like, as it was learned."""

    def get(self, channel: ChannelRef) -> Taste:
        """`INDIFFERENT` as long as nothing was learned."""
        ...

    def keep(self, channel: ChannelRef, taste: Taste, *, learn_at: datetime) -> None:
        """In place of what was learned before; it is due again at `learn_at`."""
        ...

    def due(self, now: datetime) -> list[ChannelRef]:
        """Clockwork: channels to be learned anew, and those that have labels for the first time."""
        ...

    def lessons(self, channel: Channel, *, before: datetime) -> list[Lesson]:
        """The newest papers that the channel saved, rejected, and passed by until then.

        Of a list that channels share, what was posted in others only is left out.
        """
        ...


class KeptTextRepository(Protocol):
    """Texts too long for where they have to stand, each under a short key."""

    def keep(self, workspace: WorkspaceId, text: str, *, now: datetime) -> str:
        """The key: 20 characters, the same for the same text."""
        ...

    def get(self, workspace: WorkspaceId, key: str) -> str | None: ...


class SecretRepository(Protocol):
    """Tokens by name, sealed by who stores them; never readable as they lie here."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, sealed: str) -> None: ...

    def remove(self, name: str) -> None: ...

    def list(self, prefix: str) -> list[str]:
        """Names that begin so, in order."""
        ...


class InboundEventRepository(Protocol):
    """What platforms sent us, for some hours: some send it again, to whichever process."""

    def is_first(self, platform: str, event: str, *, now: datetime) -> bool:
        """Whether it comes for the first time within hours; from now on it does not."""
        ...
