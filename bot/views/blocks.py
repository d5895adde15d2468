"""The vocabulary of every message: builders, limits, escaping. Only this module knows Slack's numbers.

Builders clip and never raise: a hostile name costs its own end, not the message. Limits:
https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import slackblocks as sb

from bot.model import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

Block = dict[str, Any]
"""One block as Slack takes it."""

MOST_BLOCKS: Final = 45
"""Slack takes 50; the rest is room for what a surface adds."""

MOST_CHARACTERS: Final = 10_000
"""JSON characters of all blocks; Slack has been seen to refuse from about 11,300 on, without documenting it."""

LONGEST_TEXT: Final = 3_800
"""Characters of a message's `text` after escaping; Slack advises 4,000, and a note may be added."""

SECTION_TEXT: Final = 2_900
BUTTON_TEXT: Final = 70
OPTION_VALUE: Final = 75
LONGEST_URL: Final = 2_900
DATE_AND_TIME: Final = "{date_short_pretty} at {time}"
NAME_WIDTHS: Final = (80, 60, 40, 25)
WHOLE_NAME_WIDTHS: Final = (500, *NAME_WIDTHS)
"""How much of a name is shown; the next smaller one is tried when a message would become too long."""

_ACTING = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)|:[\w+'-]+:|^\s*(?:&gt;|>)")
"""Marks that Slack would take for formatting; there is no way to escape them."""

_BIDI_CONTROLS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"))
_RIGHT_TO_LEFT = {"R", "AL"}
_ISOLATE, _POP = "\u2068", "\u2069"


# --- text --------------------------------------------------------------------------------------------------------


def one_line(text: str) -> str:
    """Make one line of any text: blanks collapsed, direction overrides removed, right-to-left text kept to itself."""
    line = " ".join(text.translate(_BIDI_CONTROLS).split())
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in line):
        return f"{_ISOLATE}{line}{_POP}"
    return line


def clip(text: str, limit: int) -> str:
    """Cut to `limit` code points; what was cut is marked with `…`, and an isolate is closed again."""
    if len(text) <= limit:
        return text
    end = "…" + _POP * text.startswith(_ISOLATE)
    return text[: max(limit - len(end), 0)].rstrip() + end


def escape(text: str) -> str:
    """Disarm the three control characters of mrkdwn. Clip before, never after.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tame(text: str) -> bool:
    """Tell whether mrkdwn would show the text as it is."""
    return _ACTING.search(text) is None


def clip_escaped(text: str, limit: int) -> str:
    """Return the longest beginning of `text` whose escaped form fits into `limit`, escaped."""
    escaped = escape(text)
    width = len(text)
    while len(escaped) > limit:
        width = min(width - 1, width * limit // len(escaped))
        escaped = escape(clip(text, width))
    return escaped


# --- blocks ------------------------------------------------------------------------------------------------------


def says(*parts: sb.RichTextElement) -> sb.Block:
    """Return one paragraph of rich text: every part is literal, whatever it holds."""
    return sb.RichTextBlock([sb.RichTextSection(list(parts))])


def paragraphs(lines: Iterable[Sequence[sb.RichTextElement]]) -> sb.Block:
    """Return several lines of rich text as one block; Slack does not say whether sections begin a line, so we do."""
    parts: list[sb.RichTextElement] = []
    for line in lines:
        parts += [text("\n"), *line] if parts else [*line]
    return says(*parts)


def text(words: str) -> sb.RichText:
    """Return literal text; never empty, because Slack refuses that."""
    return sb.RichText(words or " ")


def bold(words: str) -> sb.RichText:
    """Return literal text in bold."""
    return sb.RichText(words or " ", bold=True)


def code(words: str) -> sb.RichText:
    """Return literal text as code."""
    return sb.RichText(words or " ", code=True)


def person(user: str) -> sb.RichTextUser:
    """Return a person by Slack id."""
    return sb.RichTextUser(user)


class _Date(sb.RichText):
    """A moment on the reader's own clock; a kind of text, because slackblocks knows no dates.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block#date-element-type
    """

    def __init__(self, at: datetime, form: str, fallback: str) -> None:
        super().__init__(fallback)
        self._shown = {"type": "date", "timestamp": int(at.timestamp()), "format": form, "fallback": fallback}

    def _resolve(self) -> dict[str, Any]:
        return dict(self._shown)


def moment(at: datetime, fallback: str, form: str = DATE_AND_TIME) -> sb.RichText:
    """Return a moment as the clock of whoever reads it shows it; `fallback` is for programs that cannot."""
    return _Date(at, form, fallback)


def moment_mark(at: datetime, fallback: str, form: str = DATE_AND_TIME) -> str:
    """Return the same as mrkdwn; `fallback` is our own words.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    return f"<!date^{int(at.timestamp())}^{form}|{fallback}>"


def with_code(sentence: str) -> list[sb.RichTextElement]:
    """Turn the stretches of a sentence that stand between backquotes into code."""
    pieces = sentence.split("`")
    if len(pieces) % 2 == 0:  # a backquote that somebody typed: nothing is code then
        return [text(sentence)]
    return [code(piece) if odd % 2 else text(piece) for odd, piece in enumerate(pieces) if piece]


def pointed(typed: str, position: int, length: int) -> sb.Block:
    """Show a text with a row of carets under the part that is meant; far ends are cut off."""
    before, after = 40, 60
    start = max(position - before, 0)
    shown = typed[start : position + after]
    carets = " " * (position - start) + "^" * max(1, min(length, len(shown) - (position - start)))
    return sb.RichTextBlock([sb.RichTextCodeBlock([sb.RichText(f"{shown}\n{carets}")])])


def row(mark: str, title: str, detail: str, menu: sb.Element | None = None) -> sb.Block:
    """Show one thing of a list: a mark, its name in bold, and below it what matters.

    A name or detail that mrkdwn would format is shown plain instead: literal, only without the bold.
    """
    if tame(title) and tame(detail):
        words = sb.Text(f"{mark} *{escape(title)}*\n{escape(detail)}", verbatim=True)
    else:
        words = sb.PlainText(f"{mark} {title}\n{detail}")
    return sb.SectionBlock(words, accessory=menu)


def entry(mark: str, title: str, rest: str, menu: sb.Element | None = None) -> sb.Block:
    """Show one thing of a list in one line if there is room: its name in bold, and behind it what matters.

    As in `row`, what mrkdwn would format is shown plain.
    """
    begin = f"{mark} " if mark else ""
    if tame(title) and tame(rest):
        words = sb.Text(f"{begin}*{escape(title)}*{escape(rest)}", verbatim=True)
    else:
        words = sb.PlainText(f"{begin}{title}{rest}")
    return sb.SectionBlock(words, accessory=menu)


def ours(words: str, menu: sb.Element | None = None) -> sb.Block:
    """Show mrkdwn that holds nothing but our own words, or what is escaped and tame."""
    return sb.SectionBlock(sb.Text(clip(words, SECTION_TEXT), verbatim=True), accessory=menu)


def literal(words: str, menu: sb.Element | None = None) -> sb.Block:
    """Show words as they are."""
    return sb.SectionBlock(sb.PlainText(clip(words, SECTION_TEXT)), accessory=menu)


def notes(lines: Sequence[str]) -> sb.Block:
    """Show small print; each line is plain text and is escaped here, stretches between backquotes are code."""
    most = 10
    return sb.ContextBlock([sb.Text(_small(line), verbatim=True) for line in lines[:most]])


def _small(line: str) -> str:
    return clip_escaped(one_line(line), SECTION_TEXT)


def table(rows: Sequence[Sequence[str]], *, right: Iterable[int] = ()) -> sb.Block:
    """Show a table; the first row is its header, the columns in `right` are numbers. Cells are literal."""
    numbers = set(right)
    settings = [sb.ColumnSettings(align="right" if column in numbers else "left") for column in range(len(rows[0]))]
    return sb.TableBlock([[sb.RawText(cell or "–") for cell in cells] for cells in rows], column_settings=settings)


def line() -> sb.Block:
    """Show a line between what belongs apart."""
    return sb.DividerBlock()


def bar(buttons: Sequence[sb.Element]) -> sb.Block:
    """Show buttons side by side."""
    return sb.ActionsBlock(list(buttons))


@dataclass(frozen=True, slots=True)
class Question:
    """What Slack asks before it hands a press on."""

    title: str
    """At most 100 characters, ours."""

    text: str
    """At most 300, ours."""

    yes: str
    """Label of the button that goes on, at most 30."""

    danger: bool = False


def button(
    label: str,
    action_id: str,
    value: str,
    *,
    spoken: str | None = None,
    primary: bool = False,
    asks: Question | None = None,
) -> sb.Element:
    """Return a button; `spoken` is what a screen reader says where the label is only a sign."""
    return sb.Button(
        text=sb.PlainText(clip(one_line(label), BUTTON_TEXT)),
        action_id=action_id,
        value=value,
        accessibility_label=clip(spoken, BUTTON_TEXT) if spoken else None,
        style="primary" if primary else "danger" if asks and asks.danger else None,
        confirm=_dialog(asks) if asks else None,
    )


def _dialog(question: Question) -> sb.ConfirmationDialogue:
    """Draw a question: https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object."""
    return sb.ConfirmationDialogue(
        title=sb.PlainText(question.title),
        text=sb.PlainText(question.text),
        confirm=sb.PlainText(question.yes),
        deny=sb.PlainText("Cancel"),
        style="danger" if question.danger else None,
    )


def link_button(label: str, action_id: str, url: str) -> sb.Element:
    """Return a button that opens a page."""
    return sb.Button(text=sb.PlainText(label), action_id=action_id, url=url)


def menu(action_id: str, options: Sequence[tuple[str, str, str | None]]) -> sb.Element:
    """Return a small menu of at most five `(label, value, url or None)`."""
    most = 5
    return sb.OverflowMenu(
        action_id,
        [
            sb.Option(
                sb.PlainText(label), clip(value, OPTION_VALUE), url=url if url and len(url) <= LONGEST_URL else None
            )
            for label, value, url in options[:most]
        ],
    )


def select(
    action_id: str, placeholder: str, options: Sequence[tuple[str, str]], asks: Question | None = None
) -> sb.Element:
    """Return a drop-down list of `(label, value)` that says what it is for; values have at most 75 characters.

    https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#static_select
    """
    shown = [sb.Option(sb.PlainText(clip(label, OPTION_VALUE)), clip(value, OPTION_VALUE)) for label, value in options]
    confirm = _dialog(asks) if asks else None
    return sb.StaticSelectMenu(action_id, shown, confirm=confirm, placeholder=sb.PlainText(placeholder))


def person_select(action_id: str, placeholder: str) -> sb.Element:
    """Return a list of all people of the workspace, which Slack fills and searches itself.

    https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#users_select
    """
    return sb.UserSelectMenu(action_id, placeholder=sb.PlainText(placeholder))


# --- whole messages ----------------------------------------------------------------------------------------------


def message(lines: Sequence[str], blocks: Sequence[sb.Block]) -> Message:
    """Put a message together; `lines` are plain text and say the same as the blocks."""
    whole = sb.Message(channel="-", blocks=list(blocks)).to_dict()
    return Message(clip_escaped("\n".join(lines), LONGEST_TEXT), [_finished(block) for block in whole["blocks"]])


def with_note(drawn: Message, note: str) -> Message:
    """Add a line of small print at the end, of our own words."""
    (block,) = message([note], [notes([note])]).blocks
    return Message(f"{drawn.text}\n{note}", [*drawn.blocks, block])


def fitting(build: Callable[[int], Message], widths: Sequence[int] = NAME_WIDTHS) -> Message:
    """Build with the widest names that keep the message within Slack's limits."""
    for width in widths:
        built = build(width)
        if fits(built.blocks):
            break
    return built


def fits(blocks: Sequence[Block]) -> bool:
    """Tell whether Slack will take these blocks."""
    return len(blocks) <= MOST_BLOCKS and len(json.dumps(blocks, ensure_ascii=False)) <= MOST_CHARACTERS


def _finished(part: Any) -> Any:  # noqa: ANN401 - JSON of any depth
    """Drop random block ids (Slack gives its own) and keep `:shortcodes:` in plain text from turning into pictures."""
    if isinstance(part, list):
        return [_finished(each) for each in part]
    if not isinstance(part, dict):
        return part
    done = {key: _finished(value) for key, value in part.items() if key != "block_id"}
    if done.get("type") == "plain_text":
        done["emoji"] = False
    return done
