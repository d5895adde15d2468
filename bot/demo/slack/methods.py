"""The methods of the Web API that the bot uses.

https://docs.slack.dev/reference/methods
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.demo.slack.calls import ApiError, Call, flag
from bot.demo.slack.validate import is_too_long, refusals
from bot.demo.slack.workspace import APP, BOT, BOT_ID, DOMAIN, TEAM, TEAM_NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.slack.lookups import Lookups
    from bot.demo.slack.nouns import JSON, Channel, Message, User
    from bot.demo.slack.pace import PaceCheck
    from bot.demo.slack.socket import SocketCourier
    from bot.demo.slack.uploads import Uploads
    from bot.demo.slack.workspace import Workspace

TEXT_SHOWN = 40_000
"""Characters; Slack cuts a longer ``text``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method and the scope it needs; None: any bot token will do."""

    run: Callable[[Call], JSON]
    scope: str | None = None
    app_token: bool = False
    """Whether it wants the app-level token instead of the bot's."""


class Methods:
    """What each method does with the workspace.

    Args:
        workspace: what it is done with.
        uploads: files under way.
        socket: gives tickets for Socket Mode.
        base_url: returns the address under which all of this is served, without a slash at the end.
        lookups: the methods that only look.
        pace: counts what is posted.
    """

    def __init__(
        self,
        workspace: Workspace,
        uploads: Uploads,
        socket: SocketCourier,
        base_url: Callable[[], str],
        *,
        lookups: Lookups,
        pace: PaceCheck,
    ) -> None:
        self._workspace = workspace
        self._uploads = uploads
        self._socket = socket
        self._base_url = base_url
        self._pace = pace
        self.table = {
            "auth.test": Method(run=self.auth_test),
            "apps.connections.open": Method(run=self.apps_connections_open, app_token=True),
            "chat.postMessage": Method(run=self.chat_post_message, scope="chat:write"),
            "chat.postEphemeral": Method(run=self.chat_post_ephemeral, scope="chat:write"),
            "chat.update": Method(run=self.chat_update, scope="chat:write"),
            "chat.getPermalink": Method(run=lookups.chat_get_permalink),
            "conversations.open": Method(run=self.conversations_open, scope="im:write"),
            "conversations.info": Method(run=lookups.conversations_info),
            "conversations.history": Method(run=lookups.conversations_history),
            "conversations.replies": Method(run=lookups.conversations_replies),
            "users.info": Method(run=lookups.users_info, scope="users:read"),
            "files.getUploadURLExternal": Method(run=self.files_begin, scope="files:write"),
            "files.completeUploadExternal": Method(run=self.files_complete, scope="files:write"),
        }

    def auth_test(self, _call: Call) -> JSON:
        """Tell who the token belongs to."""
        return {
            "url": f"https://{DOMAIN}.slack.com/",
            "team": TEAM_NAME,
            "team_id": TEAM,
            "user": BOT.handle,
            "user_id": BOT.id,
            "bot_id": BOT_ID,
            "app_id": APP,
            "is_enterprise_install": False,
        }

    def apps_connections_open(self, _call: Call) -> JSON:
        """Give an address for Socket Mode that can be used once."""
        base = self._base_url().replace("http://", "ws://", 1)
        return {"url": f"{base}/socket?ticket={self._socket.ticket()}&app_id={APP}"}

    def chat_post_message(self, call: Call) -> JSON:
        """Post for everybody in a channel."""
        channel = self._writable(call)
        text, blocks = self._contents(call)
        thread_ts, metadata = call.args.get("thread_ts"), _metadata(call)
        broadcast = thread_ts is not None and flag(call.args.get("reply_broadcast"))
        self._pace.take(channel.id)
        message = self._workspace.post(
            channel.id, BOT.id, text, blocks=blocks, thread_ts=thread_ts, metadata=metadata, broadcast=broadcast
        )
        return {"channel": channel.id, "ts": message.ts, "message": _own(message)}

    def chat_post_ephemeral(self, call: Call) -> JSON:
        """Post for one member of a channel."""
        channel = self._writable(call)
        user = self._user(call.args.get("user"))
        if user.id not in channel.members:
            raise ApiError("user_not_in_channel")
        text, blocks = self._contents(call)
        thread_ts = call.args.get("thread_ts")
        message = self._workspace.post(channel.id, BOT.id, text, blocks=blocks, thread_ts=thread_ts, only_for=user.id)
        return {"message_ts": message.ts}

    def chat_update(self, call: Call) -> JSON:
        """Change a message of the bot that everybody sees; ``text`` alone takes its blocks away."""
        channel = self._writable(call, by_id=True)
        message = self._workspace.message(channel.id, str(call.args.get("ts")))
        if message is None or message.only_for:
            raise ApiError("message_not_found")
        if message.user != BOT.id:
            raise ApiError("cant_update_message")
        changed = self._workspace.change(message, *self._contents(call))
        return {"channel": channel.id, "ts": changed.ts, "text": changed.text, "message": _own(changed)}

    def conversations_open(self, call: Call) -> JSON:
        """Return the conversation of the bot with one person."""
        user = self._user(call.args.get("users"))
        channel = self._workspace.channel(user.id)
        if channel is None:
            raise ApiError("cannot_dm_bot")
        return {"channel": {"id": channel.id} | ({"is_im": True} if flag(call.args.get("return_im")) else {})}

    def files_begin(self, call: Call) -> JSON:
        """Give an address to send a file to."""
        name, length = call.args.get("filename"), str(call.args.get("length", ""))
        if not name or not length.isdigit() or int(length) == 0:
            raise ApiError("invalid_arguments")
        ticket, file_id = self._uploads.begin(str(name), int(length))
        return {"upload_url": f"{self._base_url()}/upload/{ticket}", "file_id": file_id}

    def files_complete(self, call: Call) -> JSON:
        """Share files that have arrived."""
        channel = self._writable(Call(method=call.method, args={"channel": call.args.get("channel_id")}))
        wanted = call.args.get("files") or []
        files = tuple(self._uploads.finish(item.get("id", ""), item.get("title")) for item in wanted)
        if not files:
            raise ApiError("invalid_arguments")
        comment, thread_ts = call.args.get("initial_comment") or "", call.args.get("thread_ts")
        self._workspace.post(channel.id, BOT.id, comment, thread_ts=thread_ts, files=files)
        return {"files": [{"id": file.id, "title": file.title} for file in files]}

    def _writable(self, call: Call, *, by_id: bool = False) -> Channel:
        """Return the channel that is named, if the bot may write there."""
        wanted = str(call.args.get("channel"))
        found = self._workspace.channels.get(wanted) if by_id else self._workspace.channel(wanted)
        member = found is not None and BOT.id in found.members
        if found is None or (found.private and not member):
            raise ApiError("channel_not_found")
        if not member:
            raise ApiError("not_in_channel")
        if found.archived:
            raise ApiError("is_archived")
        return found

    def _user(self, wanted: object) -> User:
        found = self._workspace.users.get(str(wanted))
        if found is None:
            raise ApiError("user_not_found")
        return found

    def _contents(self, call: Call) -> tuple[str, list[JSON]]:
        text, blocks = str(call.args.get("text") or ""), call.args.get("blocks") or []
        flaws = refusals(blocks)
        if flaws:
            told = [str(flaw) for flaw in flaws]
            raise ApiError("invalid_blocks", errors=told, response_metadata={"messages": told})
        if is_too_long(blocks):
            raise ApiError("msg_blocks_too_long")
        if not text and not blocks:
            raise ApiError("no_text")
        return text[:TEXT_SHOWN], blocks


def _metadata(call: Call) -> JSON | None:
    """Read https://docs.slack.dev/messaging/message-metadata: a name and an object."""
    given = call.args.get("metadata")
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_payload"), dict) or not given.get("event_type"):
        raise ApiError("invalid_metadata_format")
    return given


def _own(message: Message) -> JSON:
    return message.as_slack() | {"bot_id": BOT_ID, "app_id": APP, "team": TEAM}
