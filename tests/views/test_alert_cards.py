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
from tests.builders import NOW, entry, microvisualizer, streampixel
from tests.views.watch_cases import (
    ACKED,
    BACK,
    CARDS,
    DAY,
    ENDED_OUTAGE,
    HOLDS,
    KINDS,
    OUTAGES,
    PAUSED,
    PEOPLE,
    PERSONS,
    REFUSED,
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
    unwatched,
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
        ("one_archived", "📦 Legacy (MicroVisualizer) was archived"),
        ("kind_approved", "🚀 Showroom Berlin (Streampixel) has a new build"),
    ],
)
def test_the_first_line_of_a_card_stands_alone(name: str, headline: str) -> None:
    """It is all that a notification shows."""
    assert words(draw_card(CARDS[name]))[0] == headline


@pytest.mark.parametrize("state", [AlertState.ACTIVE, AlertState.QUIET])
def test_what_came_back_is_back_also_while_it_may_be_going_quiet_again(state: AlertState) -> None:
    """That is not confirmed yet, so it changes nothing; and nobody removed the watch."""
    line = over(13, "Billing", "is back", state=AlertState.ACTIVE)
    waiting = replace(line, raised=replace(line.raised, alert=replace(line.raised.alert, state=state), steps=()))

    assert words(draw_card(report(ended=(waiting,))))[0] == "✅ Billing (MicroVisualizer) is back"
    assert words(draw_card(report(ended=(waiting, waiting))))[0] == "✅ All back: 2 MicroVisualizer projects"


def test_what_was_closed_stays_closed_while_it_may_open_again() -> None:
    """With the reason for which it was closed."""
    line = over(14, "Legacy", "", state=AlertState.CLOSED)
    alert = replace(line.raised.alert, state=AlertState.QUIET, reason="it no longer matches the filters")
    waiting = replace(line, raised=replace(line.raised, alert=alert, steps=()))

    assert words(draw_card(report(ended=(waiting,))))[0].endswith("alert closed: it no longer matches the filters")


def test_reason_for_keeping_a_project_does_not_choose_the_sign() -> None:
    """People write what they like."""
    what = "is closed: it is kept as it is for good, because the archive is gone"
    reply = draw_reply([told(step(StepKind.CLOSED, what), quiet())], report(quiet()))

    assert words(reply)[0].startswith("📌 Checkout ")


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


def test_buttons_for_very_many_name_the_card_and_what_was_on_it() -> None:
    """A button holds two thousand characters; what opens after it was drawn is none of those that were seen."""
    many = CARDS["many"]
    newest = max(line.raised.alert.opened_at for line in many.open if line.raised.alert.opened_at is not None)
    assert f"alerts ack card:{many.card.ref}@{int(newest.timestamp())}" in commands(draw_card(many))
    assert not [each for each in commands(draw_card(many)) if "watch:" in each and each != "alerts watch:2"]


def test_buttons_for_many_still_name_revisions() -> None:
    """A list of choices holds 75 characters each, so it names the card; one button holds more, and names them."""
    lines = tuple(quiet(100 + n, f"Project {n}") for n in range(20))
    pressed = commands(draw_card(report(*lines)))
    opened = max(line.raised.alert.opened_at for line in lines if line.raised.alert.opened_at is not None)

    assert f"alerts ack {','.join(f'{100 + n}@7' for n in range(20))}" in pressed
    assert [each for each in pressed if "snooze" in each] == [
        f"alerts snooze card:3@{int(opened.timestamp())} {end}"
        for end in ("1d", "tomorrow", "7d", "30d", "until it changes")
    ]
    known = tuple(quiet(100 + n, f"Project {n}", ack=ACKED) for n in range(20))
    assert not [each for each in commands(draw_card(report(*known))) if " ack " in each]


@pytest.mark.parametrize(("number", "asks"), [(3, False), (4, True)])
def test_one_touch_does_not_silence_many(number: int, asks: bool) -> None:  # noqa: FBT001 - a parameter
    """On a phone the buttons are one thumb away, and everybody is meant."""
    message = draw_card(report(*(quiet(100 + n, f"Project {n}") for n in range(number))))
    confirms = {each["action_id"]: each.get("confirm") for each in elements(message) if "why" not in each["action_id"]}

    assert bool(confirms["mine.run.ack"]) is asks
    assert bool(confirms["mine.run.snooze"]) is asks
    assert not confirms["mine.run.all"]


CONTINUING: dict[str, Any] = {"card": replace(CARDS["one"].card, after=2), "told_before": NOW - 4 * DAY}


def test_a_card_that_goes_on_begins_with_what_is_new() -> None:
    """The others were told days ago; what is new is marked, also once it was told."""
    old = tuple(quiet(100 + n, f"Project {n}", 90 - n, opened_at=NOW - 20 * DAY) for n in range(7))
    for announced_at in (None, NOW):
        said = words(draw_card(report(*old, quiet(9, "Kiosk", 31, announced_at=announced_at), **CONTINUING)))

        assert said[0] == "💤 1 more MicroVisualizer project went quiet: Kiosk · 7 still quiet"
        assert said[1] == "🆕 Kiosk: 31 d · anna · #9"
        assert said[2] == "Project 0: 90 d · anna · #100"


def test_several_new_ones_are_named_and_counted() -> None:
    """The first line has room for few."""
    new = tuple(quiet(100 + n, f"Project {n}", announced_at=None) for n in range(4))
    old = quiet(9, "Old", opened_at=NOW - 20 * DAY)

    assert words(draw_card(report(old, *new, **CONTINUING)))[0] == (
        "💤 4 more MicroVisualizer projects went quiet: Project 0, Project 1 and 2 more · 1 still quiet"
    )
    assert "🆕" not in draw_card(report(old, *new)).text


def test_what_was_so_before_the_watch_is_counted_apart() -> None:
    """So the first line stays the same sentence while single ones come and go."""
    before = tuple(quiet(100 + n, f"Project {n}", baseline=True) for n in range(9))

    assert words(draw_card(report(*before, quiet(9, "New"))))[0] == (
        "💤 New (MicroVisualizer) went quiet: no edits for 30 d · 9 were so before"
    )


def test_a_paused_watch_says_so_instead_of_success() -> None:
    """Nothing is over; and it can be resumed here."""
    resting = watch(pause=PAUSED)
    message = draw_card(report(*THREE, watch=resting))

    assert words(message)[0] == "⏸️ Watch 2 is paused: 3 projects are not watched any more"
    assert [each for each in commands(message) if "why" not in each] == ["watch resume 2"]
    line = over(14, "Legacy", "", state=AlertState.CLOSED)
    alert = replace(line.raised.alert, reason="the watch was paused")
    ended = replace(line, raised=replace(line.raised, alert=alert, watch=resting, steps=()))
    assert words(draw_card(report(ended=(ended,), watch=resting)))[0] == (
        "⏸️ Watch 2 is paused: 1 project is not watched any more"
    )


def test_what_ends_with_its_watch_is_one_line() -> None:
    """Nine lines are too many for a click."""
    what = "is closed: the watch was removed"
    ends = [told(step(StepKind.CLOSED, what), quiet(n, f"Project {n}")) for n in range(1, 10)]

    assert words(draw_reply(ends, CARDS["three"])) == [
        "⏹️ The watch was removed: 9 projects are not watched any more (Project 1, Project 2, Project 3 and 6 more)"
    ]


def test_what_is_gone_is_no_success() -> None:
    """It may have vanished with all that is in it."""
    reply = draw_reply([told(step(StepKind.CLOSED, "is closed: it is gone from its source"), quiet())], report(quiet()))

    assert words(reply) == ["⚠️ Checkout is gone from its source; to hear when it returns: watch add gone"]
    pressed = commands(draw_card(CARDS["kind_gone"]))
    assert not [each for each in pressed if " keep " in each]


def test_time_that_ran_out_is_nobodys_doing() -> None:
    """Who snoozed it has not ended that."""
    over_now = told(step(StepKind.SNOOZE_ENDED, "is heard of again: the snooze is over", by="U0ANNA"), quiet())
    taken = told(step(StepKind.SNOOZE_ENDED, "is not snoozed any more", by="U0ANNA"), quiet())

    assert words(draw_reply([over_now, taken], report(quiet()))) == [
        "🔔 Checkout is heard of again: the snooze is over",
        "🔔 Checkout is not snoozed any more (by anna)",
    ]


def test_what_was_taken_back_is_not_said_any_more() -> None:
    """A project that is out of the archive is not archived, and one that is not kept is watched."""
    line = over(14, "Legacy", "", state=AlertState.CLOSED)
    for reason, said in (
        ("it was archived", "📂 Legacy (MicroVisualizer) was archived, and is not any more"),
        ("it is kept as it is until Sun", "👁️ Legacy (MicroVisualizer) was kept, and is watched again"),
    ):
        alert = replace(line.raised.alert, reason=reason)
        undone = replace(line, raised=replace(line.raised, alert=alert, steps=()))
        assert words(draw_card(report(ended=(undone,))))[0] == said


def test_it_is_worse_only_if_it_became_so_after_it_was_told() -> None:
    """What was so from the beginning is no news."""
    lines = (quiet(1, "Old", 200, severity=2), quiet(2, "Now", 61, severity=2), quiet(3, "Paid", 38, severity=2))
    said = words(draw_card(report(*lines)))

    assert said[1:4] == [
        "Old: 200 d · anna · #1",
        "Now: 61 d · anna · 🔺 twice the limit by now · #2",
        "Paid: 38 d · anna · 🔺 still paid for · #3",
    ]


def test_of_a_queue_that_seems_over_nothing_else_is_said() -> None:
    """Three contradictions in one line tell nobody anything."""
    queue = KINDS["queue"]
    alert = replace(queue.raised.alert, state=AlertState.RECOVERING, severity=2, flapping_since=NOW)
    seems = replace(queue, raised=replace(queue.raised, alert=alert))
    other = replace(seems, raised=replace(seems.raised, alert=replace(alert, ref=13, number=13)))

    assert words(draw_card(report(seems, other)))[1] == "Showroom Berlin: 👀 seems over · #12"


def test_blind_time_is_said_once_and_only_where_it_matters() -> None:
    """Where the source dates everything nothing was missed."""
    seen = unwatched()
    idle = seen.finding.idle if seen.finding else None
    assert seen.finding is not None
    assert idle is not None
    blind = replace(seen, finding=replace(seen.finding, idle=replace(idle, blind=2 * DAY)))
    said = draw_card(report(blind, unwatched(13))).text

    assert said.count("could not look") == 1
    assert "For 2 d I could not look; that time is not held against any project." in said
    assert "could not look" not in draw_card(CARDS["blind_time"]).text


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


def test_a_line_says_how_long_ago_the_date_is_that_it_names() -> None:
    """The last edit is 44 d ago, also if only 37 of these days count."""
    detail = words(draw_card(CARDS["blind_time"]))[1]

    assert detail == "last edit 14 Feb by ben, 44 d ago · #12"


def test_what_was_never_seen_says_since_when_we_look() -> None:
    """Nobody was seen: that may be our doing."""
    said = words(draw_card(CARDS["unwatched"]))

    assert said[1] == "nobody seen since 11 Mar, when I began to look (19 d) · #12"
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

    assert "a project that I forgot: no longer in my database · #12" in message.text


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
        "• Warehouse map · last edit 14 Feb by anna, 44 d ago · #15",
        "• Loyalty · last edit 25 Feb by anna, 33 d ago · #16",
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


def test_a_channel_hears_what_broke_and_who_was_told() -> None:
    """In five words; a refused key is nobody's matter there."""
    knows = outage(REFUSED, operators=False, told=("U0ANNA",), people=PEOPLE)

    assert words(draw_outage(knows)) == [
        "⚠️ MicroVisualizer has refused our key since Mon 10:40 UTC",
        (
            "anna was told what to do. No project goes quiet or gone meanwhile; 3 watches wait for it, "
            "14 open alerts stay as before."
        ),
    ]
    nobody = draw_outage(outage(REFUSED, operators=False))
    assert "whoever runs Rollcall has to give it a new key" in nobody.text


def test_a_channel_without_watches_on_it_is_told_little() -> None:
    """There may be none any more when the card is edited."""
    assert words(draw_outage(outage(operators=False, watches=0)))[1] == "Nothing to do here: I keep trying."
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
