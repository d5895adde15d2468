"""Strict JSON, and texts, counts and moments as a source may write them. Pure; only `SourceGarbled` leaves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from bot.errors import SourceGarbled

Shape = TypeVar("Shape")

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

UNPRINTABLE: dict[int, str] = {
    **dict.fromkeys(range(0x20), REPLACEMENT),  # C0 controls, NUL among them: databases refuse it
    **dict.fromkeys(range(0x7F, 0xA0), REPLACEMENT),  # delete and the C1 controls
    **dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT),  # lone surrogates: UTF-8 cannot say them
    ord("\t"): " ",
    ord("\n"): " ",
    ord("\r"): " ",
}


def printable(text: str) -> str:
    """Replace the characters that a database, a log or a terminal would choke on; leave all others alone."""
    return text.translate(UNPRINTABLE)


def read_moment(value: object) -> datetime:
    """Read an RFC 3339 date and time, with a zone, as aware UTC.

    Raises:
        ValueError: anything else; a moment without a zone could be hours away from the truth.
    """
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004 - what pydantic turns into its own error
    moment = datetime.fromisoformat(value.upper())
    if moment.tzinfo is None:
        raise ValueError("no zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the calendar") from None


Text = Annotated[str, AfterValidator(printable)]
"""A text for people, made printable."""

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""How many; no source counts further, and every database can keep it."""

UtcMoment = Annotated[datetime, BeforeValidator(read_moment)]
"""A moment, aware UTC."""


class Wire(BaseModel):
    """What a source sends: types as documented, unknown fields ignored, no value ever quoted in an error."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


def read_json(title: str, shape: TypeAdapter[Shape], body: bytes) -> Shape:
    """Read a whole JSON document of a known shape.

    Raises:
        SourceGarbled: not UTF-8, not JSON to its end, or of another shape. The detail names the place, never the value.
    """
    try:
        document = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        kind = "a web page" if body.lstrip()[:1] == b"<" else "no complete JSON"
        raise SourceGarbled(title, f"{kind} instead of data") from None
    try:
        return shape.validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the top"
        raise SourceGarbled(title, f"an unknown shape at {place}") from None


def _refuse_constant(name: str) -> NoReturn:
    """Refuse ``NaN`` and ``Infinity``: Python reads them, JSON does not have them."""
    raise ValueError(name)
