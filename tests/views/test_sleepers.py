"""What `inactive` says: the evidence of each project, who watches it, and of what it can say nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.model import Sights, State
from bot.views import Audience, draw
from bot.views.plain import as_json
from tests.views.sleeper_cases import EMPTY, FRESH, OLD, SLEEPER_CASES, looked, seen, sleepers
from tests.views.watch_cases import DAY


def words(name: str) -> list[str]:
    """Return what the text of a case says, line by line."""
    return draw(SLEEPER_CASES[name], audience=Audience.PRIVATE).text.split("\n")


def said(answer: Any) -> str:
    """Return the text of an answer."""
    return draw(answer, audience=Audience.PRIVATE).text


def test_each_project_shows_the_evidence_in_the_words_of_cards() -> None:
    """What was seen last, when, how long ago that is, and how well somebody looked."""
    lines = words("inactive_watched")

    assert "💤 Checkout: last edit 18 Jan by ben · 71 d ago (limit 30 d) · MicroVisualizer" in lines[1]
    assert "📌 pinned" in lines[2]
    assert (
        "Yacht configurator: nobody seen since 29 Jan, when I began to look · 60 d (limit 30 d)"
        " · looked at 100 % of the planned times in 30 d"
    ) in lines[3]
    assert "Loft: last viewer seen 25 Feb · 33 d ago (limit 30 d)" in lines[4]
    assert "⛔ Showroom: switched off, though paid for · last viewer seen 30 Dec 2025 · Streampixel" in lines[5]
    assert "💳 Fair 2025: subscription past_due" in lines[6]


def test_alerts_of_the_channel_are_named_with_what_people_said() -> None:
    """Nobody has to ask whether somebody looks after it."""
    lines = words("inactive_watched")

    assert (
        "🔔 alert 12 of watch 2, open for 3 d · 👤 ben · 🔕 snoozed until Thu 2 Apr 14:00 by anna: launch is in May"
        in lines[1]
    )
    assert "alert 14 of watch 2 · 📌 kept as it is until 27 Jun by anna: reference project" in lines[2]
    assert "🔔" not in lines[2]
    assert not any("To be told" in line for line in lines)


def test_the_menu_of_a_project_leads_to_its_alert() -> None:
    """All evidence is one press away; where nothing was told there is nothing to explain."""
    blocks = draw(SLEEPER_CASES["inactive_watched"], audience=Audience.PRIVATE).blocks
    menus = [[each["value"] for each in block["accessory"]["options"]] for block in blocks if "accessory" in block]
    assert [[each for each in menu if "why" in each] for menu in menus[:4]] == [
        ["alerts why 12@7"], ["alerts why 14@7"], ["alerts why 13@7"], [],
    ]  # fmt: skip


def test_where_no_watch_waits_for_silence_one_is_offered() -> None:
    """With the threshold and the signals of the question."""
    assert "To be told in a channel: `watch add inactive for 30d`." in words("inactive")
    assert "To be told in a channel: `watch add inactive for 30d by viewers`." in words("inactive_by_viewers")
    assert not any("To be told" in line for line in words("inactive_none"))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (sleepers(unknown=3, moment=seen(0.01)), "3 projects of Streampixel (I have only begun to look)."),
        (sleepers(unknown=3, moment=seen(9)), "3 projects of Streampixel (observed for 9 d of 30 d)."),
        (
            sleepers(unknown=1, moment=seen(60, looks=0.5)),
            "1 project of Streampixel (looked at only 50 % of the planned times in 30 d).",
        ),
        (sleepers(unknown=2), "2 projects of Streampixel (known for less than 30 d)."),
        (sleepers(unknown=2, moment=replace(seen(60), sights={})), "(nobody looks there regularly)."),
        (
            sleepers(unknown=2, moment=replace(seen(60), sights={"streampixel": Sights(listing=looked(60))})),
            "(its viewers were not counted yet).",
        ),
        (
            sleepers(unknown=4, modes=(("signals", "viewers"),)),
            "4 projects (MicroVisualizer: it does not count viewers; Streampixel: known for less than 30 d).",
        ),
        (
            sleepers(unknown=4, modes=(("signals", "edits"),), moment=seen(9), freshness=FRESH[1:]),
            "4 projects (Streampixel: observed for 9 d of 30 d).",
        ),
    ],
)
def test_of_how_many_nothing_can_be_said_and_why(answer: Any, sentence: str) -> None:
    """An empty list is no all-clear."""
    assert f"Not enough data: {sentence}" in said(answer) or sentence in said(answer)


def test_nothing_unknown_is_not_mentioned() -> None:
    """Nobody is worried without need."""
    assert "Not enough data" not in said(sleepers(OLD))


def test_scripts_get_the_evidence_and_the_alerts() -> None:
    """Values, not words."""
    given = as_json(SLEEPER_CASES["inactive_watched"])
    checkout, _, yacht, *_ = given["projects"]

    assert (given["not_enough_data"], given["watches"]) == (0, 1)
    assert checkout["silence"]["signal"] == "edits"
    assert checkout["silence"]["counted_seconds"] == 71 * DAY.total_seconds()
    assert yacht["silence"]["coverage"]["enough"] is True
    (alert,) = checkout["alerts"]
    assert (alert["number"], alert["watch"], alert["owner"]) == (12, 2, "U0BEN")
    assert given["projects"][3]["alerts"] == []


def test_chosen_signals_judge_what_is_listed() -> None:
    """Also where the verb brought no evidence of its own."""
    by_viewers = as_json(sleepers(EMPTY, modes=(("signals", "viewers"),)))
    (row,) = by_viewers["projects"]
    assert row["silence"]["signal"] is None
    assert row["state"] == State.INACTIVE.value
