"""What one person sees of Paperlark at once: their channels, and the team's list."""

from collections.abc import Sequence

from bot.domain.channels import ChannelRef, UserRef, WorkspaceId
from bot.domain.messages import Message
from bot.domain.reading_list import ListRef
from bot.ports.storage import Transaction
from bot.services import presenting
from bot.services.kit import Kit


class Homes:
    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def home(
        self, workspace: WorkspaceId, user: UserRef, channels: Sequence[ChannelRef]
    ) -> Message:
        """Of these channels, in which the person is, those that Paperlark knows."""
        now = self._kit.clock.now()
        team = ListRef(workspace=workspace)

        def look(tx: Transaction) -> Message:
            here = [
                c for ref in channels if ref.workspace == workspace and (c := tx.channels.get(ref))
            ]
            shown = [
                presenting.HomeChannel(
                    channel=channel, subscriptions=tx.subscriptions.of_channel(channel.ref)
                )
                for channel in here
            ]
            return presenting.home(shown, tx.reading_list.list(team), now=now)

        return await self._kit.store.read(look)
