"""Reading one call of the Web API: which method, with which arguments, on whose behalf.

https://docs.slack.dev/apis/web-api#methods_supporting_json
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

    from bot.demo.slack.nouns import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a Web API method, without its token."""

    method: str
    args: JSON


class ApiError(Exception):
    """Slack's word for why it says no.

    Args:
        error: the word, such as ``channel_not_found``.
        extra: further keys of the answer.
    """

    status = 200

    def __init__(self, error: str, **extra: object) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra
        self.headers: dict[str, str] = {}


class TooFast(ApiError):
    """Slack asks for a pause: https://docs.slack.dev/apis/web-api/rate-limits.

    Args:
        wait_s: for how many seconds; rounded up as Slack does.
    """

    status = 429

    def __init__(self, wait_s: float) -> None:
        super().__init__("ratelimited")
        self.headers = {"Retry-After": str(max(1, math.ceil(wait_s)))}


async def read_call(request: web.Request) -> tuple[Call, str | None]:
    """Return the call and its token; a JSON body cannot carry the token.

    Raises:
        ApiError: ``invalid_json`` or ``json_not_object``.
    """
    args: JSON = dict(request.query)
    token = _bearer(request)
    if request.content_type == "application/json":
        args |= _object(await request.text())
    else:
        fields = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        args |= fields
        token = token or args.pop("token", None)
    for key in ("blocks", "files", "attachments", "metadata"):
        if isinstance(args.get(key), str):
            args[key] = _value(args[key], f"invalid_{key}_format")
    return Call(method=request.match_info["method"], args=args), token


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else None


def _object(raw: str) -> JSON:
    read = _value(raw or "{}", "invalid_json")
    if not isinstance(read, dict):
        raise ApiError("json_not_object")
    return read


def _value(raw: str, error: str) -> object:
    try:
        read: object = json.loads(raw)
    except ValueError:
        raise ApiError(error) from None
    return read


def flag(value: object) -> bool:
    """Read a boolean argument: JSON's own, or a form's ``true`` and ``1``."""
    return value in (True, "true", "1", 1)
