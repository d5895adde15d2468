"""What Slack would send: signed, and each with names of its own, so that none is taken for a repetition."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from slack_sdk.signature import SignatureVerifier

from bot.demo.slack.courier import encode
from bot.demo.slack.nouns import Channel, Envelope
from bot.demo.slack.payloads import command_payload
from bot.demo.slack.workspace import APP, DOMAIN, PEOPLE, TEAM

if TYPE_CHECKING:
    from bot.ports import Clock

_CHANNEL = Channel(id="C0STUDIO", name="studio", members=set())
_numbers = count(1)


class Slack:
    """Writes HTTP requests, ready to send.

    Args:
        url: of the surroundings, where answers go.
        signing_secret: known to the bot.
        clock: the real time: a signature is good for five minutes.
    """

    def __init__(self, url: str, signing_secret: str, clock: Clock) -> None:
        self._url = url
        self._verifier = SignatureVerifier(signing_secret)
        self._clock = clock

    def command(self, text: str) -> tuple[str, bytes]:
        """Write a ``/projects`` command; returns the name of its place in the inbox, and the request."""
        name = f"{next(_numbers)}"
        url = f"{self._url}/inbox/{name}"
        payload = command_payload(_CHANNEL, PEOPLE[0], "/projects", text, trigger_id=f"t.{name}", response_url=url)
        return name, self._request(Envelope(kind="slash_commands", payload=payload))

    def press(self, action_id: str) -> bytes:
        """Write a click on a button."""
        name = f"{next(_numbers)}"
        payload = {
            "type": "block_actions",
            "user": {"id": PEOPLE[0].id, "username": PEOPLE[0].handle, "team_id": TEAM},
            "api_app_id": APP,
            "container": {"type": "message", "message_ts": "1.1", "channel_id": _CHANNEL.id, "is_ephemeral": True},
            "trigger_id": f"t.{name}",
            "team": {"id": TEAM, "domain": DOMAIN},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": _CHANNEL.id, "name": _CHANNEL.name},
            "response_url": f"{self._url}/inbox/{name}",
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "action_ts": f"1.{name}"}],
        }
        return self._request(Envelope(kind="interactive", payload=payload))

    def _request(self, envelope: Envelope) -> bytes:
        body, kind = encode(envelope)
        stamp = str(int(self._clock.now().timestamp()))
        signature = self._verifier.generate_signature(timestamp=stamp, body=body)
        head = (
            "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: {signature}\r\n\r\n"
        )
        return head.encode() + body
