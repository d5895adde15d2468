"""What came back from a source, and the one table from HTTP status to our errors. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from bot.errors import NotFound, SourceBusy, SourceDown, SourceGarbled, SourceRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    body: bytes = b""
    free_at: datetime | None = None
    """With status 429: the end of the pause that began with this answer."""


GENERAL_REFUSALS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "the credentials were not accepted",
    HTTPStatus.PAYMENT_REQUIRED: "the plan does not allow it",
    HTTPStatus.FORBIDDEN: "access was denied",
}


def raise_for_status(title: str, answer: Answer, *, refusal: str | None = None, wanted: str | None = None) -> None:
    """Raise what an answer's status means; return if it is a success.

    Args:
        title: name of the source for people.
        answer: what came back; its body is not read here, and never quoted.
        refusal: what a 4xx status means at this source, in words of ours; it makes the answer a refusal.
        wanted: id of the one project that was asked for; None if the question named none.

    Raises:
        NotFound: 404 to a question about one project.
        SourceBusy: 429.
        SourceDown: 408 and 5xx.
        SourceRefused: 401, 402, 403, and whatever has a `refusal`.
        SourceGarbled: any other status: a redirect (following it would carry our key to another place), a request
            that was not understood.
    """
    status = answer.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise SourceBusy(title, f"HTTP {status}", free_at=answer.free_at)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        raise SourceDown(title, f"HTTP {status}")
    words = refusal or GENERAL_REFUSALS.get(status)
    if words is not None:
        raise SourceRefused(title, f"HTTP {status}: {words}")
    if status == HTTPStatus.NOT_FOUND and wanted is not None:
        raise NotFound(wanted)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise SourceGarbled(title, f"HTTP {status}: a redirect, which I do not follow")
    raise SourceGarbled(title, f"HTTP {status}")
