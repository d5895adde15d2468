"""The methods of the Web API that only look.

https://docs.slack.dev/reference/methods
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.slack.calls import ApiError, Call, flag
from bot.demo.slack.workspace import APP, BOT, BOT_ID, DOMAIN, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.demo.slack.nouns import JSON, Channel, Message
    from bot.demo.slack.workspace import Workspace

USUAL_LIMIT = 100
LARGEST_LIMIT = 999


class Lookups:
    """What the bot may know of the workspace.

    Args:
        workspace: what is looked at.
        scopes: returns what the app was granted: which of them is needed depends on the kind of channel.
    """

    def __init__(self, workspace: Workspace, scopes: Callable[[], Sequence[str]]) -> None:
        self._workspace = workspace
        self._scopes = scopes

    def users_info(self, call: Call) -> JSON:
        """Describe a person."""
        user = self._workspace.users.get(str(call.args.get("user")))
        if user is None:
            raise ApiError("user_not_found")
        return {
            "user": {
                "id": user.id,
                "team_id": TEAM,
                "name": user.handle,
                "real_name": user.name,
                "is_bot": user.is_bot,
                "tz": user.zone,
                "profile": {"real_name": user.name, "display_name": user.handle},
            }
        }

    def conversations_info(self, call: Call) -> JSON:
        """Describe a channel; a private one that the bot is not in does not exist for it."""
        channel = self._visible(call, "read")
        told: JSON = {"id": channel.id, "is_im": channel.is_im, "is_archived": channel.archived}
        if channel.is_im:
            return {"channel": told | {"user": channel.name}}
        kind = {"is_channel": not channel.private, "is_group": channel.private, "is_private": channel.private}
        return {"channel": told | kind | {"name": channel.name, "is_member": BOT.id in channel.members}}

    def conversations_history(self, call: Call) -> JSON:
        """List messages that everybody sees, newest first; replies are not among them, unless they were broadcast."""
        channel = self._visible(call, "history")
        if BOT.id not in channel.members:
            raise ApiError("not_in_channel")
        messages = self._workspace.messages(channel.id)
        shown = [m for m in messages if (m.thread_ts is None or m.broadcast) and m.only_for is None]
        return _page(call, list(reversed(shown)))

    def conversations_replies(self, call: Call) -> JSON:
        """List a message and the replies to it, oldest first."""
        channel, thread_ts = self._visible(call, "history"), str(call.args.get("ts"))
        parent = self._workspace.message(channel.id, thread_ts)
        if parent is None:
            raise ApiError("thread_not_found")
        replies = self._workspace.messages(channel.id, thread_ts=thread_ts)
        return _page(call, [parent, *(reply for reply in replies if reply.only_for is None)])

    def chat_get_permalink(self, call: Call) -> JSON:
        """Return the address of a message: https://docs.slack.dev/reference/methods/chat.getPermalink."""
        channel = self._workspace.channels.get(str(call.args.get("channel")))
        if channel is None or BOT.id not in channel.members:
            raise ApiError("channel_not_found")
        message = self._workspace.message(channel.id, str(call.args.get("message_ts")))
        if message is None:
            raise ApiError("message_not_found")
        link = f"https://{DOMAIN}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
        return {"channel": channel.id, "permalink": link}

    def _visible(self, call: Call, right: str) -> Channel:
        """Return the channel that is named, if the bot may know of it at all."""
        channel = self._workspace.channels.get(str(call.args.get("channel")))
        if channel is None or ((channel.private or channel.is_im) and BOT.id not in channel.members):
            raise ApiError("channel_not_found")
        kind = "im" if channel.is_im else "groups" if channel.private else "channels"
        if f"{kind}:{right}" not in self._scopes():
            raise ApiError("missing_scope", needed=f"{kind}:{right}", provided=",".join(self._scopes()))
        return channel


def _page(call: Call, messages: list[Message]) -> JSON:
    """Cut a page out of a list; a cursor is the place where the next one begins."""
    oldest = float(call.args.get("oldest") or 0)
    newer = [message for message in messages if float(message.ts) > oldest]
    limit = min(int(call.args.get("limit") or USUAL_LIMIT), LARGEST_LIMIT)
    begin = int(call.args.get("cursor") or 0)
    page, more = newer[begin : begin + limit], len(newer) > begin + limit
    with_metadata = flag(call.args.get("include_all_metadata"))
    said: JSON = {"messages": [_listed(message, with_metadata=with_metadata) for message in page], "has_more": more}
    return said | ({"response_metadata": {"next_cursor": str(begin + limit)}} if more else {})


def _listed(message: Message, *, with_metadata: bool) -> JSON:
    said = message.as_slack()
    if message.user == BOT.id:
        said |= {"bot_id": BOT_ID, "app_id": APP}
    if with_metadata and message.metadata is not None:
        said["metadata"] = message.metadata
    return said
