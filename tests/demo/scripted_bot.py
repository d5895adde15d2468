"""A bot of a few lines that does what the page and the local Slack need to be seen with."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

HOSTILE = "<img src=x onerror=alert(1)> *Beta* & <!channel> مشروع"


def mrkdwn(text: str) -> dict[str, Any]:
    """Make a text object with markup."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str) -> dict[str, Any]:
    """Make a text object without markup."""
    return {"type": "plain_text", "text": text}


def button(text: str, action_id: str, **more: object) -> dict[str, Any]:
    """Make a button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": action_id, **more}


def page_of_projects(page: int) -> list[dict[str, Any]]:
    """Make one page of a list: a hostile name, a menu, paging."""
    menu = {
        "type": "overflow",
        "action_id": "menu",
        "options": [
            {"text": plain("Show details"), "value": "show"},
            {"text": plain("Services"), "value": "services"},
        ],
    }
    named = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": HOSTILE, "style": {"bold": True}}],
            }
        ],
    }
    return [
        {"type": "header", "text": plain(f"Projects, page {page}")},
        named,
        {"type": "section", "text": mrkdwn("*Showroom Oslo* `off` :zzz:"), "accessory": menu},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("Streampixel, 2 min old")]},
        {
            "type": "actions",
            "elements": [
                button("Next", "next", style="primary"),
                button(
                    "Forget",
                    "forget",
                    style="danger",
                    confirm={
                        "title": plain("Sure?"),
                        "text": plain("It cannot be undone."),
                        "confirm": plain("Yes, forget"),
                        "deny": plain("No"),
                    },
                ),
            ],
        },
    ]


class ScriptedBot:
    """Answers ``list`` and ``export``, turns pages, replies to mentions and messages.

    Args:
        environment: as `DemoServer.settings_environment` returns it.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._verifier = SignatureVerifier(environment["SLACK_SIGNING_SECRET"])
        self.client = AsyncWebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
        """For what a test lets it say by itself."""
        self._tasks: set[asyncio.Task[None]] = set()
        self.gate = asyncio.Event()
        """Closed, acknowledgements wait."""
        self.gate.set()
        self.ack: str = ""
        """Body of the acknowledgements."""
        self.status = 200
        """Status of the acknowledgements."""
        self.headers: dict[str, str] = {}
        """Headers of the acknowledgements."""
        self.heard: list[dict[str, Any]] = []
        """Every payload with a valid signature."""
        self.retries: list[str | None] = []
        """The header that counts repetitions, for each payload."""

    def routes(self) -> list[web.RouteDef]:
        """Return what it listens to."""
        return [web.post("/slack/events", self._events), web.get("/healthz", self._health)]

    async def _health(self, _request: web.Request) -> web.Response:
        return web.Response(text="well")

    async def _events(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self._verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        payload = _read(request, body)
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": payload["challenge"]})
        self.heard.append(payload)
        self.retries.append(request.headers.get("X-Slack-Retry-Num"))
        await self.gate.wait()
        if self.status == 200 and not self.ack:
            self._later(self._answer(payload))
        kind = "application/json" if self.ack.startswith("{") else "text/plain"
        return web.Response(status=self.status, text=self.ack, content_type=kind, headers=self.headers)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, payload: dict[str, Any]) -> None:
        if "command" in payload:
            await self._command(payload)
        elif payload.get("type") == "block_actions":
            await self._pressed(payload)
        elif "text" in (event := payload["event"]):
            thread = event.get("thread_ts") or event["ts"] if event["type"] == "app_mention" else None
            await self.client.chat_postMessage(
                channel=event["channel"], text=f"heard: {event['text']}", thread_ts=thread
            )

    async def _command(self, payload: dict[str, Any]) -> None:
        if payload["text"].startswith("export"):
            await self.client.files_upload_v2(
                channel=f"D{payload['user_id'][1:]}",
                filename="projects.csv",
                title="All projects",
                content="name,state\nOslo,off\n",
                initial_comment="Here is the list.",
            )
            return
        hook = AsyncWebhookClient(payload["response_url"])
        await hook.send(text="Projects, page 1", blocks=page_of_projects(1))

    async def _pressed(self, payload: dict[str, Any]) -> None:
        hook = AsyncWebhookClient(payload["response_url"])
        action = payload["actions"][0]
        if action["action_id"] == "next":
            await hook.send(text="Projects, page 2", blocks=page_of_projects(2), replace_original=True)
        elif action["action_id"] == "menu":
            value = action["selected_option"]["value"]
            await hook.send(text=f"chosen: {value}", replace_original=False)
        else:
            await hook.send(text="", delete_original=True)


def _read(request: web.Request, body: bytes) -> dict[str, Any]:
    if request.content_type == "application/json":
        read: dict[str, Any] = json.loads(body)
        return read
    form = {key: values[0] for key, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    return json.loads(form["payload"]) if "payload" in form else dict(form)
