"""How Bolt is built."""

from __future__ import annotations

import json
import logging
import os
from typing import TYPE_CHECKING

from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.app import NOWHERE, build_app
from bot.slack.listeners import Listeners
from bot.slack.quiet import Terse, quiet_logger
from tests.fakes import slack_payloads as bodies

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from slack_bolt.async_app import AsyncApp

    from tests.slack.conftest import Room

FOREIGN = {
    "SLACK_CLIENT_ID": "1.1",
    "SLACK_CLIENT_SECRET": "client-secret",
    "SLACK_BOT_TOKEN": "xoxb-foreign",
    "SLACK_SIGNING_SECRET": "foreign-secret",
    "SLACK_VERIFICATION_TOKEN": "foreign-verification",
}


def build(room: Room) -> AsyncApp:
    """Build another app in the same room, without a signing secret."""
    return build_app(
        badge=room.badge,
        listeners=Listeners(answering=room.answering, tasks=room.tasks, apologies=room.apologies, badge=room.badge),
        signing_secret=None,
    )


async def test_environment_does_not_change_what_bolt_is(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """With these set Bolt becomes an app for many workspaces; the real environment is the point."""
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)

    app = build(room)

    assert app.oauth_flow is None
    assert app.installation_store is None
    kept = f"{app._token} {app._signing_secret!r} {app._verification_token} {app.client.token}"
    assert kept == "None '' None None"
    assert {name: os.environ[name] for name in FOREIGN} == FOREIGN


async def test_no_request_asks_slack_who_we_are(room: Room) -> None:
    """Bolt would call auth.test, at every request in some modes."""
    for _ in range(3):
        body = bodies.command("status", url=room.slack.response_url)
        await room.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    await room.settle()

    assert room.slack.methods() == []


async def test_token_is_not_given_to_bolt(room: Room) -> None:
    """We post by ourselves: what Bolt does not have it cannot log, and it could not even reach Slack."""
    assert room.app.client.token is None
    assert room.app.client.base_url == f"{NOWHERE}/"


async def test_no_payload_is_logged_at_any_level(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    """Bolt writes bodies at INFO, DEBUG and WARNING, the SDK writes response_urls at DEBUG."""
    marker = "marker-in-the-payload"
    with caplog.at_level(logging.DEBUG):
        app = build(room)
        for body in (
            bodies.command(marker, url=room.slack.response_url),
            {**bodies.command(marker), "command": "/unknown"},
            bodies.event("app_mention", marker),
            {"type": "something_new", "text": marker},
        ):
            await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        headers: dict[str, str | Sequence[str]] = {
            "x-slack-request-timestamp": "1",
            "x-slack-signature": f"v0={marker}",
        }
        unsigned = AsyncBoltRequest(body=json.dumps(bodies.event("message", marker)), headers=headers)
        refused = await room.app.async_dispatch(unsigned)
        await room.settle()

    assert refused.status == 401
    of_slack = [record for record in caplog.records if record.name.startswith(("slack", "rollcall"))]
    said = "\n".join(logging.Formatter().format(record) for record in of_slack)
    assert marker not in said
    ours = [record for record in caplog.records if record.name != "aiohttp.access"]  # that is the Slack of this test
    assert "hook-secret" not in "\n".join(record.getMessage() for record in ours)


def test_warnings_of_the_libraries_keep_their_words_and_lose_their_values() -> None:
    """What went wrong is worth knowing; the values are payloads, URLs and tickets."""
    record = logging.LogRecord(
        "slack_sdk", logging.ERROR, __file__, 1, "Failed to connect (error: wss://secret); Retrying...", (), None
    )
    record.exc_info = (ValueError, ValueError("secret"), None)

    assert Terse().filter(record) is True
    assert logging.Formatter().format(record) == "Failed to connect (ValueError)"


def test_chatter_of_the_libraries_is_dropped() -> None:
    """Below WARNING there are only payloads."""
    record = logging.LogRecord("slack_bolt", logging.INFO, __file__, 1, "Invalid request signature", (), None)

    warning = logging.LogRecord("slack_sdk", logging.WARNING, __file__, 1, "Session {'url': 'wss'} is old", (), None)

    assert Terse().filter(record) is False
    assert Terse().filter(warning) is True
    assert warning.getMessage() == "Session"
    assert quiet_logger() is quiet_logger()
    assert len(quiet_logger().filters) == 1
