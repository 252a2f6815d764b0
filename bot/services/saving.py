"""The team's shared list: save, list, remove."""

import re
from dataclasses import dataclass

from bot.domain.channels import UserRef, WorkspaceId
from bot.domain.errors import SourceError, UserError
from bot.domain.papers import Paper, PaperKey, arxiv_key, doi_key
from bot.domain.reading_list import SavedPaper
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.ports.clock import Clock
from bot.ports.sources import PaperLookup
from bot.ports.storage import Store, Transaction


class UnknownPaper(UserError):
    """Nothing known is called so. `near` are papers that may be meant, for `verb`."""

    def __init__(self, typed: str, *, verb: str, near: tuple[Paper, ...], known: str) -> None:
        reason = (
            f"I know no paper called {cut(typed, ECHO_MAX_CHARS)}." if typed else "Which paper?"
        )
        example = None if near else f"/papers {verb} {known}"
        super().__init__(f"{reason} Give its arXiv id, DOI or link.", example=example)
        self.verb = verb
        self.near = near


_TAG = re.compile(r"#([\w-]{1,40})")
NOTE_MAX_CHARS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRequest:
    """`save PAPER [#tags] [note]` taken apart."""

    paper: str
    tags: tuple[str, ...] = ()
    note: str = ""


def read_save(text: str) -> SaveRequest:
    """What somebody typed after `save`: a paper, then tags with `#`, then a note."""
    paper, _, rest = text.strip().partition(" ")
    tags = tuple(dict.fromkeys(t.lower() for t in _TAG.findall(rest)))
    note = " ".join(_TAG.sub("", rest).split())[:NOTE_MAX_CHARS]
    return SaveRequest(paper=paper.strip("<>"), tags=tags, note=note)


def write_save(saved: SavedPaper) -> str:
    """What `read_save` reads as this: the argument of the command that saves it again."""
    tags = (f"#{tag}" for tag in saved.tags)
    return " ".join(filter(None, (saved.paper.short_id, *tags, saved.note)))


def with_words(items: list[SavedPaper], wanted: str) -> list[SavedPaper]:
    """Those that have each of the words in title, tags, note or the name of who saved them."""
    each = wanted.casefold().split()
    return [item for item in items if all(word in _text(item) for word in each)]


class Saver:
    def __init__(self, store: Store, clock: Clock, lookup: PaperLookup | None) -> None:
        self._store = store
        self._clock = clock
        self._lookup = lookup

    async def save(
        self, workspace: WorkspaceId, paper: Paper, request: SaveRequest, *, by: UserRef
    ) -> tuple[SavedPaper, bool]:
        """Put a paper on the list; the flag says whether it is new there."""
        saved = SavedPaper(
            paper=paper,
            saved_by=by,
            saved_at=self._clock.now(),
            note=request.note,
            tags=request.tags,
        )
        added = await self._store.write(lambda tx: tx.reading_list.save(workspace, saved))
        return saved, added

    async def remove(self, workspace: WorkspaceId, paper: Paper) -> SavedPaper | None:
        """Take a paper off the list, and what was there; None if it was not on it."""

        def remove(tx: Transaction) -> SavedPaper | None:
            items = tx.reading_list.list(workspace)
            tx.reading_list.remove(workspace, paper.id)
            return next((item for item in items if item.paper.id == paper.id), None)

        return await self._store.write(remove)

    async def saved(self, workspace: WorkspaceId) -> list[SavedPaper]:
        """The list, newest first."""
        return await self._store.read(lambda tx: tx.reading_list.list(workspace))

    async def find(self, text: str) -> Paper | None:
        """The paper that an id, DOI or address names; asked of the source if it is not known.

        Raises:
            UserError: if the source does not answer.
        """
        if known := await self._store.read(lambda tx: tx.papers.find_short(text)):
            return known
        return await self._fetch(arxiv_key(text) or doi_key(text))

    async def _fetch(self, key: PaperKey | None) -> Paper | None:
        if key is None or self._lookup is None:
            return None
        try:
            papers = await self._lookup.lookup((key,))
        except SourceError as error:
            raise UserError(
                f"That paper is not in the archive, and {error.source} does not answer just now "
                f"({error.reason}). Try again in a while.",
            ) from error
        return await self._store.write(lambda tx: self._keep(tx, papers))

    def _keep(self, tx: Transaction, papers: tuple[Paper, ...]) -> Paper | None:
        stored = tx.papers.store(papers, now=self._clock.now())
        return stored[0].paper if stored else None


def _text(item: SavedPaper) -> str:
    tags = " ".join(f"#{tag}" for tag in item.tags)
    return f"{item.paper.title} {tags} {item.note} {item.saved_by.name}".casefold()
