"""Which paper a command means."""

from bot.domain.command_table import EXAMPLE_PAPER
from bot.domain.papers import Paper
from bot.ports.storage import Store
from bot.services.calls import Call
from bot.services.saving import Saver, UnknownPaper, read_save, with_words
from bot.services.searching import newest_paper, titled

NEAR_SHOWN = 3


class Naming:
    def __init__(self, store: Store, saver: Saver) -> None:
        self._store = store
        self._saver = saver

    async def example(self) -> str:
        """An id that works where an example needs one."""
        newest = await self._store.read(newest_paper)
        return newest.short_id if newest else EXAMPLE_PAPER

    async def paper(self, call: Call) -> Paper:
        """The paper that the call names.

        Raises:
            UnknownPaper: with those that may be meant, or an example that works.
        """
        named = read_save(call.text).paper
        if named and (found := await self._saver.find(named)):
            return found
        saved = await self._saver.saved(call.channel.ref.workspace)
        if call.verb == "unsave":
            near = [item.paper for item in with_words(saved, call.text)] if named else []
        else:
            near = await self._store.read(lambda tx: titled(tx, call.text, limit=NEAR_SHOWN))
        known = saved[0].paper.short_id if saved else await self.example()
        raise UnknownPaper(call.text, verb=call.verb, near=tuple(near[:NEAR_SHOWN]), known=known)
