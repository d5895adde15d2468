"""What people do to channels: archive them, and let the bot in and out.

The bot is told what it is subscribed to: https://docs.slack.dev/reference/events/channel_unarchive,
https://docs.slack.dev/reference/events/group_unarchive and
https://docs.slack.dev/reference/events/member_joined_channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from bot.demo.slack.payloads import event_payload
from bot.demo.slack.workspace import BOT, TEAM

if TYPE_CHECKING:
    from bot.demo.slack.deliveries import Deliveries
    from bot.demo.slack.nouns import JSON, Channel, Delivery, User
    from bot.demo.slack.workspace import Workspace
    from bot.ports import Clock


class Membership:
    """Who is in which channel, and which channels are in use.

    Channels and users may be named by id or by name. What the bot is told is returned with its acknowledgement; None
    if it is told nothing.

    Args:
        workspace: where the channels are.
        deliveries: how the bot is told.
        clock: dates what happens.
    """

    def __init__(self, workspace: Workspace, deliveries: Deliveries, clock: Clock) -> None:
        self._workspace = workspace
        self._deliveries = deliveries
        self._clock = clock

    def archive(self, channel: str) -> None:
        """Close a channel; nobody can post there, and its members stay its members."""
        self._channel(channel).archived = True

    async def unarchive(self, channel: str, user: str) -> Delivery | None:
        """Open it again. The bot hears of every public channel, and of the private ones that it is in."""
        place, who = self._channel(channel), self._user(user)
        place.archived = False
        if place.private and BOT.id not in place.members:
            return None
        kind = "group_unarchive" if place.private else "channel_unarchive"
        return await self._tell({"type": kind, "channel": place.id, "user": who.id})

    async def invite(self, channel: str, user: str, guest: str = BOT.id) -> Delivery | None:
        """Let somebody in, the bot unless another is named. The bot hears of it in channels that it is in by then."""
        place, who, new = self._channel(channel), self._user(user), self._user(guest)
        place.members.add(new.id)
        if BOT.id not in place.members:
            return None
        event = {"type": "member_joined_channel", "user": new.id, "channel": place.id, "inviter": who.id}
        return await self._tell(event | {"channel_type": "G" if place.private else "C", "team": TEAM})

    def remove(self, channel: str, user: str = BOT.id) -> None:
        """Put somebody out, the bot unless another is named; it is not subscribed to hearing of that."""
        self._channel(channel).members.discard(self._user(user).id)

    async def _tell(self, event: JSON) -> Delivery:
        now = self._clock.now().timestamp()
        event_id = f"Ev{uuid4().hex[:10].upper()}"
        payload = event_payload(event | {"event_ts": f"{now:.6f}"}, event_id, int(now))
        return await self._deliveries.tell("events_api", payload, event_id=event_id)

    def _channel(self, wanted: str) -> Channel:
        found = self._workspace.channel(wanted)
        if found is None or found.is_im:
            raise LookupError(f"the workspace has no channel {wanted!r}")
        return found

    def _user(self, wanted: str) -> User:
        found = self._workspace.user(wanted)
        if found is None:
            raise LookupError(f"the workspace has no user {wanted!r}")
        return found
