"""What the screens of digests promise beyond their pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import DifferenceKind, DigestDetails, DigestList
from bot.demo.slack.validate import broadcasts, refusals
from bot.model import DeliveryState, DigestChange
from bot.slack.heard import Heard
from bot.slack.payloads import read_press
from bot.views import Audience, draw
from bot.views.blocks import LONGEST_TEXT, fits
from bot.views.digest_words import wall_clock, zone_of
from bot.views.plain import as_json
from tests.builders import NOW
from tests.fakes.slack_payloads import press
from tests.views.book_cases import (
    BOOK_CASES,
    BY_BEN,
    DETAILS,
    EVERY_STATE,
    KEPT,
    TOMORROW,
    TWENTY_FIVE,
    delivery,
    digest,
)
from tests.views.digest_cases import CASES as DIGEST_CASES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.answers import Answer
    from bot.model import Digest

hostile = st.text(max_size=300)


def pressable(name: str, audience: Audience = Audience.PRIVATE) -> Iterator[dict[str, Any]]:
    """Yield everything that can be pressed in a case."""
    for block in draw(BOOK_CASES[name], audience=audience).blocks:
        yield from block["elements"] if block["type"] == "actions" else ()
        yield from [block["accessory"]] if "accessory" in block else ()


def asks(element: dict[str, Any]) -> str | None:
    """Return the title of the dialog before a press, if there is one."""
    return element["confirm"]["title"]["text"] if "confirm" in element else None


def labels(name: str) -> dict[str, str | None]:
    """Return the label of each button and what it asks."""
    return {each["text"]["text"]: asks(each) for each in pressable(name) if each["type"] == "button"}


def test_what_others_would_notice_is_asked_about_first() -> None:
    """A thumb slips; everything else is done at once."""
    assert labels("digests_details") == {
        "Preview": None,
        "Run now": "Post it now?",
        "Pause": "Pause this digest?",
        "Edit": None,
        "Remove": "Remove this digest?",
        "↻ Refresh": None,
        "Share": None,
    }
    assert labels("digests_details_resting")["Resume"] is None
    assert labels("digests_none")["Weekdays at 9:00"] == "Add this digest?"


@pytest.mark.parametrize("name", BOOK_CASES)
def test_every_press_is_understood_with_its_dialog(name: str) -> None:
    """Slack sends the dialog back with the press; it changes nothing."""
    for element in pressable(name):
        chosen = [option["value"] for option in element.get("options", ())] or [None]
        for option in chosen:
            body = press(element["action_id"], element.get("value", ""), chosen=option)
            body["actions"][0] |= {"confirm": element["confirm"]} if "confirm" in element else {}
            heard = read_press(body)
            assert isinstance(heard, Heard)
            assert heard.problem is None
            assert heard.ask.text.startswith(("digest ", "list", "changes", "export"))


@pytest.mark.parametrize("audience", Audience)
def test_what_a_channel_sees_notifies_nobody(audience: Audience) -> None:
    """Whoever looks at the digests of a channel must not ring the phones of those in it."""
    people = {"U0ANNA": "Anna", "U0BEN": "Ben *<@U0BEN>*"}
    listed = draw(DigestList(digests=EVERY_STATE, now=NOW, people=people), audience=audience)
    resting = digest(pause=BY_BEN, next=None)
    shown = draw(replace(DETAILS, digest=resting, people=people), audience=audience)
    seen, calls = json.dumps(listed.blocks, ensure_ascii=False), "user_id" in json.dumps(shown.blocks)

    assert ("<@U0ANNA>" in seen) == calls == (audience in {Audience.PRIVATE, Audience.DIRECT})
    assert calls or (" · Anna" in seen and '"Ben *<@U0BEN>*"' in json.dumps(shown.blocks))
    assert "owner Anna" in listed.text
    assert "Owner: Anna" in shown.text
    assert "<@" not in shown.text


def test_owner_whose_name_would_act_is_shown_plain() -> None:
    """A name is no formatting."""
    answer = DigestList(digests=EVERY_STATE[:1], now=NOW, people={"U0ANNA": "*Anna* <!channel>"})
    message = draw(answer, audience=Audience.PUBLIC)
    (row,) = [block for block in message.blocks if block["type"] == "section"]

    assert row["text"]["type"] == "plain_text"
    assert "*Anna* <!channel>" in row["text"]["text"]
    assert "<!channel>" not in message.text


def test_somebody_whose_name_is_not_known_is_shown_by_their_id() -> None:
    """As far as we may ask."""
    assert "Owner: U0ANNA" in draw(DETAILS, audience=Audience.PUBLIC).text


def test_a_long_list_keeps_every_digest_and_gives_up_its_menus() -> None:
    """Twenty-five menus are more than Slack takes; the numbers stay."""
    message = draw(DigestList(digests=TWENTY_FIVE, now=NOW), audience=Audience.PRIVATE)
    shown = [block["text"]["text"] for block in message.blocks if block["type"] == "section"]

    assert [f"*{each.number} ·" in text for each, text in zip(TWENTY_FIVE, shown, strict=True)] == [True] * 25
    assert not any("accessory" in block for block in message.blocks)
    assert "`help digest`" in json.dumps(message.blocks[-1])


def test_runs_are_shown_on_the_readers_clock_and_on_the_digests() -> None:
    """The reader's client writes the first; the second is what was stored."""
    message = draw(KEPT, audience=Audience.PRIVATE)
    dates = [
        part
        for block in message.blocks
        if block["type"] == "rich_text"
        for part in block["elements"][0]["elements"]
        if part["type"] == "date"
    ]

    assert dates[0]["timestamp"] == TOMORROW.at.timestamp()
    assert dates[0]["fallback"] == "Tue 31 Mar 2026 09:00 Europe/Berlin"
    assert "clocks in Europe/Berlin go back" in message.text


def test_a_channel_that_is_closed_to_us_is_named_with_what_to_do() -> None:
    """The command can be copied from the warning."""
    assert "/invite @rollcall" in draw(BOOK_CASES["digests_kept_uninvited"], audience=Audience.PRIVATE).text
    assert "archived" in draw(BOOK_CASES["digests_kept_resting"], audience=Audience.PRIVATE).text
    assert "/invite" not in draw(KEPT, audience=Audience.PRIVATE).text


def test_an_example_that_is_too_long_is_cut_and_what_was_stored_stays() -> None:
    """The echo is the point; the example is a courtesy, and says where the rest is."""
    hostile = DIGEST_CASES["hostile"]
    filtered = replace(hostile.digest, query="y" * 290)
    example = replace(hostile, digest=filtered, differences=hostile.differences[:3])
    answer = replace(KEPT, digest=digest(query="name:" + "w" * 300), example=example)
    message = draw(answer, audience=Audience.PRIVATE)

    assert fits(message.blocks)
    assert refusals(message.blocks) == []
    assert len(message.text) <= LONGEST_TEXT
    assert message.text.startswith("Added digest 2: digest add ")
    assert [block["type"] for block in message.blocks[-2:]] == ["context", "actions"]
    assert "`digest preview 2` shows the rest" in json.dumps(message.blocks[-2])


@pytest.mark.parametrize("name", DIGEST_CASES)
def test_any_example_leaves_room_for_what_was_stored(name: str) -> None:
    """Every digest there is can be the example of the longest command."""
    answer = replace(KEPT, digest=digest(query="name:" + "&" * 250), example=DIGEST_CASES[name])
    message = draw(answer, audience=Audience.PRIVATE)

    assert fits(message.blocks)
    assert len(message.text) <= LONGEST_TEXT
    assert not message.text.endswith(("&", "&a", "&am", "&amp"))


def test_a_near_moment_has_a_day_and_a_far_one_its_date() -> None:
    """`Mon 09:00` is enough for this week only."""
    berlin = zone_of(digest())

    assert wall_clock(TOMORROW.at, berlin, NOW) == "Tue 09:00"
    assert wall_clock(TOMORROW.at + timedelta(days=7), berlin, NOW) == "Tue 7 Apr 2026 09:00"


REPORTS = {f"report_{name}": case for name, case in DIGEST_CASES.items()}
EVERY_ANSWER: dict[str, Answer] = {**BOOK_CASES, **REPORTS}


@pytest.mark.parametrize("name", EVERY_ANSWER)
def test_every_answer_is_json(name: str) -> None:
    """A script gets values, and the command that gives them again."""
    told = as_json(EVERY_ANSWER[name])

    assert json.loads(json.dumps(told)) == told
    assert told["command"].startswith("digest ")


def test_json_has_settings_history_and_moments_as_values() -> None:
    """Words are for people; a script wants to compute."""
    told = as_json(DETAILS)

    assert (told["digest"]["cron"], told["digest"]["zone"]) == ("0 9 * * 1-5", "Europe/Berlin")
    assert told["digest"]["next_at"] == "2026-03-31T07:00:00Z"
    assert next(run["local"] for run in told["next_runs"]) == "2026-03-31T09:00"
    assert {each["state"] for each in told["deliveries"]} == {state.value for state in DeliveryState}
    assert told["changes"][-1] == {"at": "2026-02-28T12:00:00Z", "by": "U0ANNA", "what": "added it"}
    assert as_json(KEPT)["matching"] == 40


def test_json_has_no_numbers_where_there_are_none() -> None:
    """A source that was never read has no projects to count, and not zero of them."""
    unread = as_json(DIGEST_CASES["blind_nothing_else"])
    differences = as_json(DIGEST_CASES["every_kind"])["differences"]

    assert {each["connection"]: each["states"] for each in unread["totals"]} == {
        "microvisualizer": {},
        "streampixel": None,
    }
    assert {each["kind"] for each in differences} == {kind.value for kind in DifferenceKind}


@settings(max_examples=40, deadline=None)
@given(st.lists(hostile, min_size=1, max_size=25), st.integers(1, 10**6))
def test_any_list_is_taken_by_slack_and_pings_nobody(texts: list[str], number: int) -> None:
    """Filters and reasons hold what people and sources wrote."""
    rows = tuple(
        digest(number + n, query=text, last=delivery(DeliveryState.FAILED, reason=text)) for n, text in enumerate(texts)
    )
    drawn = draw(DigestList(digests=rows, now=NOW), audience=Audience.PRIVATE)

    assert refusals(drawn.blocks) == []
    assert broadcasts(drawn.blocks) == []
    assert fits(drawn.blocks)


@settings(max_examples=40, deadline=None)
@given(st.lists(hostile, min_size=1, max_size=20))
def test_any_history_is_taken_by_slack_and_pings_nobody(texts: list[str]) -> None:
    """Twenty deliveries with the longest of reasons fit, and say how much was left away."""
    answer: DigestDetails = replace(
        DETAILS,
        digest=digest(query=texts[0]),
        deliveries=tuple(delivery(DeliveryState.FAILED, days=n, reason=text) for n, text in enumerate(texts)),
        changes=tuple(DigestChange(at=NOW, by="U0BEN", what=f"changed the filters to `{text}`") for text in texts),
    )
    drawn = draw(answer, audience=Audience.PRIVATE)

    assert refusals(drawn.blocks) == []
    assert broadcasts(drawn.blocks) == []
    assert fits(drawn.blocks)


def test_a_row_of_the_list_has_three_short_lines_and_why() -> None:
    """One sign, the next run, how the last one went; the reason on its own line, cut."""
    late = digest(last=delivery(DeliveryState.LATE, reason="Slack asked to wait " * 9))
    hostile_one = digest(last=delivery(DeliveryState.LATE, reason="*now* " * 30))

    def row(one: Digest) -> list[str]:
        blocks = draw(DigestList(digests=(one,), now=NOW), audience=Audience.PRIVATE).blocks
        (section,) = [block for block in blocks if block["type"] == "section"]
        return str(section["text"]["text"]).split("\n")

    for lines in (row(late), row(hostile_one)):
        assert len(lines) == 4
        assert "".join(lines).count("⏰") == 1
        assert lines[2].lower().startswith("next")
        assert lines[2].endswith(" · Fri 09:00: posted late")
        assert len(lines[3]) == 60
    assert len(row(digest(last=delivery(DeliveryState.POSTED)))) == 3
