"""Bodies as Slack sends them, with made-up ids."""

from __future__ import annotations

from typing import Any

URL = "https://hooks.example.org/commands/T1/hook-secret"


def command(text: str = "status", *, url: str = URL, **more: str) -> dict[str, Any]:
    """Build a slash command."""
    return {
        "command": "/projects",
        "text": text,
        "response_url": url,
        "trigger_id": "1.2.trigger",
        "user_id": "U1",
        "team_id": "T1",
        "channel_id": "C1",
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        **more,
    }


def press(
    action_id: str,
    value: str = "",
    *,
    url: str = URL,
    ephemeral: bool = True,
    thread: str | None = None,
    chosen: str | None = None,
) -> dict[str, Any]:
    """Build a click on a button, or a choice in an overflow menu."""
    action: dict[str, Any] = {"type": "button", "action_id": action_id, "block_id": "b", "action_ts": "5.5"}
    action |= {"value": value} if chosen is None else {"selected_option": {"value": chosen}}
    container: dict[str, Any] = {"type": "message", "message_ts": "9.9", "channel_id": "C1", "is_ephemeral": ephemeral}
    container |= {"thread_ts": thread} if thread else {}
    return {
        "type": "block_actions",
        "user": {"id": "U1", "team_id": "T1"},
        "team": {"id": "T1"},
        "channel": {"id": "C1", "name": "general"},
        "container": container,
        "trigger_id": "1.3.trigger",
        "response_url": url,
        "actions": [action],
    }


def event(kind: str, text: str, **more: Any) -> dict[str, Any]:
    """Build an event; ``message`` is one in a direct conversation."""
    inner = {"type": kind, "user": "U1", "text": text, "ts": "7.7", "channel": "C1", "team": "T1"}
    inner |= {"channel": "D1", "channel_type": "im"} if kind == "message" else {}
    return {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": "Ev1",
        "event_time": 7,
        "event": {**inner, **more},
        "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}],
    }
