"""The baseline: what anybody would write with Bolt, on the same web server, acknowledging with a constant.

``python -m bench.bare_bolt`` reads SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL and PORT.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def build(token: str, signing_secret: str, api_url: str) -> web.Application:
    """Build a Bolt app that knows one command and every button, and does nothing."""
    app = AsyncApp(
        client=AsyncWebClient(token=token, base_url=api_url),
        signing_secret=signing_secret,
        process_before_response=True,
    )
    app.command("/projects")(acknowledge)
    app.block_action(re.compile(""))(acknowledge)
    served = app.web_app("/slack/events")
    served.router.add_get("/readyz", ready)
    return served


async def acknowledge(ack: AsyncAck) -> None:
    """Acknowledge."""
    await ack()


async def ready(_: web.Request) -> web.Response:
    """Say that the server listens."""
    return web.Response()


async def serve() -> None:
    """Serve until told to end."""
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    given = os.environ
    app = build(given["SLACK_BOT_TOKEN"], given["SLACK_SIGNING_SECRET"], given["SLACK_API_URL"])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(given["PORT"])).start()
    await ending.wait()
    await runner.cleanup()


if __name__ == "__main__":
    logging.basicConfig(level="WARNING")
    asyncio.run(serve())
