"""`alerts why`: one alert with all its evidence, who said what about it, and everything that can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import ConditionKind, StepKind, Verdict
from bot.views import alert_buttons, blocks, buttons
from bot.views.alert_lines import name_of_alert
from bot.views.alert_why import why
from bot.views.alert_words import STEP_MARKS
from bot.views.blocks import bold, clip, fitting, moment, one_line, text
from bot.views.buttons import Audience
from bot.views.difference_lines import linked
from bot.views.digest_words import dated, wall_clock
from bot.views.evidence import count
from bot.views.footer import source_lines
from bot.views.people import CALLED, may_be, named
from bot.views.sharing import shared_line
from bot.views.silence import age, blind_words, coverage_words, doubt
from bot.views.watch_words import happened, mark_of, settings_of, zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import slackblocks as sb

    from bot.answers import AlertDetails
    from bot.model import AlertStep, Idle, Message

_LEVELS = ((60, 10, 160), (40, 8, 100), (40, 4, 60), (25, 1, 40))
"""Characters of the name, steps of the record, and characters of each; the next is tried if it would be too long."""

VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.CLEAR: "does not hold any more",
    Verdict.QUIET: "does not hold yet, but more than 80 % of the limit has passed",
    Verdict.FIRES: "holds",
    Verdict.UNSURE: "cannot be told",
    Verdict.GONE: "cannot be told: the project is gone from its source",
    Verdict.OUT: "is not asked",
}


def alert_details(answer: AlertDetails, audience: Audience, shared_by: str | None) -> Message:
    """Draw one alert."""
    return fitting(lambda level: _details(answer, audience, shared_by, *_LEVELS[level]), range(len(_LEVELS)))


def _details(  # noqa: PLR0917 - a level of room
    answer: AlertDetails, audience: Audience, shared_by: str | None, width: int, most: int, wide: int
) -> Message:
    raised, entry = answer.raised, answer.entry
    condition, number = raised.watch.condition, raised.alert.number
    name = name_of_alert(entry, width)
    head = f" {happened(condition, 1)}" if raised.alert.is_open else ""
    place = f"  ·  {one_line(answer.title)}{f', #{number}' if number else ''}"
    sentences, facts = why(answer), facts_of(answer)
    small = (
        [*_hints(answer), *source_lines([answer.freshness], answer.moment.now)] if answer.freshness else _hints(answer)
    )
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn.append(
        blocks.says(text(f"{mark_of(condition)} "), linked(name, entry), bold(head or " "), text(clip(place, wide)))
    )
    drawn.append(blocks.paragraphs([[text(clip(each, 2 * wide))] for each in sentences]))
    offers = alert_buttons.for_one(raised, entry, can_archive=answer.can_archive, somebody=True)
    drawn += [blocks.bar(offers)] if offers and audience is not Audience.SHARED else []
    details = [[bold(label), text(f"  {clip(words, 2 * wide)}")] for label, words in facts]
    drawn.append(blocks.paragraphs([[bold("Details")], *details]))
    steps = _record(answer, most)
    if steps:
        record = [_step(each, answer, wide, audience) for each in steps]
        drawn.append(blocks.paragraphs([[bold("Record")], *record, *([[text(line)] for line in _rest(answer, most)])]))
    drawn += [buttons.bar(answer.command, audience), *([blocks.notes(small)] if small else [])]
    spoken = [f"{mark_of(condition)} {name}{head}{place}", *sentences, *(f"{label}: {words}" for label, words in facts)]
    spoken += [_step_spoken(each, answer, wide) for each in steps]
    return blocks.message([*spoken, *_rest(answer, most), *small], drawn)


# --- facts -------------------------------------------------------------------------------------------------------


def facts_of(answer: AlertDetails) -> list[tuple[str, str]]:
    """Return what else speaks for and against the alert, as labels and plain text."""
    watch, alert = answer.raised.watch, answer.raised.alert
    flapping = f"goes back and forth: {count(len(alert.flips), 'change')} lately" if alert.flapping_since else ""
    since = "was so already when the watch began" if alert.baseline else ""
    facts = [
        ("Watch", f"{watch.number}: {settings_of(watch.draft)}"),
        ("Since", since),
        *_known(answer),
        ("Right now", _now(answer)),
        ("Does not count", ", ".join(answer.ignored)),
        ("Looked", _looked(answer)),
        ("Unsteady", flapping),
    ]
    return [(label, words) for label, words in facts if words]


def _known(answer: AlertDetails) -> list[tuple[str, str]]:
    """Say how well silence was observed, or that it need not be."""
    idle = answer.finding.idle
    if idle is None or answer.entry is None:
        return []
    blind = f"{age(idle.blind)} in which I could not look" if blind_words(idle) else ""
    return [("How I know", _observed(answer, idle)), ("Left out of the limit", blind)]


def _observed(answer: AlertDetails, idle: Idle) -> str:
    if idle.coverage is None:
        return "its source dates every edit, so none is missed"
    words = coverage_words(idle.coverage)
    missing = doubt(idle, answer.sights.viewers.until or answer.sights.listing.until)
    return f"{words}; {missing if missing and missing not in words else 'enough' if idle.enough else 'too little'}"


def _now(answer: AlertDetails) -> str:
    """Say what is so now where that is not what the alert says."""
    found = answer.finding
    if found.verdict is Verdict.FIRES:
        return ""
    reason = f": {one_line(found.reason)}" if found.reason and found.verdict is not Verdict.GONE else ""
    confirm = ", seen only by looking" if found.sampled and found.signal_at else ""
    return f"the condition {VERDICT_WORDS[found.verdict]}{reason}{confirm}"


def _looked(answer: AlertDetails) -> str:
    """Say when it was looked at, and when it is looked at next."""
    zone, now = zone_of(answer.raised.watch), answer.moment.now
    sampled = answer.raised.watch.condition.kind is ConditionKind.QUEUE
    sight = answer.sights.viewers if sampled else answer.sights.listing
    last = f"last {wall_clock(sight.until, zone, now)}" if sight.until else "not yet"
    following = answer.next_look_at
    return f"{last}, again {wall_clock(following, zone, now)} at the latest" if following else last


# --- record ------------------------------------------------------------------------------------------------------


def _record(answer: AlertDetails, most: int) -> Sequence[AlertStep]:
    return answer.raised.steps[:most]


def _rest(answer: AlertDetails, most: int) -> list[str]:
    more = len(answer.raised.steps) - most
    return [f"And {count(more, 'earlier entry', 'earlier entries')}."] if more > 0 else []


def _step(step: AlertStep, answer: AlertDetails, wide: int, audience: Audience) -> list[sb.RichTextElement]:
    words = f"  {STEP_MARKS[step.kind]} {_what(step, answer, wide)}"
    return [moment(step.at, _when(step, answer)), text(words), *_who(step, answer, audience)]


def _what(step: AlertStep, answer: AlertDetails, wide: int) -> str:
    whom = f" to {named(step.person, answer.people)}" if step.kind is StepKind.ASSIGNED and step.person else ""
    return f"{clip(one_line(step.what), wide)}{whom}"


def _who(step: AlertStep, answer: AlertDetails, audience: Audience) -> list[sb.RichTextElement]:
    user = step.by
    if user is None:
        return []
    if audience in CALLED or not may_be(user):
        return [text(" · "), text(named(user, answer.people))]
    return [text(" · "), blocks.person(user)]


def _step_spoken(step: AlertStep, answer: AlertDetails, wide: int) -> str:
    by = f" · {named(step.by, answer.people)}" if step.by else ""
    return f"{_when(step, answer)} {STEP_MARKS[step.kind]} {_what(step, answer, wide)}{by}"


def _when(step: AlertStep, answer: AlertDetails) -> str:
    return dated(step.at.astimezone(zone_of(answer.raised.watch)))


def _hints(answer: AlertDetails) -> list[str]:
    """Say what needs words: a reason, a date."""
    number = answer.raised.alert.number
    if number is None:
        return []
    if not answer.raised.alert.is_open:
        return [f"By word: `alerts keep {number} 90d because …`"]
    reason, day = f"alerts snooze {number} 7d because …", f"alerts keep {number} 2027-01-31"
    return [f"With a reason: `{reason}` · until a day: `{day}`"]
