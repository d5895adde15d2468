"""What a digest looks like and says, for any report."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import Difference, DifferenceKind, DigestForm, DigestReport, Lateness, Purpose, SourceTotals
from bot.demo.slack.validate import broadcasts, is_too_long, refusals
from bot.model import Entry, Peak, State, Uptime
from bot.query import Known, parse
from bot.views import Audience
from bot.views.blocks import LONGEST_TEXT, MOST_BLOCKS, MOST_CHARACTERS, fits
from bot.views.digest import digest_report, draw_digest
from bot.views.evidence import matter_of
from tests.builders import HOSTILE, MOMENT, NOW, down, entry, fresh, microvisualizer, streampixel
from tests.views.digest_cases import (
    BLIND_PIXEL,
    CASES,
    DIGEST,
    EVERY_KIND,
    IDLE,
    LEGACY,
    MICRO,
    PIXEL,
    YACHT,
    difference,
    report,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.model import Message

GOLDEN = Path(__file__).parent / "golden" / "digest"
UPDATE = "ROLLCALL_UPDATE_GOLDEN"


def posted(given: DigestReport) -> Message:
    """Return a digest as its channel sees it."""
    return draw_digest(given).message


def words(given: DigestReport) -> list[str]:
    """Return the fallback text of a digest, line by line."""
    return posted(given).text.split("\n")


def buttons(message: Message) -> dict[str, str]:
    """Return label and action id of every button."""
    elements = [e for block in message.blocks if block["type"] == "actions" for e in block["elements"]]
    return {e["text"]["text"]: e["action_id"] for e in elements if e["type"] == "button"}


def menu(message: Message) -> dict[str, str]:
    """Return label and command of every entry of the menu."""
    elements = [e for block in message.blocks if block["type"] == "actions" for e in block["elements"]]
    return {o["text"]["text"]: o["value"] for e in elements if e["type"] == "overflow" for o in e["options"]}


# --- looks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_a_digest_looks_as_it_did(name: str) -> None:
    """A change of the message is a change that somebody looked at; set ROLLCALL_UPDATE_GOLDEN=1 to accept it."""
    drawn = draw_digest(CASES[name])
    looks = _looks(drawn.message)
    if drawn.thread:
        looks["thread"] = [reply.text.split("\n") for reply in drawn.thread.replies]
    seen = json.dumps(looks, ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get(UPDATE):
        file.parent.mkdir(exist_ok=True)
        file.write_text(seen, encoding="utf-8")

    assert seen == file.read_text(encoding="utf-8")


def _looks(message: Message) -> dict[str, Any]:
    return {"text": message.text.split("\n"), "blocks": message.blocks}


def test_no_golden_digest_is_left_over() -> None:
    """A file without a case proves nothing."""
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(CASES)


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", CASES)
def test_slack_would_take_every_digest(name: str, audience: Audience) -> None:
    """Within Slack's limits and ours, for every audience, and nobody is called."""
    message = digest_report(CASES[name], audience, "U1" if audience is Audience.SHARED else None)

    assert refusals(message.blocks) == []
    assert broadcasts(message.blocks) == []
    assert not is_too_long(message.blocks)
    assert len(message.blocks) <= MOST_BLOCKS
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= MOST_CHARACTERS
    assert 0 < len(message.text) <= LONGEST_TEXT
    assert not re.search(r"<[!@#]", message.text)


@pytest.mark.parametrize("name", CASES)
def test_what_is_read_aloud_begins_like_what_is_seen(name: str) -> None:
    """The first block and the first line of the text are the same sentences."""
    message = posted(CASES[name])
    (section,) = message.blocks[0]["elements"]
    shown = "".join(part["text"] for part in section["elements"])

    assert message.text.split("\n")[0] == shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert section["elements"][0]["style"] == {"bold": True}


# --- the first sentence ------------------------------------------------------------------------------------------


def test_the_first_sentence_can_stand_alone() -> None:
    """It is all that a notification shows."""
    assert words(CASES["usual"])[0] == (
        "3 changes since Fri 09:00: 1 went quiet, 1 new, 1 back. 458 projects, 1 lapsed, 5 off, 98 inactive."
    )


def test_an_old_baseline_has_its_date() -> None:
    """`Mon 09:00` means the last one."""
    assert words(report(since=NOW - timedelta(days=9)))[0].startswith("3 changes since Sat 21 Mar 2026 13:00:")


@pytest.mark.parametrize(
    ("purpose", "beginning"),
    [(Purpose.PREVIEW, "Preview: 3 changes"), (Purpose.MANUAL, "Run by hand: 3"), (Purpose.SCHEDULED, "3 changes")],
)
def test_what_the_schedule_did_not_send_is_marked(purpose: Purpose, beginning: str) -> None:
    """Nobody takes a preview for the digest."""
    assert words(report(purpose=purpose))[0].startswith(beginning)


def test_the_first_digest_promises_changes_and_tells_none() -> None:
    """Everything would be new; that is no news."""
    first = words(CASES["first"])[0]

    assert first == "458 projects, 1 lapsed, 5 off, 98 inactive. Changes are told from the next digest on."
    assert words(CASES["filters_changed"])[0].endswith("the next digest on, because the filters changed.")


def test_a_blind_source_is_in_no_number_of_the_first_sentence() -> None:
    """What cannot be read now is named instead."""
    assert words(CASES["blind"])[0].endswith(
        "418 projects, 98 inactive. Streampixel cannot be read now: not counted, not compared."
    )


def test_nothing_found_in_what_can_be_read_is_no_claim_that_there_is_nothing() -> None:
    """Zero and not known are two things."""
    first, micro, pixel, *_ = words(CASES["blind_nothing_else"])

    assert first.startswith("No change since Fri 09:00 where I could compare. No project seen. Streampixel cannot be")
    assert (micro, pixel) == (
        "MicroVisualizer 0",
        "Streampixel: not read yet",
    )


def test_a_source_that_was_blind_before_is_counted_and_not_compared() -> None:
    """Its number is right, and says nothing about the time between."""
    lines = words(CASES["blind_before"])

    assert lines[0].endswith("458 projects, 1 lapsed, 5 off, 98 inactive. Not compared: Streampixel.")
    assert "Streampixel 40 (not compared) · 1 lapsed · 5 off" in lines


def test_without_anything_to_compare_it_does_not_say_that_nothing_changed() -> None:
    """The only source was added since."""
    given = report(differences=(), totals=(replace(MICRO, before=None),), not_compared=("MicroVisualizer",))

    assert words(given)[0] == (
        "418 projects, 98 inactive. Nothing can be compared with Fri 09:00. Not compared: MicroVisualizer."
    )


def test_no_source_to_read_is_one_line_without_a_number_of_projects() -> None:
    """A digest of zeros would be believed."""
    message = posted(CASES["unavailable"])

    assert message.text == (
        "⚠️ Digest delayed: MicroVisualizer and Streampixel cannot be read. The next one Tue 09:00 covers this time too."
    )
    assert len(message.blocks) == 1
    assert words(replace(CASES["unavailable"], totals=(), next_run=None)) == [
        "⚠️ Digest delayed: no source is connected. The next one covers this time too."
    ]


# --- lateness ----------------------------------------------------------------------------------------------------


def test_a_late_digest_says_when_it_was_planned_and_why_it_is_late() -> None:
    """Silence would look like a slow bot."""
    _, late, covers, *_ = words(CASES["late"])

    assert late == "⏰ Planned 09:00, sent 14:00; I was down 08:40 to 13:58."
    assert covers == "Covers 3 d: 2 runs before this one were missed."


def test_lateness_without_an_absence_claims_none() -> None:
    """Perhaps it was Slack."""
    late = Lateness(planned_at=NOW - timedelta(hours=2), sent_at=NOW)

    assert words(report(lateness=late, merged=1, since=None))[1:3] == [
        "⏰ Planned 12:00, sent 14:00.",
        "1 run before this one was missed.",
    ]


@pytest.mark.parametrize("absences", [(), (Uptime(NOW - timedelta(hours=2), NOW - timedelta(hours=1)),)])
def test_lateness_that_was_not_our_absence_has_its_reason(absences: tuple[Uptime, ...]) -> None:
    """Slack, the sources, or too many digests at once; behind our absences, if there were some."""
    late = Lateness(
        planned_at=NOW - timedelta(hours=2),
        sent_at=NOW,
        absences=absences,
        reason="no source could be read until 14:00",
    )

    down = "; I was down 12:00 to 13:00" if absences else ""
    assert words(report(lateness=late))[1] == (
        f"⏰ Planned 12:00, sent 14:00{down}; no source could be read until 14:00."
    )


@pytest.mark.parametrize("reason", [*HOSTILE, "x" * 500])
def test_a_reason_for_lateness_stays_one_short_line(reason: str) -> None:
    """It may quote a word of Slack."""
    late = Lateness(planned_at=NOW - timedelta(hours=2), sent_at=NOW, reason=reason)

    line = words(report(lateness=late))[1]

    assert line.startswith("⏰ Planned 12:00, sent 14:00; ")
    assert len(line) < 400
    assert "<!channel>" not in line


def test_many_absences_are_counted() -> None:
    """Two are told."""
    down_for = tuple(Uptime(NOW - timedelta(hours=n), NOW - timedelta(hours=n - 1)) for n in (30, 4, 2))
    late = Lateness(planned_at=NOW - timedelta(hours=31), sent_at=NOW, absences=down_for)

    assert words(report(lateness=late))[1] == (
        "⏰ Planned Sun 07:00, sent 14:00; I was down Sun 08:00 to Sun 09:00 and 10:00 to 11:00 and 1 more time."
    )


# --- changes and decisions ---------------------------------------------------------------------------------------


def test_every_kind_of_change_has_its_sentence() -> None:
    """One line each, the most pressing first."""
    told = [words(report(differences=(each,), decisions=(), decisions_total=0))[1] for each in EVERY_KIND]

    assert told == [
        "💳 Yacht lapsed · subscription past_due",
        "⛔ Configurator EU was switched off, though paid for",
        "💤 Legacy Checkout went inactive · idle for 31 d",
        "👻 Gone Project is gone from its source",
        "🟡 Billing &amp; Tax has been quiet for 26 d",
        "🆕 Loyalty is new · edited 3 h ago by ben",
        "🟢 Showroom Berlin was switched on",
        "💳 Yacht changed its subscription: past_due → canceled",
        "📦 Old Shop was archived by ben",
        "✏️ Loyalty went from 12 to 14 services",
        "📥 Showroom Berlin matches now · 7 watching, 2 waiting (1 min ago)",
        "📤 Loyalty matches no more · edited 3 h ago by ben",
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("lapsed", "unknown", "is paid for again"),
        ("archived", "inactive", "was taken out of the archive"),
        ("gone", "active", "is listed again"),
        ("inactive", "active", "is in use again · quiet for 26 d · last edit by ben"),
        ("inactive", "quiet", "is no longer inactive · quiet for 26 d · last edit by ben"),
    ],
)
def test_what_is_back_says_from_where(before: str, after: str, said: str) -> None:
    """Paid again, switched on and edited are different news."""
    back = difference(DifferenceKind.BACK, before=before, after=after)

    assert words(report(differences=(back,)))[1] == f"🟢 Billing &amp; Tax {said}"


@pytest.mark.parametrize(
    ("idle", "days"), [(timedelta(days=26), 4), (timedelta(days=25, hours=1), 5), (timedelta(days=29, hours=20), 1)]
)
def test_a_forecast_counts_whole_days_and_a_digest_makes_none(idle: timedelta, days: int) -> None:
    """Hours would be falsely precise, and a message that stays would be wrong by tomorrow."""
    row = entry(microvisualizer(idle=idle))

    assert matter_of(row, MOMENT).partition(" · ")[0] == f"quiet for {idle.days} d, inactive in {days} d"
    assert matter_of(row, MOMENT, forecast=False).partition(" · ")[0] == f"quiet for {idle.days} d"


def test_what_is_not_shown_is_counted_by_kind() -> None:
    """An omission is stated with its number."""
    lines = words(CASES["many"])

    assert lines[0].startswith(
        "204 changes since Fri 09:00: 17 lapsed, 17 switched off, 17 went inactive, 17 gone, 136"
    )
    assert lines[11].startswith("and 194 more in the thread and its file: 16 lapsed, 16 switched off,")


def test_names_of_three_hundred_characters_are_cut_before_projects_are_left_out() -> None:
    """Ten changes and three decisions still have their lines."""
    rows = [entry(microvisualizer(name=f"{n} {'ж' * 300}", idle=timedelta(days=40)), ref=n) for n in range(15)]
    changes = tuple(difference(DifferenceKind.INACTIVE, row, before="quiet", after="inactive") for row in rows[:10])
    drawn = posted(report(differences=changes * 20, decisions=tuple(rows[10:]), decisions_total=15))

    assert fits(drawn.blocks)
    assert sum(line.startswith("💤") for line in drawn.text.split("\n")) == 13
    assert "and 190 more in the thread and its file: 190 went inactive" in drawn.text


def test_where_the_rest_is_is_said_only_where_it_is() -> None:
    """What one person asked for has no thread, and counts what it does not show."""
    eleven = report(differences=EVERY_KIND[:11])

    assert "and 1 more in the thread: 1 matches now" in words(eleven)
    assert "and 1 more: 1 matches now" in digest_report(eleven, Audience.PRIVATE).text.split("\n")
    assert len(draw_digest(report(differences=EVERY_KIND[:10])).thread) == 0
    assert len(draw_digest(replace(eleven, form=DigestForm.LINE)).thread) == 0


def test_a_project_that_changed_is_not_shown_again_as_a_decision() -> None:
    """Ten seconds are not for reading things twice."""
    lapsed, row = EVERY_KIND[0], EVERY_KIND[0].entry
    assert row is not None
    other = entry(streampixel(name="Barge", subscription="canceled"), ref=77)

    only = words(report(differences=(lapsed,), decisions=(row,), decisions_total=1))
    with_other = words(report(differences=(lapsed,), decisions=(row, other), decisions_total=2))
    crowd = words(report(differences=(lapsed,), decisions=(row,), decisions_total=9))
    mixed = words(report(differences=(lapsed,), decisions=(row, other), decisions_total=9))

    assert only[2:4] == ["1 needs a decision", "see above"]
    assert with_other[2:5] == ["2 need a decision", "💳 Barge · subscription canceled", "and 1 more, above"]
    assert crowd[2:4] == ["9 need a decision", "some of them above"]
    assert mixed[4] == "and 8 more, some of them above"


def test_what_was_to_be_decided_last_time_is_one_line() -> None:
    """It is no news; anything that began to need a decision is, and is told first."""
    same = CASES["as_last_time"]
    one_more = replace(same, differences=(difference(DifferenceKind.NEW, YACHT, after="lapsed"),))
    late = replace(one_more, differences=(*EVERY_KIND[4:5] * 10, *one_more.differences), decisions=(*IDLE, YACHT))

    assert words(same)[2:4] == ["104 need a decision, as last time", "MicroVisualizer 418 · 98 inactive"]
    assert words(one_more)[2] == "104 need a decision"
    assert words(late)[12:15] == [
        "104 need a decision",
        "💳 Yacht · subscription past_due",
        "💤 Partner Portal · idle for 60 d",
    ]
    assert "104 need a decision" in words(replace(same, since=None))
    assert "104 need a decision" in words(replace(same, totals=(MICRO, PIXEL)))
    assert "104 need a decision" in words(replace(same, compared_since={"Streampixel": NOW}))


def test_nobody_is_asked_to_decide_on_what_cannot_be_read() -> None:
    """The first sentence says that it is not counted."""
    assert not any("Yacht" in line for line in words(replace(CASES["blind"], decisions=(YACHT, LEGACY))))


@pytest.mark.parametrize("filters", ["state:inactive", "-state:archived", 'name:"a  b" state:quiet,off'])
def test_decisions_can_be_listed_whatever_the_filters_say_of_states(filters: str) -> None:
    """Two filters for states narrow each other."""
    shown = menu(posted(report(digest=replace(DIGEST, query=filters))))["Decisions"]

    assert parse(shown.removeprefix("list "), known=Known()).terms[0].field == "state"
    assert "Decisions" not in menu(posted(CASES["nothing_to_decide"]))


def test_messages_that_are_missing_are_named_and_so_is_an_older_time_of_comparison() -> None:
    """Nobody should wonder where yesterday's digest is."""
    one = CASES["undelivered"].undelivered[:1]

    assert words(CASES["undelivered"])[1:3] == [
        "Sun 09:00 was not posted, Mon 09:00 perhaps not; this one covers them.",
        "Streampixel is compared with Thu 09:00.",
    ]
    assert words(report(undelivered=one))[1] == "Sun 09:00 was not posted; this one covers it."
    assert words(report(undelivered=one * 5))[1].endswith("Sun 09:00 not, and 2 more; this one covers them.")
    assert words(report(undelivered=one, since=None))[1] == "Sun 09:00 was not posted."


def test_a_preview_does_not_offer_itself_and_is_never_delayed() -> None:
    """It says what is true now."""
    assert "Preview next" not in buttons(posted(CASES["preview"]))
    assert words(CASES["preview_unavailable"]) == ["Preview: ⚠️ No source can be read now: MicroVisualizer."]


def test_a_name_is_a_link_where_a_person_can_open_the_project() -> None:
    """Unless it is gone, or its address is longer than it is worth."""
    url = "https://dashboard.streampixel.io/x"

    def links(row: Entry) -> list[Any]:
        drawn = posted(report(differences=(difference(DifferenceKind.NEW, row),), decisions=(), decisions_total=0))
        return [e["url"] for e in drawn.blocks[1]["elements"][0]["elements"] if e["type"] == "link"]

    assert links(entry(streampixel(url=url))) == [url]
    assert links(entry(streampixel(url=None))) == []
    assert links(entry(streampixel(url=url + "y" * 300))) == []
    assert links(entry(streampixel(url=url), gone_at=NOW)) == []


# --- totals and small print --------------------------------------------------------------------------------------


def test_few_sources_are_a_line_each_and_many_are_a_table() -> None:
    """A phone cuts off the last column of a table, and nobody reads ten lines."""
    several, one = posted(CASES["many_sources"]), posted(CASES["one_source"])
    (table,) = [block for block in several.blocks if block["type"] == "table"]

    assert [[cell["text"] for cell in row] for row in table["rows"]][:2] == [
        ["Source", "Projects", "Inactive", "Off/lapsed"],
        ["Account 0", "40", "0", "6"],
    ]
    assert not any(block["type"] == "table" for block in posted(CASES["usual"]).blocks)
    assert {"MicroVisualizer 418 (+1) · 98 inactive (+1)", "Streampixel 40 · 1 lapsed (+1) · 5 off (−1)"} <= {
        *words(CASES["usual"])
    }
    assert not any(block["type"] == "table" for block in one.blocks)
    assert "418 projects (+1) · 98 inactive (+1) · 300 active (−1) · 20 quiet (+1)" in one.text


def test_numbers_of_a_blind_source_say_from_when_they_are() -> None:
    """They are the last known ones, and no difference is worked out from them."""
    seen = CASES["blind"].moment
    one = report(differences=(), totals=(BLIND_PIXEL,), moment=seen, not_compared=("Streampixel",))
    never_dated = replace(one, moment=replace(seen, blind_since={}))

    assert "Streampixel 40 (as of 10:00) · 1 lapsed · 5 off" in words(CASES["blind"])
    assert any("40 projects (as of 10:00) · 1 lapsed · 5 off · 4 active" in line for line in words(one))
    assert any("40 projects (not read now)" in line for line in words(never_dated))


def test_more_sources_than_a_table_should_have_are_summed_up() -> None:
    """Their projects are not lost."""
    many = tuple(replace(PIXEL, connection=f"c{n}", title=f"Account {n}") for n in range(20))

    assert "8 more: 320 projects" in words(report(totals=many))


def test_the_peak_is_that_of_the_busiest_source() -> None:
    """With the difference to the period before, if that is known."""
    other = replace(PIXEL, connection="b", peak=Peak(ref=9, connection="b", live=40, at=NOW), peak_name="")

    assert "Most viewers at once: 23 (+5) at Showroom Berlin, Sun 18:00" in words(CASES["usual"])
    assert "Most viewers at once: 40 at #9, Mon 14:00" in words(
        report(totals=(PIXEL, replace(other, peak_before=None)))
    )


def test_the_small_print_says_how_old_everything_is_and_what_comes_next() -> None:
    """Data, period, schedule with its zone, next run, and its note."""
    covers = "Covers Fri 09:00 to Mon 14:00 · weekdays at 09:00 Europe/Berlin, next Tue 09:00"

    assert words(CASES["clocks_change"])[-5:] == [
        "✅ MicroVisualizer and Streampixel: read 1 min ago",
        "Hiding 12 archived projects; add `archived:any` to see them.",
        "40 projects of Streampixel left out: nothing is known there of `updated`.",
        f"{covers} (clocks in Europe/Berlin went forward 1 hour on 29 Mar)",
        "Digest 2 by Anna",
    ]
    assert "⚠️ Streampixel: not answering (HTTP 503) since 13:50, as of 10:00" in words(CASES["blind"])
    assert "no next one while it is paused" in words(CASES["manual_while_paused"])[-2]


def test_sources_in_trouble_beyond_a_few_are_counted() -> None:
    """A footer is no list."""
    known = tuple(fresh(title=f"Account {n}", problem=down(), last_success_at=None) for n in range(7))

    told = [line for line in words(report(freshness=known)) if line.startswith("⚠️")]

    assert told[0] == "⚠️ Account 0: not answering (HTTP 503) since 13:50, nothing known yet"
    assert told[-1] == "⚠️ 3 more sources in trouble"
    assert len(told) == 5


@pytest.mark.parametrize(
    ("case", "name", "audience", "said"),
    [
        ("usual", "Ada <@U1>", Audience.PUBLIC, ["Digest 2 by Ada <@U1>"]),
        ("usual", "Ada", Audience.PRIVATE, ["Digest 2 by Ada"]),
        ("usual", "", Audience.PUBLIC, ["Digest 2"]),
        ("usual", "", Audience.SHARED, ["Digest 2"]),
        ("usual", "", Audience.PRIVATE, ["Digest 2", " by ", "U0ANNA"]),
        ("usual", "", Audience.DIRECT, ["Digest 2", " by ", "U0ANNA"]),
        ("manual_while_paused", "", Audience.PRIVATE, ["Digest 2"]),
    ],
)
def test_the_owner_is_named_and_not_called(case: str, name: str, audience: Audience, said: list[str]) -> None:
    """Drawn as a person, they would hear of every digest; where nobody else sees it, they may be."""
    message = digest_report(replace(CASES[case], owner_name=name), audience)
    last = message.blocks[-2]["elements"][0]["elements"]

    assert [part.get("user_id", part.get("text")) for part in last] == said
    assert "<@" not in message.text


def test_one_line_is_a_sentence_and_small_print() -> None:
    """Nobody is named for telling that nothing changed."""
    filtered = replace(CASES["line"], digest=replace(DIGEST, query="name:*a` source:streampixel"))
    sentence, small = posted(filtered).blocks

    assert sentence["type"] == "rich_text"
    assert small["elements"][-1]["text"] == "Digest 2 `name:*a source:streampixel`"
    assert words(CASES["line"])[-1] == "Digest 2"


# --- buttons -----------------------------------------------------------------------------------------------------


def test_the_buttons_answer_whoever_presses_them() -> None:
    """The message belongs to everybody."""
    assert buttons(posted(CASES["usual"])) == {
        "Show all": "mine.run.all",
        "Preview next": "mine.run.preview",
        "Run now": "mine.run.now",
        "Edit": "mine.run.edit",
        "Pause": "mine.run.pause",
    }


def test_the_menu_holds_whole_commands() -> None:
    """A command that does not fit into a menu is a button: cut off it would be another command."""
    filtered = replace(DIGEST, query='name:"a  b" source:streampixel')

    assert menu(posted(report(digest=filtered))) == {
        "Events": 'changes name:"a  b" source:streampixel since:2026-03-27',
        "Decisions": 'list state:lapsed,off,inactive name:"a  b" source:streampixel',
        "CSV": 'export name:"a  b" source:streampixel',
        "History": "digest show 2",
    }
    assert menu(posted(report(since=None)))["Events"] == "changes since:7d"
    assert menu(posted(CASES["long_filters"])) == {"History": "digest show 2"}
    assert {"Events", "Decisions", "CSV"} <= set(buttons(posted(CASES["long_filters"])))


def test_one_line_in_a_channel_has_no_buttons() -> None:
    """They would be three times as tall as what it says; whoever previews it keeps them."""
    assert buttons(posted(CASES["line"])) == {}
    assert "Edit" in buttons(digest_report(CASES["line"], Audience.PRIVATE))
    assert buttons(digest_report(CASES["usual"], Audience.SHARED, "U1")) == {"Open for me": "mine"}


# --- any report --------------------------------------------------------------------------------------------------

texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=320))
moments = st.integers(0, 60 * 24 * 40).map(lambda minutes: NOW - timedelta(minutes=minutes))
states = st.dictionaries(st.sampled_from(State), st.integers(0, 10**6))


@st.composite
def rows(draw: st.DrawFn) -> Entry:
    """Return any project."""
    name, who = draw(texts), draw(texts)
    build = draw(st.sampled_from([microvisualizer, streampixel]))
    project = build(name=name, updated_by=who, subscription=draw(st.none() | texts), archived=draw(st.booleans()))
    return entry(
        replace(project, url=draw(st.sampled_from([None, "https://x.y/" + "z" * 200]))), ref=draw(st.integers(1))
    )


@st.composite
def changes(draw: st.DrawFn) -> Difference:
    """Return anything that may have become of a project."""
    kind, row = draw(st.sampled_from(DifferenceKind)), draw(st.none() | rows())
    number = draw(st.integers(0, 99).map(str))
    values = st.just(number) if kind is DifferenceKind.SERVICES else st.none() | texts
    return Difference(
        kind=kind, ref=draw(st.integers(1)), connection="c", name=draw(texts), entry=row, before=draw(values),
        after=draw(values),
    )  # fmt: skip


@st.composite
def totals(draw: st.DrawFn) -> SourceTotals:
    """Return any source's numbers."""
    peak = draw(st.none() | st.builds(Peak, ref=st.integers(1), connection=texts, live=st.integers(0), at=moments))
    return SourceTotals(
        connection=draw(texts), title=draw(texts), states=draw(states), before=draw(st.none() | states),
        blind=draw(st.booleans()), read=draw(st.booleans()), peak=peak, peak_name=draw(texts),
        peak_before=draw(st.none() | st.integers(0)),
    )  # fmt: skip


@st.composite
def reports(draw: st.DrawFn) -> DigestReport:
    """Return any report: few of many things, or many of few."""
    repeated = draw(st.integers(1, 40))
    late = st.builds(
        Lateness, planned_at=moments, sent_at=moments, absences=st.lists(st.builds(Uptime, moments, moments)).map(tuple)
    )
    known = st.builds(
        lambda title, wrong: fresh(title=title, problem=down(detail=title) if wrong else None), texts, st.booleans()
    )
    return report(
        digest=replace(DIGEST, query=draw(texts)),
        purpose=draw(st.sampled_from(Purpose)),
        form=draw(st.sampled_from(DigestForm)),
        since=draw(st.none() | moments),
        differences=tuple(draw(st.lists(changes(), max_size=5)) * repeated),
        not_compared=tuple(draw(st.lists(texts, max_size=9))),
        decisions=tuple(draw(st.lists(rows(), max_size=5))),
        decisions_total=draw(st.integers(0, 10**6)),
        totals=tuple(draw(st.lists(totals(), max_size=4)) * draw(st.sampled_from([1, 9]))),
        freshness=tuple(draw(st.lists(known, max_size=5))),
        hidden_archived=draw(st.integers(0, 10**6)),
        merged=draw(st.integers(0, 100)),
        lateness=draw(st.none() | late),
        fresh_start=draw(texts),
    )


@settings(deadline=None)
@given(reports())
def test_any_report_is_taken_by_slack_and_calls_nobody(given: DigestReport) -> None:
    """Whatever projects are called and however many there are."""
    drawn = posted(given)

    assert refusals(drawn.blocks) == []
    assert broadcasts(drawn.blocks) == []
    assert fits(drawn.blocks), len(json.dumps(drawn.blocks, ensure_ascii=False))
    assert 0 < len(drawn.text) <= LONGEST_TEXT
    assert all(part.get("verbatim") is True for part in _of_type(drawn.blocks, "mrkdwn"))
    assert not re.search(r"<[!@#]", drawn.text)


def _of_type(node: Any, kind: str) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("type") == kind:
            yield node
        for value in node.values():
            yield from _of_type(value, kind)
    elif isinstance(node, list):
        for value in node:
            yield from _of_type(value, kind)
