"""What Slack tells an app about a gesture.

https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
https://docs.slack.dev/apis/events-api#callback-field
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.slack.workspace import APP, BOT, DOMAIN, TEAM

if TYPE_CHECKING:
    from bot.demo.slack.nouns import JSON, Channel, Message, User


def command_payload(
    channel: Channel, user: User, command: str, text: str, *, trigger_id: str, response_url: str
) -> JSON:
    """Describe a slash command."""
    return {
        "command": command,
        "text": text,
        "response_url": response_url,
        "trigger_id": trigger_id,
        "user_id": user.id,
        "user_name": user.handle,
        "team_id": TEAM,
        "team_domain": DOMAIN,
        "channel_id": channel.id,
        "channel_name": _public_name(channel),
        "api_app_id": APP,
        "is_enterprise_install": "false",
    }


def _public_name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.private else channel.name


def press_payload(
    channel: Channel, user: User, message: Message, action: JSON, *, trigger_id: str, response_url: str
) -> JSON:
    """Describe the use of a button or menu; of an ephemeral message only its name is told."""
    ephemeral = message.only_for is not None
    payload: JSON = {
        "type": "block_actions",
        "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": TEAM},
        "api_app_id": APP,
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        },
        "trigger_id": trigger_id,
        "team": {"id": TEAM, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel.id, "name": _public_name(channel)},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }
    if message.thread_ts:
        payload["container"]["thread_ts"] = message.thread_ts
    if not ephemeral:
        payload["message"] = message.as_slack()
    return payload


def action_of(block: JSON, element: JSON, action_ts: str, option: JSON | None) -> JSON:
    """Describe the element that was used, and what was chosen."""
    action: JSON = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
    }
    if element["type"] == "users_select" and option is not None:
        return action | {"selected_user": option["value"]}
    if option is not None:
        return action | {"selected_option": option}
    return action | {key: element[key] for key in ("text", "value", "style", "url") if key in element}


def event_payload(event: JSON, event_id: str, event_time: int) -> JSON:
    """Wrap an event; `event_time` in seconds since 1970."""
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "event_id": event_id,
        "event_time": event_time,
        "is_ext_shared_channel": False,
        "authorizations": [
            {"team_id": TEAM, "enterprise_id": None, "user_id": BOT.id, "is_bot": True}
            | {"is_enterprise_install": False}
        ],
    }


def message_event(message: Message, channel: Channel, *, mention: bool) -> JSON:
    """Describe a message of a person, as ``app_mention`` or as ``message``."""
    event: JSON = message.as_slack() | {"channel": channel.id, "event_ts": message.ts, "team": TEAM}
    if mention:
        return event | {"type": "app_mention"}
    return event | {"channel_type": "im" if channel.is_im else "channel"}
