"""Freezing a digest: its papers, its posts and its occurrence, in one go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from adapters.storage.batches import insert_new
from adapters.storage.paper_rows import rows_of
from adapters.storage.tables import deliveries, digests, matches
from adapters.storage.types import fingerprint, text_of
from bot.domain.channels import ChannelRef
from bot.domain.deliveries import DeliveryId, DeliveryState, DigestId, delivery_id
from bot.domain.errors import StorageError
from bot.domain.papers import PaperId
from bot.ports.storage import PlannedPost


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    connection: Connection
    channel: ChannelRef
    row: int
    """The channel's."""
    occurrence: str
    now: datetime

    def freeze(
        self,
        papers: Sequence[PaperId],
        compose: Callable[[DigestId], Sequence[PlannedPost]],
    ) -> DigestId | None:
        """None if this occurrence was planned before.

        Raises:
            ValueError: if another digest of the channel has one of the papers.
        """
        with self.connection.begin_nested():
            digest = self._insert()
            if digest is not None:
                self._attach(digest, papers)
                self._queue(digest, compose(digest))
        return digest

    def _insert(self) -> DigestId | None:
        statement = (
            insert_new(self.connection, digests)
            .values(
                channel_id=self.row,
                workspace_id=self.channel.workspace,
                occurrence=self.occurrence,
                planned_at=self.now,
            )
            .returning(digests.c.id)
        )
        digest = self.connection.execute(statement).scalar_one_or_none()
        return None if digest is None else DigestId(digest)

    def _attach(self, digest: DigestId, papers: Sequence[PaperId]) -> None:
        known = rows_of(self.connection, papers)
        if missing := set(papers) - known.keys():
            raise StorageError(f"Papers that were never stored cannot be posted: {sorted(missing)}")
        rows = list(dict.fromkeys(known[paper] for paper in papers))
        if not rows:
            return
        self._match(rows)
        attach = (
            update(matches)
            .where(
                matches.c.channel_id == self.row,
                matches.c.paper_id == bindparam("paper"),
                matches.c.digest_id.is_(None),
            )
            .values(digest_id=digest, position=bindparam("place"))
        )
        self.connection.execute(attach, [{"paper": r, "place": n} for n, r in enumerate(rows)])
        attached = select(func.count()).where(matches.c.digest_id == digest)
        if self.connection.execute(attached).scalar_one() != len(rows):
            raise ValueError("a paper of this digest was in another digest of the channel")

    def _match(self, rows: Sequence[int]) -> None:
        """A paper may be posted that no subscription matched."""
        values = [
            {
                "channel_id": self.row,
                "paper_id": row,
                "workspace_id": self.channel.workspace,
                "first_seen_at": self.now,
            }
            for row in rows
        ]
        self.connection.execute(insert_new(self.connection, matches), values)

    def _queue(self, digest: DigestId, posts: Sequence[PlannedPost]) -> None:
        values = [self._queued(digest, part, post) for part, post in enumerate(posts)]
        if values:
            self.connection.execute(insert(deliveries), values)

    def add(self, digest: DigestId, post: PlannedPost) -> DeliveryId:
        """A further post, after all that the digest has."""
        parts = select(func.max(deliveries.c.part)).where(deliveries.c.digest_id == digest)
        part = self.connection.execute(parts).scalar_one() + 1
        values = self._queued(digest, part, post)
        self.connection.execute(insert(deliveries).values(values))
        return DeliveryId(values["id"])

    def _queued(self, digest: DigestId, part: int, post: PlannedPost) -> dict[str, Any]:
        return {
            "id": delivery_id(self.channel, self.occurrence, part),
            "digest_id": digest,
            "channel_id": self.row,
            "workspace_id": self.channel.workspace,
            "part": part,
            "threaded": post.threaded,
            "payload": post.message,
            "payload_sha256": fingerprint(text_of(post.message)),
            "state": DeliveryState.READY.value,
            "attempts": 0,
        }
