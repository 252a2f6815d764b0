"""`export`: the reading list, or the subscriptions, as a file."""

from collections.abc import Mapping

from bot.domain.errors import UserError
from bot.ports.chat import Reply
from bot.services import presenting
from bot.services.calls import Answer, Call
from bot.services.kit import Kit
from bot.services.query_files import write_queries
from bot.services.reading_lists import filtered, read_filter

FORMAT_ALIASES = {"bib": "bibtex", "csl": "csl-json", "md": "markdown"}


class ExportCommands:
    def __init__(self, kit: Kit) -> None:
        self._store = kit.store
        self._clock = kit.clock
        self._exporter = kit.exporter

    @property
    def verbs(self) -> Mapping[str, Answer]:
        return {"export": self._export}

    async def _export(self, call: Call) -> Reply:
        format_, _, text = call.text.partition(" ")
        if not format_:
            return Reply(message=presenting.choose_format(self._exporter.formats))
        name = FORMAT_ALIASES.get(format_.lower(), format_.lower())
        if name == "subscriptions":
            return await self._export_subscriptions(call)
        if name not in self._exporter.formats:
            formats = ", ".join(self._exporter.formats)
            raise UserError(
                f"There is no format “{format_[:40]}”; there are {formats}, and subscriptions.",
                example="/papers export bibtex",
            )
        example = f"/papers export {name} #reading is:to-read"
        wanted, now = read_filter(text, example=example), self._clock.now()
        items = await self._store.read(lambda tx: tx.reading_list.list(call.list))
        found = filtered(items, wanted, today=now.date())
        if not found:
            raise UserError("No saved paper matches that." if items else "No paper is saved yet.")
        file = self._exporter.export(found, name)
        return Reply(message=presenting.exported(file.name, len(found)), files=(file,))

    async def _export_subscriptions(self, call: Call) -> Reply:
        known = await self._store.read(lambda tx: tx.subscriptions.of_channel(call.channel.ref))
        if not known:
            raise UserError("This channel has no subscriptions yet.")
        file = write_queries(call.channel, known)
        message = presenting.exported(file.name, len(known), what="subscription")
        return Reply(message=message, files=(file,))
