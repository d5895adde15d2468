"""`help`: verbs, one verb, and the filters. Every word here is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.query import OPTIONS
from bot.views import blocks, buttons

if TYPE_CHECKING:
    import slackblocks as sb

    from bot.answers import FilterHelp, HelpPage, VerbHelp
    from bot.model import Message
    from bot.query import Field

SLASH = "/projects"
FIELDS_PER_BLOCK = 8


def help_page(answer: HelpPage) -> Message:
    """Draw all verbs, or one."""
    if answer.topic is not None:
        return _one(next(verb for verb in answer.verbs if verb.name == answer.topic))
    lines = [f"`{SLASH} {verb.usage}`  {verb.summary}" for verb in answer.verbs]
    head = f"*Ask me about your projects.* `{SLASH}` alone shows how the sources are, and the list."
    tail = (
        "The same words work after a mention of me, where everybody sees the answer, and in a direct message to me. "
        "Answers to commands are private until you share them."
    )
    drawn = [blocks.ours(head), blocks.ours("\n".join(lines)), blocks.bar(_tries(answer.verbs)), blocks.notes([tail])]
    return blocks.message([_plain(head), *map(_plain, lines), tail], drawn)


def _tries(verbs: tuple[VerbHelp, ...]) -> list[sb.Element]:
    offered = [verb.name for verb in verbs if verb.name in {"status", "live", "inactive", "changes"}]
    return [
        *(buttons.run(name, name, f"try.{name}") for name in offered),
        buttons.run("filters", "help filters", "try.filters"),
    ]


def _one(verb: VerbHelp) -> Message:
    lines = [f"*`{SLASH} {verb.usage}`*", verb.summary[:1].upper() + verb.summary[1:] + "."]
    lines += [verb.details] if verb.details else []
    drawn = [blocks.ours("\n".join(lines))]
    if verb.examples:
        drawn.append(blocks.bar([buttons.run(each, each, f"example.{n}") for n, each in enumerate(verb.examples)]))
    examples = [f"{SLASH} {each}" for each in verb.examples]
    return blocks.message([*map(_plain, lines), "For example:", *examples], drawn)


def filter_help(answer: FilterHelp) -> Message:
    """Draw the table of filters, and what each means at each source."""
    signs = (
        '`a,b` either · `-field:value` or `not field:value` the opposite · `*` anything · `"two words"` · '
        "`>3` `<=3` `3..5` numbers · `<7d` younger, `>30d` older · `2026-01-31`, `today` days"
    )
    head = ["*Filters* go after any verb; all of them must hold.", signs]
    lines = [_field(field, answer) for field in answer.fields]
    groups = [lines[n : n + FIELDS_PER_BLOCK] for n in range(0, len(lines), FIELDS_PER_BLOCK)]
    rule = (
        f"Days are those of {answer.zone}. A project whose source does not know a field never matches a comparison "
        "with it; the answer says how many were left out for that."
    )
    drawn = [blocks.ours("\n".join(head)), *(blocks.ours("\n".join(group)) for group in groups), blocks.notes([rule])]
    return blocks.message([*map(_plain, head), *map(_plain, lines), rule], drawn)


def _field(field: Field, answer: FilterHelp) -> str:
    example = f"`{field.examples[0]}`"
    where = f" (only with {', '.join(f'`{verb}`' for verb in field.verbs)})" if field.verbs else ""
    told = "" if field.kind in OPTIONS else _meaning(field, answer)
    return f"*{field.name}:* {field.summary}{where} {example}{told}"


def _meaning(field: Field, answer: FilterHelp) -> str:
    """Say what a filter means where that differs, and which sources know it if not all do."""
    known = [(sheet.title, sheet.fields[field.name]) for sheet in answer.sheets if field.name in sheet.fields]
    some = len(known) < len(answer.sheets)
    if not known:
        return " _known to no source here_" if some else ""
    if not some and len({meaning for _, meaning in known}) == 1:
        return ""
    return f" _{'only ' * some}{'; '.join(f'{title}: {meaning}' for title, meaning in known)}_"


def _plain(line: str) -> str:
    """Take the formatting off our own mrkdwn."""
    return line.replace("*", "").replace("`", "").replace("_", "")
