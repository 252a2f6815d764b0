"""The verbs that keep papers: save, mark, list, and what buttons and shortcuts say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.errors import UserError
from bot.domain.messages import PaperCard
from bot.domain.paper_links import papers_named
from bot.domain.papers import Paper, PaperId
from bot.domain.reading_list import ListRef, Progress, SavedPaper
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.ports.chat import Edit, Reply
from bot.ports.storage import Transaction
from bot.services import presenting
from bot.services.calls import Answer, Call, record
from bot.services.kit import Kit
from bot.services.naming import Naming
from bot.services.reading_lists import PAGE, SaveRequest, filtered, read_filter, read_save

DOUBLE_CLICK = timedelta(seconds=2)
START_MAX_DIGITS = 6


class ListCommands:
    def __init__(self, kit: Kit, naming: Naming) -> None:
        self._store = kit.store
        self._clock = kit.clock
        self._naming = naming
        self._toggled: dict[tuple[ListRef, str, PaperId], datetime] = {}

    @property
    def verbs(self) -> Mapping[str, Answer]:
        """`toggle` is a card's button, `page` a list's, `pick` a message's shortcut."""
        return {
            "save": self._save,
            "unsave": self._unsave,
            "toggle": self._toggle,
            "mark": self._mark,
            "saved": self._saved,
            "page": self._page,
            "pick": self._pick,
        }

    async def _save(self, call: Call) -> Reply:
        request = read_save(call.text)
        if request.others:
            return await self._save_all(call, request)
        return await self._kept(call, await self._naming.paper(call), request)

    async def _save_all(self, call: Call, request: SaveRequest) -> Reply:
        """Several papers, or none if one of them is not known."""
        names = (request.paper, *request.others)
        if request.tags or request.note:
            raise UserError(
                f"That names {len(names)} papers; tags and a note go to one at a time.",
                example=f"/papers save {request.paper} #reading for Thursday",
            )
        named = [await self._naming.paper(replace(call, text=name)) for name in names]
        papers = {paper.id: paper for paper in named}

        def keep(tx: Transaction) -> dict[PaperId, str]:
            for paper in papers.values():
                self._keep(tx, call, paper, SaveRequest(paper=paper.short_id))
            return savers_of(tx, call)

        savers = await self._store.write(keep)
        message = presenting.saved_several(list(papers.values()), savers)
        return Reply(message=message, edit=await self._edit(call))

    async def _unsave(self, call: Call) -> Reply:
        paper = await self._naming.paper(call)
        gone = await self._store.write(lambda tx: self._remove(tx, call, paper))
        message = presenting.removed(gone) if gone else presenting.not_saved(paper)
        return Reply(message=message, edit=await self._edit(call))

    async def _toggle(self, call: Call) -> Reply:
        """Save it, or take it off if the caller saved it; what another saved stays.

        The second press of a double click finds what the first one did, and changes nothing.
        """
        paper = await self._naming.paper(call)
        again = self._is_again(call, paper)
        known = await self._store.read(lambda tx: tx.reading_list.get(call.list, paper.id))
        if known is None and again:
            return Reply(message=presenting.not_saved(paper), edit=await self._edit(call))
        if known is None:
            return await self._kept(call, paper, SaveRequest(paper=paper.short_id))
        if known.saved_by.id == call.by.id and not again:
            return await self._unsave(call)
        return Reply(message=presenting.saved(known, before=known), edit=await self._edit(call))

    def _is_again(self, call: Call, paper: Paper) -> bool:
        """Whether the same person pressed it a moment ago; remembers that they did."""
        now = self._clock.now()
        self._toggled = {k: at for k, at in self._toggled.items() if at > now - DOUBLE_CLICK}
        key = (call.list, call.by.id, paper.id)
        again = key in self._toggled
        self._toggled[key] = now
        return again

    async def _mark(self, call: Call) -> Reply:
        name, _, typed = call.text.rpartition(" ")
        if typed.lower() not in set(Progress) or not name:
            example = f"/papers mark {await self._naming.example()} reading"
            wrong = f"“{cut(typed, ECHO_MAX_CHARS)}” is none of to-read, reading and read."
            which = "Mark which paper as to-read, reading or read?"
            raise UserError(wrong if name else which, example=example)
        progress = Progress(typed.lower())
        paper = await self._naming.paper(replace(call, text=name), rest=progress.value)
        marked = await self._store.write(lambda tx: self._progress(tx, call, paper, progress))
        if marked is None:
            return Reply(message=presenting.not_saved(paper))
        before, after = marked
        return Reply(message=presenting.marked(after, before=before.progress))

    async def _saved(self, call: Call) -> Reply:
        return await self._list(call, call.text, start=0)

    async def _page(self, call: Call) -> Reply:
        """`START FILTER`."""
        start, _, text = call.text.partition(" ")
        known = start.isdecimal() and len(start) <= START_MAX_DIGITS
        return await self._list(call, text, start=int(start) if known else 0)

    async def _list(self, call: Call, text: str, *, start: int) -> Reply:
        wanted, now = read_filter(text), self._clock.now()
        items = await self._store.read(lambda tx: tx.reading_list.list(call.list))
        found = filtered(items, wanted, today=now.date())
        start = min(start, _last_page(len(found)))  # the list may be shorter than it was
        message = presenting.saved_list(
            found[start : start + PAGE],
            presenting.ListPage(start=start, count=len(found), of=len(items), filter=text),
            own=call.channel.own_list,
            example=await self._naming.example(),
            zone=call.channel.schedule.zone,
            now=now,
        )
        return Reply(message=message)

    async def _pick(self, call: Call) -> Reply:
        """Save the paper of a message; with several, say which there are."""
        papers = await self._of_message(call)
        if not papers:
            raise UserError(
                "I find no paper in that message: it needs a link to arXiv, Hugging Face, a DOI, "
                "OpenReview or PubMed."
            )
        if len(papers) > 1:
            savers = await self._store.read(lambda tx: savers_of(tx, call))
            return Reply(message=presenting.pick_one(papers, savers))
        return await self._kept(call, papers[0], SaveRequest(paper=papers[0].short_id))

    async def _of_message(self, call: Call) -> list[Paper]:
        """Those on the cards of a post of ours, or those that a message links to."""
        posted = await self._store.read(lambda tx: _cards_of(tx, call))
        return posted or await self._naming.all_of(papers_named(call.call.attachment))

    async def _kept(self, call: Call, paper: Paper, request: SaveRequest) -> Reply:
        before, item = await self._store.write(lambda tx: self._keep(tx, call, paper, request))
        message = presenting.saved(item, before=before)
        return Reply(message=message, edit=await self._edit(call))

    def _keep(
        self, tx: Transaction, call: Call, paper: Paper, request: SaveRequest
    ) -> tuple[SavedPaper | None, SavedPaper]:
        """Put it on the list, or change tags and note of what is there: what was, and what is."""
        now = self._clock.now()
        item = SavedPaper(
            paper=paper, saved_by=call.by, saved_at=now, note=request.note, tags=request.tags
        )
        before = tx.reading_list.get(call.list, paper.id)
        if before and request.exact:
            tx.reading_list.change(call.list, replace(before, note=item.note, tags=item.tags))
        else:
            tx.reading_list.save(call.list, item)
        after = tx.reading_list.get(call.list, paper.id) or item
        if after != before:
            did = presenting.did_annotate if before else presenting.did_save
            record(tx, call, did(after), now=now)
        return before, after

    def _remove(self, tx: Transaction, call: Call, paper: Paper) -> SavedPaper | None:
        item = tx.reading_list.get(call.list, paper.id)
        if item and tx.reading_list.remove(call.list, paper.id):
            record(tx, call, presenting.did_unsave(item), now=self._clock.now())
        return item

    def _progress(
        self, tx: Transaction, call: Call, paper: Paper, progress: Progress
    ) -> tuple[SavedPaper, SavedPaper] | None:
        """What it was, and what it is now; None if it is not on the list."""
        before = tx.reading_list.get(call.list, paper.id)
        if before is None:
            return None
        by = None if progress is Progress.TO_READ else call.by
        after = replace(before, progress=progress, progress_by=by)
        tx.reading_list.change(call.list, after)
        record(tx, call, presenting.did_mark(after), now=self._clock.now())
        return before, after

    async def _edit(self, call: Call) -> Edit | None:
        """The pressed post, saying on its cards who saved them by now."""
        if call.call.pressed is None:
            return None
        return await self._store.read(lambda tx: _refreshed(tx, call, call.call.pressed or ""))


def _last_page(count: int) -> int:
    """Where it starts."""
    return max(count - 1, 0) // PAGE * PAGE


def savers_of(tx: Transaction, call: Call) -> dict[PaperId, str]:
    """Who saved what on the channel's list, by name."""
    return {paper: who.name for paper, who in tx.reading_list.savers(call.list).items()}


def _refreshed(tx: Transaction, call: Call, post: str) -> Edit | None:
    delivery = tx.deliveries.posted_as(call.channel.ref, post)
    if delivery is None:
        return None
    message = presenting.with_savers(delivery.message, savers_of(tx, call))
    return Edit(post=post, delivery=delivery.id, message=message)


def _cards_of(tx: Transaction, call: Call) -> list[Paper]:
    pressed = call.call.pressed
    delivery = tx.deliveries.posted_as(call.channel.ref, pressed) if pressed else None
    blocks: Sequence[object] = delivery.message.blocks if delivery else ()
    found = (tx.papers.get(b.paper_id) for b in blocks if isinstance(b, PaperCard))
    return [paper for paper in found if paper]
