"""One project: everything known about it; and the services of one."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from bot.model import ActorKind, Message, state_of
from bot.views import blocks, buttons
from bot.views.blocks import WHOLE_NAME_WIDTHS, bold, clip, fitting, one_line, text
from bot.views.evidence import EVENT_MARKS, ago, count, event_of, mark_of, matter_of, name_of, person
from bot.views.footer import source_lines
from bot.views.sharing import shared_line

if TYPE_CHECKING:
    from datetime import datetime

    import slackblocks as sb

    from bot.answers import ProjectCard, ServiceList
    from bot.model import Project, Service
    from bot.views.buttons import Audience

DESCRIPTION_WIDTH = 250
MOST_SERVICES = 30
CELL_WIDTH = 40


def project_card(answer: ProjectCard, audience: Audience, shared_by: str | None) -> Message:
    """Draw one project."""
    return fitting(lambda width: _card(answer, audience, shared_by, width), WHOLE_NAME_WIDTHS)


def _card(answer: ProjectCard, audience: Audience, shared_by: str | None, width: int) -> Message:
    entry, now = answer.entry, answer.now
    mark, name = mark_of(entry, answer.moment), name_of(entry.project, width)
    facts = _facts(answer)
    events = [f"{EVENT_MARKS[e.kind]} {event_of(e)}, {ago(e.at, now)}" for e in answer.events]
    sources = source_lines(answer.freshness, now)
    head: list[sb.RichTextElement] = [text(f"{mark} "), bold(name)]
    described = one_line(entry.project.description or "")
    if described:
        head += [text("\n"), text(clip(described, DESCRIPTION_WIDTH))]
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by), blocks.says(*head)]
    drawn.append(blocks.paragraphs([[bold(label), text(f"  {value}")] for label, value in facts]))
    if events:
        drawn.append(blocks.paragraphs([[bold("Lately")], *([text(line)] for line in events)]))
    drawn.append(buttons.bar(answer.command, audience, first=_first(answer, audience)))
    drawn.append(blocks.notes(sources))
    spoken = [
        f"{mark} {name}",
        *([described] if described else []),
        *(f"{a}: {b}" for a, b in facts),
        *events,
        *sources,
    ]
    return blocks.message(spoken, drawn)


def _first(answer: ProjectCard, audience: Audience) -> tuple[sb.Element, ...]:
    project = answer.entry.project
    shown: list[sb.Element] = []
    if project.url and len(project.url) <= blocks.LONGEST_URL:
        shown.append(blocks.link_button("Open ↗", buttons.OPEN, project.url))
    if answer.sheet.lists_services and audience is not buttons.Audience.SHARED:
        shown.append(buttons.run("Services", f"services #{answer.entry.ref}", "services"))
    return tuple(shown)


def _facts(answer: ProjectCard) -> list[tuple[str, str]]:
    """List what is known, most telling first; what the source does not have is not mentioned."""
    entry, project, now = answer.entry, answer.entry.project, answer.now
    facts: list[tuple[str, str | None]] = [
        ("State", _state(answer)),
        ("Source", _where(project, answer)),
        ("Status", None if project.enabled is None else "on" if project.enabled else "off"),
        ("Subscription", None if project.subscription is None else person(project.subscription)),
        ("Viewers", _viewers(answer)),
        ("Services", None if project.service_count is None else f"{project.service_count:,}"),
        ("Edited", _when(project.updated_at, project.updated_by, project.updated_by_kind, now)),
        ("Created", _when(project.created_at, project.created_by, project.created_by_kind, now)),
        ("Pinned", "yes" if project.pinned else None),
        ("Known to us since", f"{_day(entry.first_seen_at)} ({ago(entry.first_seen_at, now)})"),
        ("Id", f"{one_line(project.id)}  (here: #{entry.ref})"),
    ]
    return [(label, value) for label, value in facts if value is not None]


def _state(answer: ProjectCard) -> str:
    """Say the state and why, without saying it twice."""
    state, matter = state_of(answer.entry, answer.moment).value, matter_of(answer.entry, answer.moment)
    return matter if matter.startswith(state) else f"{state} · {matter}"


def _where(project: Project, answer: ProjectCard) -> str:
    same = project.connection == project.source
    return answer.sheet.title if same else f"{answer.sheet.title} ({one_line(project.connection)})"


def _viewers(answer: ProjectCard) -> str | None:
    if not answer.sheet.measures_viewers:
        return None
    seen = answer.entry.viewers
    if seen is None:
        return "not counted yet"
    return f"{seen.live:,} watching, {seen.queued:,} waiting ({ago(seen.at, answer.now)})"


def _when(at: datetime | None, by: str | None, kind: ActorKind | None, now: datetime) -> str | None:
    if at is None:
        return None
    who = f" by {person(by)}{' (API key)' if kind is ActorKind.API_KEY else ''}" if by else ""
    return f"{_day(at)} ({ago(at, now)}){who}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d}"


def service_list(answer: ServiceList, audience: Audience, shared_by: str | None) -> Message:
    """Draw the services of one project."""
    return fitting(lambda width: _services(answer, audience, shared_by, min(width, CELL_WIDTH)))


def _services(answer: ServiceList, audience: Audience, shared_by: str | None, width: int) -> Message:
    name, shown = name_of(answer.entry.project, width), answer.services[:MOST_SERVICES]
    said = f"{count(len(answer.services), 'service')} in {name}" if answer.services else f"{name} has no services yet"
    more = len(answer.services) - len(shown)
    small = [f"And {count(more, 'more service')} not shown here; open the project to see all."] if more else []
    rows = [_cells(service, answer.now, width) for service in shown]
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by), blocks.says(bold(said))]
    if rows:
        drawn.append(blocks.table([("Service", "Owner", "Category", "Changed"), *rows]))
    first = (buttons.run("Project", f"show #{answer.entry.ref}", "project"),)
    sources = [*small, "Asked for just now.", *source_lines(answer.freshness, answer.now)]
    drawn += [buttons.bar(answer.command, audience, first=first), blocks.notes(sources)]
    return blocks.message([said, *(", ".join(row) for row in rows), *sources], drawn)


def _cells(service: Service, now: datetime, width: int) -> tuple[str, str, str, str]:
    changed = ago(service.updated_at, now) if service.updated_at else ""
    by = f" by {person(service.updated_by)}" if service.updated_by and changed else ""
    return (
        clip(one_line(service.name), width),
        clip(one_line(service.owner or ""), width),
        clip(one_line(service.category or ""), width),
        f"{changed}{by}",
    )
