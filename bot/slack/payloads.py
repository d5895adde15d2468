"""Slack's JSON becomes values of ours. Pure; the last file that sees a Slack dictionary.

Every reader is total: whatever the shape, it returns `Heard` or `Ignored`.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

from bot.errors import Expired, UsageError
from bot.grammar import mentioned, undo_slack
from bot.model import LOCAL_WORKSPACE, Ask, Scope
from bot.slack.actors import actor_of_command, actor_of_event, actor_of_press
from bot.slack.heard import Heard, Ignored, InChannel, Manner, ViaUrl
from bot.views.buttons import MENU, MINE, OPEN, REFRESH, RUN, SHARE, Press, decode, press_of_person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.errors import BotError

Json = dict[str, Any]

LONGEST_TEXT: Final = 2_000
"""Characters; Slack documents no limit of its own for the text of a command."""

_MALFORMED: Final = Ignored(reason="malformed")
_SHAPE_ERRORS: Final = (KeyError, TypeError, AttributeError, IndexError, ValueError)


def read_command(body: Mapping[str, Any]) -> Heard | Ignored:
    """Read a slash command: https://docs.slack.dev/interactivity/implementing-slash-commands."""
    try:
        text, url = _text(body, "text"), _required(body, "response_url")
        user, channel = _required(body, "user_id"), _required(body, "channel_id")
        parts = (_text(body, "trigger_id"), url, _text(body, "command"), text, user, channel)
    except _SHAPE_ERRORS:
        return _MALFORMED
    return Heard(
        ask=_ask(text, user, channel),
        user=user,
        channel=channel,
        address=ViaUrl(url=url, manner=Manner.FIRST, private=True),
        key=_key("command", *parts),
        actor=actor_of_command(body),
        problem=_too_long(text),
    )


def read_press(body: Mapping[str, Any]) -> Heard | Ignored:
    """Read a click: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.

    What each button is for says `bot.views.buttons`; Slack opens the page of an ``open`` button by itself.
    """
    try:
        return _read_press(body)
    except _SHAPE_ERRORS:
        return _MALFORMED


def _read_press(body: Mapping[str, Any]) -> Heard | Ignored:
    action: Json = body["actions"][0]
    name = _required(action, "action_id")
    if name.startswith(OPEN):
        return Ignored(reason="link", routine=True)
    manner = next((manner for prefix, manner in _MANNERS if name.startswith(prefix)), None)
    if manner is None:
        return Ignored(reason="unknown_action")
    value = _pressed_value(action)
    if name.startswith(MENU) and value == OPEN:
        return Ignored(reason="link", routine=True)
    press, problem = (Press(text=value), None) if name.startswith(MENU) else _decoded(action, value)
    user = _required(body["user"], "id")
    container: Json = body.get("container") or {}
    channel = _required(body.get("channel") or {"id": container["channel_id"]}, "id")
    url = _required(body, "response_url")
    parts = (_text(body, "trigger_id"), _text(action, "action_ts"), url, name, value)
    return Heard(
        ask=_ask(press.text, user, channel, press=press, force=name.startswith(REFRESH)),
        user=user,
        channel=channel,
        address=ViaUrl(
            url=url,
            manner=manner,
            private=manner is Manner.BESIDE or (manner is Manner.REPLACE and container.get("is_ephemeral") is True),
            thread=_text(container, "thread_ts") or None,
            message=_text(container, "message_ts") or None,
        ),
        key=_key("press", *parts),
        actor=actor_of_press(body),
        problem=problem,
    )


_MANNERS: Final = (
    (RUN, Manner.REPLACE),
    (REFRESH, Manner.REPLACE),
    (SHARE, Manner.FOR_ALL),
    (MINE, Manner.BESIDE),
    (MENU, Manner.BESIDE),
)


def read_mention(body: Mapping[str, Any], bot_user: str) -> Heard | Ignored:
    """Read an event app_mention: https://docs.slack.dev/reference/events/app_mention. The answer opens a thread."""
    return _read_event(body, bot_user, direct=False)


def read_message(body: Mapping[str, Any], bot_user: str) -> Heard | Ignored:
    """Read an event message.im: https://docs.slack.dev/reference/events/message.im."""
    return _read_event(body, bot_user, direct=True)


def read_return(body: Mapping[str, Any], bot_user: str) -> str | None:
    """Read an event after which we may be able to post in a channel again; its id, or None if it is no such event.

    https://docs.slack.dev/reference/events/channel_unarchive, https://docs.slack.dev/reference/events/group_unarchive
    and https://docs.slack.dev/reference/events/member_joined_channel, which also tells of everybody else.
    """
    try:
        event: Json = body["event"]
        if event["type"] == "member_joined_channel" and event["user"] != bot_user:
            return None
        return _required(event, "channel")
    except _SHAPE_ERRORS:
        return None


def _read_event(body: Mapping[str, Any], bot_user: str, *, direct: bool) -> Heard | Ignored:
    try:
        event: Json = body["event"]
        if reason := _why_not(event, direct=direct):
            return Ignored(reason=reason, routine=True)
        user, channel = _required(event, "user"), _required(event, "channel")
        thread = _text(event, "thread_ts") or (None if direct else _required(event, "ts"))
        text = _without_own_name(_text(event, "text"), bot_user)
        key = f"event:{_required(body, 'event_id')}"
    except _SHAPE_ERRORS:
        return _MALFORMED
    return Heard(
        ask=_ask(text, user, channel),
        user=user,
        channel=channel,
        address=InChannel(channel=channel, thread=thread, direct=direct),
        key=key,
        actor=actor_of_event(body),
        problem=_too_long(text),
    )


def _why_not(event: Json, *, direct: bool) -> str | None:
    """Say why an event is none of our business. Messages of other bots are: two bots could talk for ever."""
    if event.get("bot_id") or event.get("bot_profile"):
        return "bot_message"
    if event.get("subtype") or event.get("edited"):
        return "not_a_new_message"
    if direct and event.get("channel_type") != "im":
        return "not_a_direct_message"
    return None


def _without_own_name(text: str, bot_user: str) -> str:
    """Take our name out wherever it stands; whoever writes "status, @rollcall" means the same."""
    return re.sub(rf"[\s:,]*<@{re.escape(bot_user)}(?:\|[^>]*)?>[\s:,]*", " ", text).strip() if bot_user else text


def _ask(text: str, user: str, channel: str, *, press: Press | None = None, force: bool = False) -> Ask:
    return Ask(
        text=text[:LONGEST_TEXT] if press else undo_slack(text[:LONGEST_TEXT]).strip(),
        scope=Scope(workspace=LOCAL_WORKSPACE, channel=channel),
        user=user,
        cursor=press.cursor if press else None,
        force=force,
        mentions=() if press else mentioned(text[:LONGEST_TEXT]),
    )


def _too_long(text: str) -> BotError | None:
    if len(text) <= LONGEST_TEXT:
        return None
    return UsageError(f"That is longer than I read ({LONGEST_TEXT:,} characters). Please say it shorter.")


def _pressed_value(action: Json) -> str:
    """Return what a button carries, the chosen entry of a menu, or the id of a chosen person."""
    if action.get("type") == "users_select":
        return _required(action, "selected_user")
    chosen: Json | None = action.get("selected_option")
    return _required(chosen, "value") if chosen is not None else _required(action, "value")


def _decoded(action: Json, value: str) -> tuple[Press, BotError | None]:
    try:
        if action.get("type") == "users_select":
            return press_of_person(_required(action, "action_id"), value), None
        return decode(value), None
    except Expired as expired:
        return Press(text=""), expired


def _text(given: Mapping[str, Any], name: str) -> str:
    """Return a text, empty if it is missing.

    Raises:
        TypeError: it is something else than a text.
    """
    value = given.get(name) or ""
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _required(given: Mapping[str, Any], name: str) -> str:
    value = _text(given, name)
    if not value:
        raise KeyError(name)
    return value


def _key(kind: str, *parts: str) -> str:
    """Name a request without keeping anything of it: response_urls are secrets, texts may be private."""
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return f"{kind}:{digest}"
