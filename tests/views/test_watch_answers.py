"""What answers about watches and alerts say, offer, and give to scripts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.answers import SetAside, WatchDeed, WatchDetails, WatchTested
from bot.model import Condition, ConditionKind, Finding, Hours, Verdict
from bot.views import Audience, draw
from bot.views.alerts import label_of
from bot.views.plain import as_json
from bot.views.watch_words import CONDITION_MARKS, add_command, happened, standing
from tests.builders import NOW
from tests.views.watch_answers import WATCH_ANSWERS, backtest, judged, kept, preview, why
from tests.views.watch_cases import KINDS, THREE, draft, unwatched, watch

if TYPE_CHECKING:
    from bot.answers import Answer
    from bot.model import Message

assert THREE[0].entry is not None
KEPT_ASIDE = SetAside(entry=THREE[0].entry, until=NOW + timedelta(days=33), kept=True)
SNOOZED_ASIDE = replace(KEPT_ASIDE, until=None, kept=False)


def drawn(answer: Answer, audience: Audience = Audience.PRIVATE) -> Message:
    """Draw an answer."""
    return draw(answer, audience=audience, shared_by="U1" if audience is Audience.SHARED else None)


def words(name: str) -> list[str]:
    """Return the fallback text of a case, line by line."""
    return drawn(WATCH_ANSWERS[name]).text.split("\n")


def pressed(message: Message) -> dict[str, str]:
    """Return label and command of every button."""
    rows = [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]
    return {each["text"]["text"]: each["value"].partition("\n")[2] for each in rows if "value" in each}


# --- what is said ------------------------------------------------------------------------------------------------


def test_a_new_watch_shows_what_it_would_do() -> None:
    """Before anything is sent, somebody may think better of it."""
    said = words("watches_kept")

    assert said[0] == "Added watch 2: watch add inactive for 30d by edits source:microvisualizer -pinned:true"
    assert "Would be told now: 3 of 320 projects, as one card, in a minute or two:" in said
    assert "💤 Checkout · last edit 18 Jan by anna, 71 d ago" in said
    assert "4 projects past 80 % of the limit: next in line." in said
    assert "2 pinned projects left out; to watch those too, add pinned:any." in said
    assert "In the last 30 d it would have sent 9 messages (6 began, 3 ended): about 2 a week." in said


@pytest.mark.parametrize(
    ("past", "sentence"),
    [
        (backtest(0), "No history yet: my record begins 30 Mar. watch test says more in some days."),
        (backtest(messages=0), "In the last 30 d it would have sent nothing."),
        (backtest(projects=2000), "That is of 2,000 of the projects only: I look no further back into more."),
        (backtest(measured=300), "Of 300 projects the counts of viewers were read, of the others the last one only."),
        (backtest(5, events=5000), "Since 25 Mar, where the newest 5,000 changes begin, it would have sent 9 messages"),
        (
            backtest(12, messages=1, opened=1, ended=0),
            "Since 18 Mar, where my record begins, it would have sent 1 message (1 began, 0 ended)",
        ),
    ],
)
def test_the_past_is_told_as_far_as_it_is_known(past: Any, sentence: str) -> None:
    """A short record is no promise."""
    assert sentence in drawn(kept(preview=preview(backtest=past))).text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"told_at": NOW + timedelta(hours=19)},
            "as one card, on Tue 31 Mar 09:00, when working hours begin:",
        ),
        ({"cards": 2}, "Would be told now: 3 of 320 projects, as 2 cards, one for each source, in a minute or two:"),
        ({"firing_total": 1}, "Would be told now: 1 of 320 projects, in a minute or two:"),
        ({"concerned": 26}, "Would be told now: 3 of 26 projects"),
        ({"on_card": 3}, "Nothing new would be told: 3 of 320 projects fire, told before:"),
        ({"on_card": 2}, "Would be told now: 1 of 320 projects, in a minute or two; 2 more were told before:"),
        ({"sources": 2}, "once when it fires and once when it is over. Each source has a card of its own."),
        ({"next": judged(*THREE), "quiet_total": 5}, "80 % of the limit: Checkout, Warehouse map, Loyalty and 2 more."),
        ({"set_aside": (KEPT_ASIDE,)}, "1 more is kept until 2 May: Checkout."),
        ({"set_aside": (KEPT_ASIDE, SNOOZED_ASIDE)}, "1 more is snoozed until it changes: Checkout."),
        ({"set_aside": (KEPT_ASIDE, KEPT_ASIDE)}, "2 more are kept until 2 May or later: Checkout, Checkout."),
        ({"set_aside": (KEPT_ASIDE,), "firing_total": 0}, "1 is kept until 2 May: Checkout."),
        (
            {"firing_total": 0, "possible_at": NOW + timedelta(days=14), "concerned": 26, "unsure_total": 26},
            "Nothing can fire yet, of 26 projects: none was observed for long enough; the first may on 13 Apr.",
        ),
    ],
)
def test_it_is_said_when_the_channel_hears_of_what_fires_already(given: dict[str, Any], sentence: str) -> None:
    """On a weekend somebody might wait in vain."""
    assert sentence in drawn(kept(preview=preview(*THREE, **given))).text


def test_words_that_no_project_has_are_not_offered_as_a_watch() -> None:
    """It would wait for ever; the button tries the same without them."""
    tried = WatchTested(
        command="watch test gone", preview=preview(matching=0, firing_total=0, unknown_words="seit 30 Tagen")
    )
    message = drawn(tried)

    assert "“seit 30 Tagen” is read as words in a project's name, and no project has them." in message.text
    assert pressed(message)["Test without filters"] == "watch test inactive for 30d by edits"
    assert "Add this watch" not in pressed(message)


def test_in_a_direct_message_one_is_told_oneself() -> None:
    """There is no channel."""
    alone = watch()
    alone = replace(alone, draft=replace(alone.draft, channel="D0ANN"))
    assert "You are told Monday to Friday" in drawn(kept(watch=alone)).text


def test_a_hint_says_what_can_be_typed() -> None:
    """The button Edit leads here."""
    assert isinstance(shown := WATCH_ANSWERS["watches_details"], WatchDetails)
    assert "To change it" in drawn(replace(shown, hint="To change it: `x`")).text


def test_news_have_no_end_and_are_told_at_any_hour() -> None:
    """A build that is live is never over."""
    approved = watch(Condition(kind=ConditionKind.BUILD_APPROVED), query="", hours=None)
    assert "The channel is told at any hour." in drawn(kept(watch=approved, preview=None)).text


def test_what_cannot_be_read_is_named() -> None:
    """Nothing said of it is no all-clear."""
    assert "⚠️ Cannot be read now, so nothing is said of it: Streampixel." in words("watches_tested_only_thought_of")


def test_a_watch_that_was_only_thought_of_can_be_added() -> None:
    """With exactly what was tested."""
    buttons = pressed(drawn(WATCH_ANSWERS["watches_tested_only_thought_of"]))

    assert buttons["Add this watch"] == add_command(draft())
    assert "Add this watch" not in pressed(drawn(WATCH_ANSWERS["watches_tested"]))


def test_an_uninvited_bot_says_so() -> None:
    """A watch of a channel that we are not in would be silent."""
    assert any(line.startswith("⚠️ I am not in this channel") for line in words("watches_kept_uninvited"))
    assert any("archived" in line for line in words("watches_kept_archived"))


@pytest.mark.parametrize(
    ("deed", "open_ones", "sentence"),
    [
        (WatchDeed.PAUSED, 0, "Nothing is judged or told until somebody resumes it."),
        (
            WatchDeed.PAUSED,
            2,
            "Nothing is judged or told until somebody resumes it. Its 2 open alerts stay as they are.",
        ),
        (WatchDeed.REMOVED, 0, "It is gone. Nothing is told any more."),
        (WatchDeed.REMOVED, 1, "It is gone, and its 1 open alert with it. Nothing is told any more."),
        (WatchDeed.CHANGED, 3, "3 open alerts of before ended."),
    ],
)
def test_what_ends_with_a_watch_is_said(deed: WatchDeed, open_ones: int, sentence: str) -> None:
    """Nothing disappears without a word."""
    assert sentence in drawn(kept(deed, preview=None, open=open_ones, defaults=())).text.split("\n")


def test_the_list_of_alerts_counts_what_is_put_off() -> None:
    """And says of each how it is."""
    said = words("alerts")

    assert said[0] == "6 alerts: 3 open, 1 snoozed, 1 kept, 1 ended"
    assert "💤 Legacy: was archived · #14" in said
    assert "💤 Checkout: #18 · 📌 kept as it is until 27 Jun by anna: reference project" in said


def test_a_long_list_says_what_is_missing_and_what_is_frozen() -> None:
    """More than there is room for, and a source that cannot be read."""
    said = words("alerts_many")

    assert said[0] == "160 alerts"
    assert any(line.startswith("And 1") and "more" in line for line in said)
    assert "⚠️ MicroVisualizer cannot be read for 1 h: its alerts keep their last state." in said


def test_why_says_everything() -> None:
    """Signal, limit, coverage, blindness, what was ignored, the next look, who silenced it, and the record."""
    said = words("alerts_why")

    assert said[:7] == [
        "💤 Checkout went quiet  ·  MicroVisualizer, #12",
        "Last edit 7 Feb by anna, 51 d ago. The watch allows 30 days.",
        (
            "Open for 3 d. 👤 ben looks after it · 🔕 snoozed until Thu 2 Apr 14:00 by anna: launch is in May"
            " · 👍 acknowledged by ben: asked sales."
        ),
        "Watch: 2: inactive for 30d by edits source:microvisualizer -pinned:true",
        "How I know: its source dates every edit, so none is missed",
        "Does not count: pins, viewers (the watch counts edits)",
        "Looked: last Mon 13:59, again Mon 14:14 at the latest",
    ]
    assert "Sun 29 Mar 2026 14:00 👤 is assigned to ben · anna" in said


def test_why_not_says_what_is_missing() -> None:
    """A judgement waits for enough observation."""
    said = words("alerts_why_unsure")

    assert "Right now: the condition cannot be told: observed for 9 d of 14 d" in said
    assert any(line.startswith("How I know: looked at 62 % of the planned times") for line in said)
    assert "Left out of the limit: 30 h in which I could not look" in said


def test_what_is_gone_is_not_said_to_be_quiet() -> None:
    """Nobody knows whether it is."""
    about = THREE[0]
    assert about.entry is not None
    absent = Finding(verdict=Verdict.GONE, since=NOW - timedelta(days=6), age=timedelta(days=6))
    lost = replace(about, entry=replace(about.entry, gone_at=NOW - timedelta(days=6)), finding=absent)

    said = drawn(why(lost)).text.split("\n")

    assert "Not in its source’s list since 24 Mar · 6 d." in said


def test_well_observed_silence_says_enough() -> None:
    """The rule asks for 80 %."""
    lines = drawn(why(unwatched())).text.split("\n")

    assert "How I know: looked at 97 % of the planned times in 14 d, longest gap 2 h; enough" in lines


def test_people_are_called_only_where_nobody_else_sees_it() -> None:
    """A mention in a channel is a ping."""
    called = [json.dumps(drawn(WATCH_ANSWERS["alerts_why"], audience).blocks).count("U0ANNA") for audience in Audience]

    assert called == [2 if audience in {Audience.PRIVATE, Audience.DIRECT} else 0 for audience in Audience]


def test_a_shared_answer_offers_only_a_private_copy() -> None:
    """What was said of an alert is for the one who presses."""
    assert list(pressed(drawn(WATCH_ANSWERS["alerts_why"], Audience.SHARED))) == ["Open for me"]


def test_a_stale_press_says_what_happened_meanwhile() -> None:
    """And that nothing was done."""
    assert words("alerts_done_stale")[0] == "Nothing was done. Anna snoozed it until Thursday 2 minutes ago."
    assert words("alerts_done_partly")[:2] == [
        "Alert 13 is acknowledged until Mon 13 Apr.",
        "Left alone: Alert 12 is snoozed until Thursday (Anna, 2 min ago), after this button was drawn.",
    ]


def test_what_was_done_is_said_once() -> None:
    """The sentence names the projects; how each is now follows only where nothing was done, or not all."""
    assert words("alerts_done_many") == ["Acknowledged 60 alerts."]
    assert any(line.startswith("💤 Checkout: #12") for line in words("alerts_done_stale"))


def test_a_watch_with_more_alerts_than_room_says_where_they_are() -> None:
    """A list is one press away."""
    assert "see alerts watch:2" in words("watches_details_many") or any(
        "more" in x for x in words("watches_details_many")
    )


def test_why_offers_to_assign_an_open_alert_to_anybody() -> None:
    """From a list that Slack fills; nobody is responsible for what is over."""

    def lists(name: str) -> list[str]:
        bars = [block for block in drawn(WATCH_ANSWERS[name]).blocks if block["type"] == "actions"]
        return [each["action_id"] for bar in bars for each in bar["elements"] if each["type"] == "users_select"]

    assert lists("alerts_why") == ["run.who:alerts assign 12@7"]
    assert lists("alerts_why_archived") == []


def test_what_may_follow_is_named_by_what_it_does() -> None:
    """A button says words, not commands."""
    assert pressed(drawn(WATCH_ANSWERS["alerts_done"])) == {
        "End snooze": "alerts unsnooze 12@8",
        "Why?": "alerts why 12",
        "help alerts": "help alerts",
    }
    assert label_of("alerts keep 12 90d") == "Keep as it is"


# --- commands ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "command"),
    [
        ({}, "watch add inactive for 30d by edits source:microvisualizer -pinned:true"),
        ({"query": "", "hours": None}, "watch add inactive for 30d by edits hours:any"),
        (
            {"query": "", "hours": Hours(begin=time(8, 30), end=time(18))},
            "watch add inactive for 30d by edits hours:8:30-18",
        ),
        ({"query": "", "broadcast": True}, "watch add inactive for 30d by edits broadcast:yes"),
    ],
)
def test_what_is_stored_is_shown_as_it_would_be_typed(given: dict[str, Any], command: str) -> None:
    """Copying it makes the same watch."""
    assert add_command(draft(**given)) == command


def test_every_kind_of_condition_has_its_words() -> None:
    """A mark, what happened to one and to several, and what is so."""
    for each in KINDS.values():
        condition = each.raised.watch.condition
        assert CONDITION_MARKS[condition.kind]
        assert happened(condition, 1)
        assert happened(condition, 2)
        assert standing(condition)


# --- scripts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WATCH_ANSWERS)
def test_every_answer_can_be_read_by_a_script(name: str) -> None:
    """All of it is JSON, and begins with the command."""
    told = as_json(WATCH_ANSWERS[name])

    assert json.loads(json.dumps(told)) == told
    assert told["command"]


def test_a_script_gets_numbers_and_times() -> None:
    """Words are for people."""
    told = as_json(WATCH_ANSWERS["alerts_why_unsure"])

    assert told["finding"]["verdict"] == "unsure"
    assert told["finding"]["silence"]["coverage"] == {"share": 0.62, "longest_gap_seconds": 432_000, "enough": False}
    assert told["looked_at"] == "2026-03-30T11:59:00Z"
    assert told["watch"]["condition"] == "inactive for 14d by viewers"


def test_a_script_sees_what_was_said() -> None:
    """Who, until when, and why."""
    told = as_json(WATCH_ANSWERS["alerts_why"])["alert"]

    assert told["snooze"] == {
        "by": "U0ANNA",
        "at": "2026-03-29T12:00:00Z",
        "until": "2026-04-02T12:00:00Z",
        "reason": "launch is in May",
    }
    assert told["keep"] is None


def test_a_script_sees_what_was_not_done() -> None:
    """A stale press did nothing."""
    assert as_json(WATCH_ANSWERS["alerts_done_stale"])["done"] is None
