import builtins
from datetime import datetime

from sqlmodel import Session, col, select

from adapters.storage.tables import WebPostRow
from bot.domain.channels import ChannelRef, WorkspaceId
from bot.domain.deliveries import DeliveryId
from bot.domain.messages import Message
from bot.ports.storage import WebPost


class SqlWebPosts:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        channel: ChannelRef,
        message: Message,
        *,
        delivery: DeliveryId | None,
        thread: int | None,
        now: datetime,
    ) -> WebPost:
        if delivery is not None and (known := self._of_delivery(delivery)):
            return _post(known)
        row = WebPostRow(
            platform=channel.platform,
            workspace_id=channel.workspace,
            channel_id=channel.channel,
            delivery_id=delivery,
            thread=thread,
            posted_at=now,
            payload=message,
        )
        self._session.add(row)
        self._session.flush()
        return _post(row)

    def list(self, channel: ChannelRef, *, limit: int, after: int = 0) -> builtins.list[WebPost]:
        statement = (
            select(WebPostRow)
            .where(
                WebPostRow.platform == channel.platform,
                WebPostRow.workspace_id == channel.workspace,
                WebPostRow.channel_id == channel.channel,
                col(WebPostRow.id) > after,
            )
            .order_by(col(WebPostRow.id).desc())
            .limit(limit)
        )
        return [_post(row) for row in reversed(self._session.exec(statement).all())]

    def _of_delivery(self, delivery: DeliveryId) -> WebPostRow | None:
        statement = select(WebPostRow).where(WebPostRow.delivery_id == delivery)
        return self._session.exec(statement).one_or_none()


def _post(row: WebPostRow) -> WebPost:
    return WebPost(
        id=row.id,
        channel=ChannelRef(
            platform=row.platform,
            workspace=WorkspaceId(row.workspace_id),
            channel=row.channel_id,
        ),
        posted_at=row.posted_at,
        message=row.payload,
        thread=row.thread,
    )
