"""What cards look like and say: of watches, of sources in trouble, of mass changes; and what their threads tell."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.slack.validate import broadcasts, is_too_long, refusals
from bot.model import AlertState, Condition, ConditionKind, StepKind
from bot.views import draw_card, draw_hold, draw_outage, draw_outage_reply, draw_person, draw_reply
from bot.views.blocks import LONGEST_TEXT, MOST_BLOCKS, MOST_CHARACTERS
from tests.builders import entry, microvisualizer, streampixel
from tests.views.watch_cases import (
    ACKED,
    BACK,
    CARDS,
    ENDED_OUTAGE,
    HOLDS,
    KINDS,
    OUTAGES,
    PAUSED,
    PERSONS,
    REPLIES,
    SNOOZED,
    THREE,
    line,
    outage,
    over,
    quiet,
    report,
    step,
    told,
    watch,
)

if TYPE_CHECKING:
    from bot.model import Message

GOLDEN = Path(__file__).parent / "golden" / "alerts"
UPDATE = "ROLLCALL_UPDATE_GOLDEN"

DRAWN: dict[str, Message] = {
    **{f"card_{name}": draw_card(each) for name, each in CARDS.items()},
    **{f"reply_{name}": draw_reply(*each) for name, each in REPLIES.items()},
    **{f"person_{name}": draw_person(each, CARDS["three"]) for name, each in PERSONS.items()},
    **{f"outage_{name}": draw_outage(each) for name, each in OUTAGES.items()},
    **{f"outage_reply_{name}": draw_outage_reply(each) for name, each in OUTAGES.items()},
    **{f"hold_{name}": draw_hold(each) for name, each in HOLDS.items()},
}


def words(message: Message) -> list[str]:
    """Return the fallback text, line by line."""
    return message.text.split("\n")


def elements(message: Message) -> list[dict[str, Any]]:
    """Return everything that can be pressed."""
    rows = [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]
    return [*rows, *(block["accessory"] for block in message.blocks if "accessory" in block)]


def commands(message: Message) -> list[str]:
    """Return every command that can be pressed or chosen."""
    values = [each.get("value") for each in elements(message)]
    values += [option["value"] for each in elements(message) for option in each.get("options", ())]
    return [value.partition("\n")[2] for value in values if value]


# --- looks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWN)
def test_a_message_looks_as_it_did(name: str) -> None:
    """A change of a message is a change that somebody looked at; set ROLLCALL_UPDATE_GOLDEN=1 to accept it."""
    looks = {"text": words(DRAWN[name]), "blocks": DRAWN[name].blocks}
    seen = json.dumps(looks, ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get(UPDATE):
        file.parent.mkdir(exist_ok=True)
        file.write_text(seen, encoding="utf-8")

    assert seen == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    """A file without a case proves nothing."""
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(DRAWN)


@pytest.mark.parametrize("name", DRAWN)
def test_slack_would_take_every_message(name: str) -> None:
    """Within Slack's limits and ours, and nothing in it calls a channel."""
    message = DRAWN[name]

    assert refusals(message.blocks) == []
    assert broadcasts(message.blocks) == []
    assert not is_too_long(message.blocks)
    assert len(message.blocks) <= MOST_BLOCKS
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= MOST_CHARACTERS
    assert 0 < len(message.text) <= LONGEST_TEXT
    assert not re.search(r"<[!@#]", message.text)


# --- cards -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        ("one", "💤 Checkout (MicroVisualizer) went quiet: no edits for 30 d"),
        ("three", "💤 3 MicroVisualizer projects went quiet: no edits for 30 d"),
        ("baseline", "💤 Already quiet when this watch began: 14 MicroVisualizer projects, no edits for 30 d"),
        ("all_back", "✅ All back: 2 MicroVisualizer projects"),
        ("all_over", "☑️ All over: 2 MicroVisualizer projects, 1 back and 1 closed"),
        ("one_archived", "📦 Legacy (MicroVisualizer) · alert closed: it was archived"),
        ("kind_approved", "🚀 Showroom Berlin (Streampixel) has a new build"),
    ],
)
def test_the_first_line_of_a_card_stands_alone(name: str, headline: str) -> None:
    """It is all that a notification shows."""
    assert words(draw_card(CARDS[name]))[0] == headline


def test_a_card_of_a_single_project_has_all_its_buttons() -> None:
    """Nobody has to look for them."""
    pressed = commands(draw_card(CARDS["one"]))

    assert pressed[0] == "alerts why 12@7"
    assert {command.split()[1] for command in pressed} == {"why", "ack", "assign", "archive", "snooze", "keep"}
    assert [each for each in pressed if " snooze " in each] == [
        f"alerts snooze 12@7 {end}" for end in ("1d", "tomorrow", "7d", "30d", "until it changes")
    ]


def test_what_was_said_can_be_taken_back() -> None:
    """A button for what is so already would do nothing."""
    pressed = {command.split()[1] for command in commands(draw_card(CARDS["one_silenced"]))}

    assert {"unsnooze", "unack", "unassign"} <= pressed
    assert not {"snooze", "ack"} & pressed


def test_a_card_of_several_projects_leads_to_each() -> None:
    """With buttons for each project it would be a wall."""
    pressed = commands(draw_card(CARDS["three"]))

    assert [each for each in pressed if "why" in each] == ["alerts why 12@7", "alerts why 15@7", "alerts why 16@7"]
    assert "alerts ack 12@7,15@7,16@7" in pressed
    assert "alerts snooze 12@7,16@7 tomorrow" in pressed
    assert "alerts watch:2" in pressed


def test_buttons_for_very_many_name_the_watch() -> None:
    """A button holds two thousand characters."""
    assert "alerts ack watch:2" in commands(draw_card(CARDS["many"]))


def test_buttons_for_many_still_name_revisions() -> None:
    """A list of choices holds 75 characters each; one button holds more."""
    lines = tuple(quiet(100 + n, f"Project {n}", ack=ACKED) for n in range(20))
    pressed = commands(draw_card(report(*lines)))

    assert [each for each in pressed if "snooze" in each] == [
        f"alerts snooze {','.join(f'{100 + n}@7' for n in range(20))} 7d"
    ]
    assert not [each for each in pressed if " ack " in each]


def test_a_card_whose_projects_are_all_snoozed_offers_all_of_them() -> None:
    """Who wants them to rest longer can say so."""
    pressed = commands(draw_card(report(quiet(1, snooze=SNOOZED), quiet(2, snooze=SNOOZED))))

    assert "alerts snooze 1@7,2@7 30d" in pressed


@pytest.mark.parametrize("name", [name for name in DRAWN if name.startswith(("card_", "outage", "hold"))])
def test_a_card_answers_whoever_presses(name: str) -> None:
    """A press must not change the message under everybody's eyes."""
    ids = [each["action_id"] for each in elements(DRAWN[name])]

    assert all(each.startswith(("mine.", "open")) for each in ids)


def test_a_card_that_goes_on_elsewhere_has_nothing_to_press_for_all() -> None:
    """Its newer one has."""
    message = draw_card(CARDS["continued"])

    assert not [block for block in message.blocks if block["type"] == "actions"]
    assert "This goes on in a newer card below" in message.text


def test_what_was_left_out_is_counted() -> None:
    """Nothing is dropped without a word."""
    said = words(draw_card(CARDS["many"]))

    assert "and 110 more" in said
    assert "and 24 more that are over" in said


def test_all_that_is_over_is_counted_where_there_is_no_room() -> None:
    """The newest ends give way first."""
    crowded = tuple(quiet(n, "x" * 300, snooze=replace(SNOOZED, reason="y" * 300), owner="U0BEN") for n in range(30))
    drawn = draw_card(report(*crowded, ended=(over(99, "z" * 300, "w" * 300),) * 10, ended_total=50))

    assert refusals(drawn.blocks) == []
    assert "over" in drawn.text


def test_an_age_without_blind_time_says_so() -> None:
    """The last edit is 44 d ago, and 37 of these days count."""
    detail = words(draw_card(CARDS["blind_time"]))[1]

    assert detail == ("last edit 14 Feb by ben · 37 d (limit 30 d, not counting 7 d when I could not look) · alert 12")


def test_what_was_never_seen_says_since_when_we_look() -> None:
    """Nobody was seen: that may be our doing."""
    said = words(draw_card(CARDS["unwatched"]))

    assert said[1] == "nobody seen since 11 Mar, when I began to look · 19 d (limit 14 d) · alert 12"
    assert "Looked at 97 % of the planned times in 14 d, longest gap 2 h." in said


def test_an_objection_never_shows_an_address() -> None:
    """It may lead to a file that is nobody else's business."""
    message = draw_card(CARDS["kind_rejected"])

    assert "files.example" not in message.text + json.dumps(message.blocks)
    assert "(address)" in message.text


def test_the_news_of_a_build_stay_news() -> None:
    """A build that went live is never back."""
    approved = replace(KINDS["approved"].raised.alert, state=AlertState.CLOSED)
    ended = replace(KINDS["approved"], raised=replace(KINDS["approved"].raised, alert=approved))
    message = draw_card(report(ended=(ended,), title="Streampixel"))

    assert words(message)[0] == "🚀 Showroom Berlin (Streampixel) has a new build"
    assert "closed" not in message.text


def test_a_card_without_anything_still_says_what_it_was() -> None:
    """Its alerts may have been forgotten."""
    assert words(draw_card(report(watch=None, known=None))) == [
        "☑️ Nothing of MicroVisualizer is open here any more",
        "The watch of this card was removed.",
    ]
    assert words(draw_card(report(ended_total=3)))[0] == "☑️ All over: 3 MicroVisualizer projects"


def test_a_project_that_left_the_database_is_told_all_the_same() -> None:
    """The end of an announced alert is owed."""
    message = draw_card(report(line(quiet().raised.alert, None, None), quiet(13)))

    assert "a project that I forgot: no longer in my database · alert 12" in message.text


@settings(max_examples=40)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=12), st.text(max_size=300), st.integers(0, 300))
def test_a_card_of_the_worst_names_is_taken(names: list[str], reason: str, more: int) -> None:
    """Whatever projects are called and people write."""
    lines = tuple(
        line(
            replace(quiet(number).raised.alert, owner="U0BEN", snooze=replace(SNOOZED, reason=reason)),
            entry(
                (microvisualizer if number % 2 else streampixel)(name=name, updated_by=name, url="https://x.y/z"),
                ref=number,
            ),
            quiet(number).finding,
        )
        for number, name in enumerate(names)
    )
    ends = tuple(over(900 + n, name, f"is back: edited by {name}") for n, name in enumerate(names[:10]))
    given_report = report(
        *lines, *(quiet(1000 + n) for n in range(more)), ended=ends, title=names[0], people={"U0BEN": reason}
    )
    drawn = [draw_card(given_report), draw_reply([told(step(what=reason), each) for each in lines], given_report)]

    for message in drawn:
        assert refusals(message.blocks) == []
        assert broadcasts(message.blocks) == []
        assert not is_too_long(message.blocks)
        assert not re.search(r"<[!@#]", message.text)


# --- threads -----------------------------------------------------------------------------------------------------


def test_new_ones_are_told_with_their_evidence() -> None:
    """A heading that stands alone, and a line for each."""
    assert words(draw_reply(*REPLIES["two_more"])) == [
        "💤 2 more went quiet",
        "• Warehouse map · last edit 14 Feb by anna · 44 d ago (limit 30 d) · alert 15",
        "• Loyalty · last edit 25 Feb by anna · 33 d ago (limit 30 d) · alert 16",
    ]


def test_the_only_ones_are_not_more() -> None:
    """There is nothing beside them."""
    lines = THREE[:2]
    reply = draw_reply([told(step(), each) for each in lines], report(*lines))
    single = draw_reply([told(step(), lines[0])], report(lines[0]))

    assert words(reply)[0] == "💤 2 went quiet"
    assert single.text.startswith("💤 Checkout went quiet: last edit")


def test_more_than_ten_steps_are_counted() -> None:
    """A storm of ends is one message."""
    ends = [told(step(StepKind.BACK, "is back"), BACK)] * 14

    said = words(draw_reply(ends, CARDS["three"]))

    assert len(said) == 11
    assert said[-1] == "and 4 more changes; the card shows how it is now"


def test_only_whom_it_concerns_is_called() -> None:
    """An owner once it got worse, and whoever it was assigned to; who did something is only named."""
    message = draw_reply(*REPLIES["everything"])
    called = [each["user_id"] for each in _nodes(message.blocks) if each.get("type") == "user"]

    assert called == ["U0BEN", "U0BEN"]
    assert "👤 Checkout is assigned to ben (by anna)" in words(message)


def test_an_owner_that_slack_cannot_know_is_written() -> None:
    """The terminal takes any word; Slack would refuse the whole message."""
    worse = told(step(StepKind.WORSE, "is quiet"), quiet(owner="somebody else"))

    assert refusals(draw_reply([worse], CARDS["three"]).blocks) == []
    assert not [each for each in _nodes(draw_reply([worse], CARDS["three"]).blocks) if each.get("type") == "user"]


def test_a_person_is_told_where_to_answer() -> None:
    """Numbers are those of the channel, so there is nothing to press here."""
    message = draw_person(PERSONS["keep_ends"], CARDS["three"])

    assert elements(message) == []
    assert [each["channel_id"] for each in _nodes(message.blocks) if each.get("type") == "channel"] == ["C0TEAM"]
    assert "Keep it as it is: /projects alerts keep 12 90d" in words(message)


def test_whatever_a_person_is_told_has_a_next_step() -> None:
    """Also what comes to be told directly later."""
    message = draw_person(told(step(StepKind.ASSIGNED, "is assigned to you"), quiet()), CARDS["three"])

    assert words(message)[-1] == "Why: /projects alerts why 12"


# --- sources -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "advice"), [("refused", "make a new key"), ("forbidden", "give the key the right")])
def test_operators_are_told_what_to_do(name: str, advice: str) -> None:
    """401 and 403 mend themselves never."""
    assert advice in draw_outage(OUTAGES[name]).text


def test_a_channel_is_told_in_two_lines() -> None:
    """It can do nothing about it."""
    message = draw_outage(OUTAGES["channel"])

    assert len(words(message)) == 2
    assert elements(message) == []


def test_a_channel_without_watches_on_it_is_told_little() -> None:
    """There may be none any more when the card is edited."""
    assert words(draw_outage(outage(operators=False, watches=0)))[1] == "I keep trying."
    assert "No watch is on it." in draw_outage(outage(watches=0)).text


def test_the_end_of_an_outage_says_what_was_missed() -> None:
    """Silence while nobody looked is no silence."""
    assert words(draw_outage_reply(outage(ENDED_OUTAGE))) == [
        "✅ MicroVisualizer can be read again, after 1 h",
        "12 changes happened meanwhile. The time in which I saw nothing counts for no alert.",
    ]
    assert "changes" not in draw_outage(outage(replace(ENDED_OUTAGE, missed=None))).text


def test_a_release_is_asked_for_twice() -> None:
    """Everybody hears of it."""
    (release, _) = elements(draw_hold(HOLDS["held"]))

    assert commands(draw_hold(HOLDS["held"]))[0] == "alerts release streampixel"
    assert release["confirm"]["confirm"]["text"] == "Release them"


def test_what_was_released_offers_nothing_more() -> None:
    """Once is enough."""
    assert elements(draw_hold(HOLDS["released_by_ben"])) == []
    assert "ben released them." in draw_hold(HOLDS["released_by_ben"]).text


def test_a_watch_without_filters_looks_in_all_projects() -> None:
    """And one that rests says so."""
    resting = watch(Condition(kind=ConditionKind.GONE), query="", pause=PAUSED)

    assert (
        "Watch 2 looks for: gone from its source, in all projects. It rests now."
        in draw_card(report(watch=resting)).text
    )


def _nodes(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [node for each in part for node in _nodes(each)]
    if not isinstance(part, dict):
        return []
    return [part, *(node for value in part.values() for node in _nodes(value))]
