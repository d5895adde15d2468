"""The two plain sentences with which `alerts why` begins: what is so, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import CardLine
from bot.model import MOMENTARY, AlertState, Condition, ConditionKind, Verdict
from bot.views.alert_ends import ended
from bot.views.alert_words import acknowledged, evidence, kept, open_for, snoozed
from bot.views.blocks import clip, one_line
from bot.views.people import named
from bot.views.silence import limit
from bot.views.watch_words import zone_of

if TYPE_CHECKING:
    from bot.answers import AlertDetails

REASON_WIDTH = 120
_GONE = Condition(kind=ConditionKind.GONE)
_DAY_WORDS = {"d": "days", "h": "hours", "min": "minutes", "s": "seconds"}


def why(answer: AlertDetails) -> tuple[str, str]:
    """Return the two sentences."""
    return f"{_what_is_so(answer)}{_allowed(answer)}", _how_it_stands(answer)


def _what_is_so(answer: AlertDetails) -> str:
    """Return the evidence as a sentence: ``Last edit 7 Mar by ci-main, 284 d ago.``."""
    watch, moment = answer.raised.watch, answer.moment
    said = evidence(
        _GONE if _is_gone(answer) else watch.condition, answer.finding, answer.entry, zone_of(watch), moment.now
    )
    return f"{said[:1].upper()}{said[1:]}." if said else _unknown(answer)


def _is_gone(answer: AlertDetails) -> bool:
    """Tell whether its source lists the project no more: what the watch waits for does not matter then."""
    return answer.entry is not None and answer.entry.gone_at is not None


def _unknown(answer: AlertDetails) -> str:
    reason = one_line(answer.finding.reason)
    return f"Nothing can be said now: {clip(reason, REASON_WIDTH)}." if reason else "Nothing can be said now."


def _allowed(answer: AlertDetails) -> str:
    condition = answer.raised.watch.condition
    if condition.threshold is None or _is_gone(answer):
        return ""
    number, _, unit = limit(condition.threshold, working_days=condition.working_days).partition(" ")
    words = _DAY_WORDS.get(unit, unit)
    return f" The watch allows {number} {words.removesuffix('s') if number == '1' else words}."


def _how_it_stands(answer: AlertDetails) -> str:
    """Say whether it is open, and who looks after it."""
    alert, now, people = answer.raised.alert, answer.moment.now, answer.people
    zone = zone_of(answer.raised.watch)
    if alert.keep is not None:
        return f"{kept(alert, zone, now, people)}."
    if not alert.is_open:
        return _not_open(answer)
    if alert.state is AlertState.RECOVERING:
        return f"👀 It seems over, which another look has to confirm; open {open_for(alert, now)}."
    said = [each for each in (snoozed(alert, zone, now, people), acknowledged(alert, people)) if each]
    owner = f"👤 {named(alert.owner, people)} looks after it" if alert.owner else ""
    handled = " · ".join(filter(None, (owner, *said)))
    if answer.finding.verdict in {Verdict.CLEAR, Verdict.QUIET, Verdict.OUT}:
        return f"This does not hold any more; the alert ends at the next look.{f' {handled}.' if handled else ''}"
    opened = f"Open {open_for(alert, now)}"
    return f"{opened}. {handled}." if handled else f"{opened}, and nobody has taken it on."


def _not_open(answer: AlertDetails) -> str:
    alert, condition = answer.raised.alert, answer.raised.watch.condition
    if alert.state is AlertState.QUIET:
        return "Not confirmed yet, so nobody was told."
    if condition.kind in MOMENTARY:
        return "This is news: it was told once."
    mark, words = ended(_line_of(answer))
    return f"{mark} It {clip(words, REASON_WIDTH).removeprefix('· ')}."


def _line_of(answer: AlertDetails) -> CardLine:
    return CardLine(raised=answer.raised, entry=answer.entry, finding=answer.finding)
