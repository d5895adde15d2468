"""The HTTP side of the process: Slack's deliveries, if they come that way, and what operators look at."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger(__name__)

NO_HOOKS: Final[Mapping[str, Handler]] = MappingProxyType({})
SHUTDOWN_WITHIN: Final = 1.5
"""Seconds for requests under way when the server ends."""

CHECK_WITHIN: Final = 3.0
"""Seconds for one readiness check."""


async def _no_facts() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What ``/readyz`` reports."""

    checks: Mapping[str, Callable[[], Awaitable[bool]]]
    """Name (``store``, ``slack``, ``socket``) to check; False, an error or a delay makes us unready."""

    facts: Callable[[], Awaitable[Mapping[str, Any]]] = field(default=_no_facts)
    """More that is worth seeing, as JSON values, such as the last sync of each connection; decides nothing."""


def build_web(
    *,
    slack: tuple[str, Handler] | None,
    readiness: Readiness,
    registry: CollectorRegistry,
    hooks: Mapping[str, Handler] = NO_HOOKS,
) -> web.Application:
    """Build the application.

    Args:
        slack: path and handler of Slack's deliveries; None in Socket Mode.
        hooks: path to handler of what sources send by themselves.
        readiness: what to ask for ``/readyz``.
        registry: what to show at ``/metrics``.
    """
    app = web.Application()
    app.on_response_prepare.append(_hide_versions)
    app.add_routes(routes(slack=slack, readiness=readiness, registry=registry, hooks=hooks))
    return app


def routes(
    *,
    slack: tuple[str, Handler] | None,
    readiness: Readiness,
    registry: CollectorRegistry,
    hooks: Mapping[str, Handler] = NO_HOOKS,
) -> list[web.RouteDef]:
    """Return the routes alone, for an application that has more of them; see `build_web`."""

    async def readyz(_: web.Request) -> web.Response:
        return await _readyz(readiness)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    posted = ({slack[0]: slack[1]} if slack else {}) | dict(hooks)
    delivered = [web.post(path, _contained(handler)) for path, handler in posted.items()]
    looked_at = (("/healthz", _healthz), ("/readyz", readyz), ("/metrics", metrics))
    return [*delivered, *(web.get(path, _contained(handler)) for path, handler in looked_at)]


@asynccontextmanager
async def listening(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve an application; requests under way get a moment at the end.

    Gives the port, which the system chose if 0 was asked for.

    Raises:
        ConfigurationError: the address can not be used, most often because something else uses it.
    """
    runner = web.AppRunner(app, access_log=None, logger=_server_logger(), shutdown_timeout=SHUTDOWN_WITHIN)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            mistake = f"I cannot listen on {host}, port {port} ({error.strerror}). Set HOST and PORT to a free address."
            raise ConfigurationError((mistake,)) from None
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _server_logger() -> logging.Logger:
    """Return a logger for aiohttp's server, which quotes broken requests in its tracebacks."""
    logger = logging.getLogger(f"{__name__}.server")
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(_without_quotes)
    return logger


def _without_quotes(record: logging.LogRecord) -> bool:
    kind = record.exc_info[0] if record.exc_info else None
    record.msg = f"request could not be handled ({kind.__name__ if kind else 'no exception'})"
    record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
    return True


def _contained(handler: Handler) -> Handler:
    """Answer 500 where a handler breaks. aiohttp would log the traceback, and the error's text may quote the body."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except (ConnectionError, web.RequestPayloadError) as error:
            log.info("request.broken_off", path=_pattern(request), error=type(error).__name__)
            return web.Response(status=400)
        except Exception as error:  # noqa: BLE001 - the last line before the server
            log.error("request.failed", path=_pattern(request), error=type(error).__name__)  # noqa: TRY400 - see above
            return web.Response(status=500)

    return answer


def _pattern(request: web.Request) -> str:
    """Name what was asked for, without what may be secret in it."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"


async def _hide_versions(_: web.Request, response: web.StreamResponse) -> None:
    """Name the program but not the versions below it."""
    response.headers["Server"] = "Rollcall"


async def _healthz(_: web.Request) -> web.Response:
    """Answer as long as the loop runs."""
    return web.json_response({"alive": True})


async def _readyz(readiness: Readiness) -> web.Response:
    """Run all checks at once. The answer is open to everybody, so it says what failed and not why."""
    passed = await asyncio.gather(*(_passes(name, check) for name, check in readiness.checks.items()))
    report: dict[str, Any] = {
        "ready": all(passed),
        "checks": dict(zip(readiness.checks, ("ok" if ok else "failed" for ok in passed), strict=True)),
    }
    try:
        async with asyncio.timeout(CHECK_WITHIN):
            report["facts"] = dict(await readiness.facts())
    except Exception as error:  # noqa: BLE001 - information only
        log.warning("readiness.facts_failed", error=type(error).__name__)
    return web.json_response(report, status=200 if report["ready"] else 503)


async def _passes(name: str, check: Callable[[], Awaitable[bool]]) -> bool:
    try:
        async with asyncio.timeout(CHECK_WITHIN):
            return await check()
    except Exception as error:  # noqa: BLE001 - a check that breaks has failed
        log.warning("readiness.check_failed", check=name, error=type(error).__name__)
        return False
