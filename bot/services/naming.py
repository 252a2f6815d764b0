"""Which paper a command means."""

from collections.abc import Iterable, Sequence

from bot.domain.command_table import EXAMPLE_PAPER
from bot.domain.errors import SourceError, UserError
from bot.domain.paper_links import paper_key
from bot.domain.papers import Paper, PaperKey
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.domain.source_names import source_name
from bot.domain.text import words
from bot.ports.storage import Transaction
from bot.services.calls import Call
from bot.services.kit import Kit
from bot.services.reading_lists import read_save, with_words
from bot.services.searching import newest_paper, titled

NEAR_SHOWN = 3
OF_THE_LIST = frozenset({"unsave", "mark"})


class UnknownPaper(UserError):
    """Nothing known is called so. `near` are papers that may be meant, for `verb`."""

    def __init__(
        self, typed: str, *, verb: str, near: tuple[Paper, ...], known: str, rest: str = ""
    ) -> None:
        self.verb = verb
        self.near = near
        self.rest = rest
        shown = cut(typed, ECHO_MAX_CHARS)
        reason = f"I know no paper called “{shown}”." if typed else "Which paper?"
        example = None if near else f"/papers {self.command(known)}"
        super().__init__(f"{reason} Give its arXiv id, DOI or link.", example=example)

    def command(self, paper: str) -> str:
        """What was typed, with another paper."""
        return f"{self.verb} {paper} {self.rest}".rstrip()


class Naming:
    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def example(self) -> str:
        """An id that works where an example needs one."""
        newest = await self._kit.store.read(newest_paper)
        return newest.short_id if newest else EXAMPLE_PAPER

    async def paper(self, call: Call, *, rest: str = "") -> Paper:
        """The paper that the call names, behind which the `rest` was typed.

        Raises:
            UnknownPaper: with those that may be meant, or an example that works.
        """
        named = read_save(call.text).paper
        if named and (found := await self.find(named)):
            return found
        saved = await self._kit.store.read(lambda tx: tx.reading_list.list(call.list))
        if call.verb in OF_THE_LIST:
            near = [item.paper for item in with_words(saved, call.text)] if named else []
        else:
            near = await self._kit.store.read(lambda tx: titled(tx, call.text, limit=NEAR_SHOWN))
        if exact := _titled_just_so(near, call.text):
            return exact
        known = saved[0].paper.short_id if saved else await self.example()
        near = near[:NEAR_SHOWN]
        raise UnknownPaper(call.text, verb=call.verb, near=tuple(near), known=known, rest=rest)

    async def find(self, text: str) -> Paper | None:
        """The paper that an id, DOI or address names; asked of the source if it is not known.

        Raises:
            UserError: if the source does not answer.
        """
        if known := await self._kit.store.read(lambda tx: tx.papers.find_short(text)):
            return known
        key = paper_key(text)
        return next(iter(await self.all_of([key])), None) if key else None

    async def all_of(self, keys: Sequence[PaperKey]) -> list[Paper]:
        """The papers with these keys, in their order; asked of the source where unknown.

        Raises:
            UserError: if the source does not answer.
        """
        found = await self._kit.store.read(lambda tx: _known(tx, keys))
        if unknown := tuple(key for key in keys if key not in found):
            found |= await self._fetched(unknown)
        return list({found[k].id: found[k] for k in keys if k in found}.values())

    async def _fetched(self, keys: tuple[PaperKey, ...]) -> dict[PaperKey, Paper]:
        if self._kit.lookup is None:
            return {}
        try:
            papers = await self._kit.lookup.lookup(keys)
        except SourceError as error:
            raise UserError(
                f"That paper is not in the archive, and {source_name(error.source)} does not "
                f"answer just now ({error.reason}). Try again in a while.",
            ) from error
        now = self._kit.clock.now()
        await self._kit.store.write(lambda tx: tx.papers.store(papers, now=now))
        return await self._kit.store.read(lambda tx: _known(tx, keys))


def _known(tx: Transaction, keys: Iterable[PaperKey]) -> dict[PaperKey, Paper]:
    found = ((key, tx.papers.find(key)) for key in keys)
    return {key: paper for key, paper in found if paper}


def _titled_just_so(papers: Iterable[Paper], typed: str) -> Paper | None:
    asked = words(typed)
    same = [paper for paper in papers if words(paper.title) == asked]
    return same[0] if len(same) == 1 else None
