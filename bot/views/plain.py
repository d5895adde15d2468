"""Answers as JSON values, for scripts. Keys stay; new ones may come."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.answers import (
    AlertDetails,
    AlertDone,
    AlertList,
    ChangeList,
    Choices,
    DigestDetails,
    DigestDone,
    DigestKept,
    DigestList,
    DigestReport,
    Exported,
    FilterHelp,
    HelpPage,
    Overview,
    ProjectCard,
    ProjectList,
    Refusal,
    ServiceList,
    Summary,
    WatchDetails,
    WatchKept,
    WatchList,
    WatchTested,
)
from bot.views.digest_json import digests_as_json, kept_as_json, report_as_json
from bot.views.sheet import record, time_of
from bot.views.sleepers import idle_of_row
from bot.views.watch_json import alert_as_json, idle_as_json, watches_as_json

if TYPE_CHECKING:
    from bot.answers import Answer
    from bot.model import Event, Freshness, LeftOut, Moment
    from bot.query import Field


def as_json(answer: Answer) -> dict[str, Any]:  # noqa: PLR0911 - one per family of answers
    """Return any answer as JSON values."""
    match answer:
        case Refusal():
            return {
                "error": answer.sentence,
                "command": answer.text or None,
                "position": answer.position if answer.length else None,
                "correction": answer.correction,
                "sources": [_source(known) for known in answer.freshness],
            }
        case HelpPage():
            return {"verbs": [asdict(verb) for verb in answer.verbs]}
        case FilterHelp():
            return {"filters": [_field(field, answer) for field in answer.fields]}
        case Overview():
            return as_json(answer.projects)
        case DigestList() | DigestDetails() | DigestDone():
            return digests_as_json(answer)
        case WatchKept() | WatchList() | WatchDetails() | WatchTested() | AlertList() | AlertDetails() | AlertDone():
            return watches_as_json(answer)
        case _:
            shown = {"command": answer.command, "at": time_of(answer.now)}
            return shown | _told(answer) | {"sources": [_source(known) for known in answer.freshness]}


def _told(  # noqa: PLR0911 - one per answer
    answer: ProjectList
    | ProjectCard
    | Choices
    | ServiceList
    | Summary
    | ChangeList
    | Exported
    | DigestReport
    | DigestKept,
) -> dict[str, Any]:
    moment = answer.moment
    match answer:
        case ProjectList(verb="inactive"):
            return _sleepers(answer)
        case ProjectList() | Choices():
            found = answer.found
            return {
                "total": found.total,
                "projects": [record(entry, moment) for entry in found.entries],
                "hidden_archived": found.hidden_archived,
                "left_out": _left_out(found.left_out),
            }
        case ProjectCard():
            return {
                "project": record(answer.entry, moment),
                "events": [_event(event, moment) for event in answer.events],
            }
        case ServiceList():
            services = [asdict(each) | {"updated_at": time_of(each.updated_at)} for each in answer.services]
            return {"project": record(answer.entry, moment), "services": services}
        case Summary():
            return _summary(answer)
        case ChangeList():
            return {
                "since": time_of(answer.since),
                "total": answer.found.total,
                "events": [_event(event, moment) for event in answer.found.events],
                "left_out": _left_out(answer.found.left_out),
            }
        case DigestReport():
            return report_as_json(answer)
        case DigestKept():
            return kept_as_json(answer)
        case Exported():
            return {"rows": answer.rows, "hidden_archived": answer.hidden_archived}


def _sleepers(answer: ProjectList) -> dict[str, Any]:
    """Return quiet projects with the evidence and the alerts of the channel that cover them."""
    rows = [
        record(entry, answer.moment)
        | {
            "silence": idle_as_json(idle_of_row(entry, answer)),
            "alerts": [
                alert_as_json(each.alert) | {"watch": each.watch.number} for each in answer.raised.get(entry.ref, ())
            ],
        }
        for entry in answer.found.entries
    ]
    return {
        "total": answer.found.total,
        "projects": rows,
        "not_enough_data": answer.unsure,
        "watches": answer.watches,
        "hidden_archived": answer.found.hidden_archived,
        "left_out": _left_out(answer.found.left_out),
    }


def _summary(answer: Summary) -> dict[str, Any]:
    tally = answer.tally
    return {
        "total": sum(tally.states.values()),
        "states": [
            {"connection": connection, "state": state.value, "projects": number}
            for (connection, state), number in sorted(tally.states.items())
        ],
        "subscriptions": [
            {"connection": connection, "subscription": word, "projects": number}
            for (connection, word), number in sorted(tally.subscriptions.items())
        ],
        "since": time_of(answer.since),
        "events": {kind.value: number for kind, number in tally.events.items()},
        "viewers": tally.live,
        "queue": tally.queued,
        "measured": tally.measured,
        "measurable": tally.measurable,
    }


def _event(event: Event, moment: Moment) -> dict[str, Any]:
    return {
        "kind": event.kind.value,
        "at": time_of(event.at),
        "seen_at": time_of(event.seen_at),
        "before": event.before,
        "after": event.after,
        "project": record(event.entry, moment),
    }


def _source(known: Freshness) -> dict[str, Any]:
    problem = known.problem
    return {
        "connection": known.connection,
        "source": known.source,
        "projects": known.rows,
        "read_at": time_of(known.last_success_at),
        "viewers_at": time_of(known.viewers_at),
        "refreshing": known.refreshing,
        "problem": None
        if problem is None
        else {"kind": problem.kind.value, "detail": problem.detail, "since": time_of(problem.since)},
        "quota": None if known.quota is None else asdict(known.quota),
    }


def _left_out(left_out: tuple[LeftOut, ...]) -> list[dict[str, Any]]:
    return [{"connection": each.connection, "fields": list(each.fields), "projects": each.count} for each in left_out]


def _field(field: Field, answer: FilterHelp) -> dict[str, Any]:
    meanings = {sheet.name: sheet.fields[field.name] for sheet in answer.sheets if field.name in sheet.fields}
    return {"name": field.name, "summary": field.summary, "examples": list(field.examples), "sources": meanings}
