"""Logging: one formatter for our events and everybody else's, and no secret in any of them."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping

    Event = MutableMapping[str, Any]

CAPPED: Final = (
    "httpx",
    "httpcore",
    "httpx_retries",
    "slack_bolt",
    "slack_sdk",
    "aiohttp.access",
    "sqlalchemy",
    "alembic",
)
"""Loggers that may write URLs, payloads or values; they stay at WARNING whatever LOG_LEVEL says."""

HIDDEN: Final = "[hidden]"
SHORTEST_SECRET: Final = 6
"""Shorter values are not looked for: they would blot out ordinary words."""

_PATTERNS: Final = re.compile(
    r"(?i)(apikey=|userid=|authorization: *bearer +|\bxox[a-z]-|\bxapp-|hooks\.slack\.com/|://[^/\s:@]+:)[^\s&\"'@,}]+"
)


class Redactor:
    """Blots out known secrets and what looks like one, in every string of an event."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({s for s in secrets if len(s) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        """Clean one event; a structlog processor."""
        for key, value in event.items():
            event[key] = self.clean(value)
        return event

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - whatever somebody logs
        """Return the value without secrets, containers included."""
        if isinstance(value, str):
            text = self._known.sub(HIDDEN, value) if self._known else value
            return _PATTERNS.sub(lambda match: match[1] + HIDDEN, text)
        if isinstance(value, dict):
            return {key: self.clean(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.clean(each) for each in value]
        return value if isinstance(value, int | float | bool | None) else self.clean(str(value))


def set_up(
    *, level: str, form: Literal["console", "json"] | None, secrets: Iterable[str], stream: TextIO | None = None
) -> None:
    """Send all logging through structlog.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
        form: ``console`` or ``json``; None decides by whether `stream` is a terminal.
        secrets: values that must never appear.
        stream: where to write, by default standard error.
    """
    out = stream or sys.stderr
    pretty = (form or ("console" if out.isatty() else "json")) == "console"
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    redactor = Redactor(secrets)
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if pretty
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redactor, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in CAPPED:
        logging.getLogger(name).setLevel(logging.WARNING)
