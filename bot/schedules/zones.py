"""Names of time zones: which count, and which was meant."""

from __future__ import annotations

import re
import zoneinfo
from functools import cache
from typing import Final

from bot.grammar import nearest

_ABBREVIATIONS: Final = {
    **dict.fromkeys(("utc", "gmt", "z"), "UTC"),
    **dict.fromkeys(("wet", "west"), "Europe/Lisbon"),
    **dict.fromkeys(("bst", "gb"), "Europe/London"),
    **dict.fromkeys(("cet", "cest", "met", "mez", "mesz"), "Europe/Paris"),
    **dict.fromkeys(("eet", "eest"), "Europe/Athens"),
    **dict.fromkeys(("msk",), "Europe/Moscow"),
    **dict.fromkeys(("est", "edt", "et", "eastern"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct", "central"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt", "mountain"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt", "pacific"), "America/Los_Angeles"),
    **dict.fromkeys(("brt",), "America/Sao_Paulo"),
    **dict.fromkeys(("ist",), "Asia/Kolkata"),
    **dict.fromkeys(("sgt",), "Asia/Singapore"),
    **dict.fromkeys(("jst",), "Asia/Tokyo"),
    **dict.fromkeys(("kst",), "Asia/Seoul"),
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"),
    **dict.fromkeys(("nzst", "nzdt"), "Pacific/Auckland"),
}
"""What people write for a zone that is no name of one: most stand for half a year only, or for several zones."""

_PLAIN_WORDS: Final = frozenset(
    ("z", "west", "gb", "met", "et", "eastern", "ct", "central", "mt", "mountain", "pt", "pacific")
)
"""Those of them that may be part of a name as well, unless in capitals."""

_AREAS: Final = frozenset(
    ("africa", "america", "antarctica", "arctic", "asia", "atlantic", "australia", "europe", "indian", "pacific")
)
_OFFSET: Final = re.compile(r"(?P<base>[a-z]{1,5})(?P<offset>[+-][0-9]{1,2}(?::?[0-9]{2})?)", re.IGNORECASE)


def zone_named(text: str) -> str | None:
    """Return the IANA name of a zone as the database spells it, whatever the case; None if there is none.

    Names without an area count for nothing, except ``UTC``: ``EST`` is New York's winter, and never its summer.
    """
    return _zones().get(text.casefold())


def guess_zone(text: str, own: str) -> str | None:
    """Return the zone that was probably meant; None if nothing is close.

    Args:
        text: what was written: ``Europe/Pariss``, ``CET+1``, ``New York``.
        own: the writer's zone, for an offset alone, ``UTC+2``.
    """
    wanted = "_".join(text.casefold().split())
    if wanted in _ABBREVIATIONS:
        return _ABBREVIATIONS[wanted]
    if offset := _OFFSET.fullmatch(wanted):
        meant = _ABBREVIATIONS.get(offset["base"])
        if meant == "UTC" and offset["offset"].strip("+-0:"):
            return own if "/" in own and not own.startswith("Etc/") else None
        return meant
    city = wanted.rpartition("/")[2]
    return city_zone(city) or _close(city, _cities())


def city_zone(text: str) -> str | None:
    """Return the zone with this last part: ``Paris``, ``New York``."""
    return _cities().get("_".join(text.casefold().split()))


def is_zone_attempt(text: str) -> bool:
    """Tell whether a word is meant as a zone, right or wrong, and can hardly be anything else."""
    folded = text.casefold()
    area, slash, _ = folded.partition("/")
    offset = _OFFSET.fullmatch(folded)
    return (
        (folded in _ABBREVIATIONS and (text.isupper() or folded not in _PLAIN_WORDS))
        or (bool(slash) and (area in _AREAS or nearest(area, _AREAS) is not None))
        or (offset is not None and offset["base"] in _ABBREVIATIONS)
    )


def _close(wanted: str, choices: dict[str, str]) -> str | None:
    meant = nearest(wanted, choices)
    return choices[meant] if meant else None


@cache
def _zones() -> dict[str, str]:
    """All names that count, by their folded form."""
    names = {name for name in zoneinfo.available_timezones() if "/" in name} | {"UTC"}
    return {name.casefold(): name for name in sorted(names)}


@cache
def _cities() -> dict[str, str]:
    """Zones of areas by the folded last part of their names."""
    named = {name.rpartition("/")[2]: name for key, name in _zones().items() if key.partition("/")[0] in _AREAS}
    return {city.casefold(): name for city, name in named.items()}
