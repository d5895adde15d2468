"""Clipping, escaping and the other promises of the vocabulary, for any text."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.demo.slack.validate import broadcasts, refusals
from bot.model import Cursor, Found
from bot.views import Audience, draw
from bot.views.blocks import clip, clip_escaped, escape, fits, message, one_line, pointed, row, says, tame, text
from bot.views.buttons import Press, decode, encode
from tests.builders import entry, microvisualizer, streampixel
from tests.views.cases import listed

names = st.text(max_size=400)


@given(names, st.integers(2, 100))
def test_clipped_text_is_never_too_long_and_says_that_it_was_cut(name: str, limit: int) -> None:
    """Slack refuses a whole message for one text that is too long."""
    line = one_line(name)
    clipped = clip(line, limit)

    assert len(clipped) <= limit
    assert clipped == line or "…" in clipped


@given(st.text(st.sampled_from("&<>ab"), max_size=300), st.integers(10, 200))
def test_escaped_text_fits_and_never_ends_inside_an_entity(name: str, limit: int) -> None:
    """Clip first, escape afterwards: `&am` would show."""
    escaped = clip_escaped(name, limit)

    assert len(escaped) <= limit
    assert escape(escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")) == escaped


@given(names)
def test_one_line_is_one_line_and_hides_nothing(name: str) -> None:
    """Line breaks and direction overrides would let a name rewrite its neighbours."""
    line = one_line(name)

    assert len(line.splitlines()) <= 1
    assert not set(line) & set("\u202a\u202b\u202d\u202e\u2066\u2067")
    assert line.count("\u2068") == line.count("\u2069")


@given(names, names)
def test_a_row_of_any_name_is_taken_by_slack_and_pings_nobody(name: str, detail: str) -> None:
    """No name breaks a list."""
    drawn = message(["x"], [row("🟢", clip(one_line(name), 80), clip(one_line(detail), 110)), says(text(name[:200]))])

    assert refusals(drawn.blocks) == []
    assert broadcasts(drawn.blocks) == []


def test_a_name_that_would_format_itself_is_drawn_plain() -> None:
    """There is no escape for `*` in mrkdwn, so such names are shown without it."""
    tame_row, wild_row = message(["x"], [row("🟢", "snake_case & <co>", "d"), row("🟢", "*x* _y_", "d")]).blocks

    assert tame_row["text"] == {"type": "mrkdwn", "text": "🟢 *snake_case &amp; &lt;co&gt;*\nd", "verbatim": True}
    assert wild_row["text"] == {"type": "plain_text", "text": "🟢 *x* _y_\nd", "emoji": False}
    assert not any(tame(name) for name in ("*", "a~b", "`", "_a", ":x:", "> q"))


@given(st.text(min_size=1, max_size=300), st.integers(0, 299), st.integers(1, 300))
def test_the_caret_stands_under_the_place_that_is_meant(typed: str, position: int, length: int) -> None:
    """However long the command, the part in question is in sight."""
    line = " ".join(typed.split()) or "x"
    position = min(position, len(line) - 1)
    block = message(["x"], [pointed(line, position, length)]).blocks[0]
    shown, carets = block["elements"][0]["elements"][0]["text"].split("\n")

    assert shown[carets.index("^")] == line[position]


keys = st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=100)), max_size=5).map(tuple)


cursors = st.builds(Cursor, st.booleans(), st.integers(0), keys)


@given(st.text(max_size=400), st.one_of(st.none(), cursors))
def test_a_button_gives_back_what_was_put_into_it(command: str, cursor: Cursor | None) -> None:
    """Buttons are our only memory of a page."""
    assert decode(encode(Press(command, cursor))) == Press(command, cursor)


@given(
    st.lists(names, min_size=10, max_size=10),
    st.text(st.characters(exclude_characters="\n"), max_size=400),
    st.text(max_size=100),
)
def test_a_page_of_the_worst_names_still_fits(worst: list[str], command: str, key: str) -> None:
    """Names, details, menus and buttons together stay below what Slack takes."""
    cursor = Cursor(forward=True, start=99_990, key=(key, "microvisualizer", "x" * 60))
    rows = tuple(
        entry(
            (microvisualizer if n % 2 else streampixel)(
                name=name, updated_by=name, subscription=name, url="https://x.y/" + "z" * 90
            ),
            ref=10**9,
        )
        for n, name in enumerate(worst)
    )
    answer = replace(listed(found=Found(entries=rows, total=100_000, previous=cursor, next=cursor)), command=command)
    drawn = draw(answer, audience=Audience.PRIVATE)

    assert refusals(drawn.blocks) == []
    assert fits(drawn.blocks), len(json.dumps(drawn.blocks, ensure_ascii=False))
