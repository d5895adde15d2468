"""The panel in a real browser: what can be broken, moved and killed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.demo.scripted_bot import button, plain

if TYPE_CHECKING:
    from datetime import datetime

    from selenium.webdriver.remote.webelement import WebElement

    from tests.demo.browser import Page

pytestmark = pytest.mark.browser

LABEL = "digest 2 in #studio, Mon 09:00"
PAUSE = {
    "title": plain("Pause digest 2?"),
    "text": plain("Nothing comes until somebody resumes it."),
    "confirm": plain("Pause"),
    "deny": plain("Cancel"),
}


def digest(at: datetime) -> list[dict[str, Any]]:
    """Make the blocks of a digest whose next run is at some moment."""
    said = [
        {"type": "text", "text": "Next run "},
        {"type": "date", "timestamp": int(at.timestamp()), "format": "{date_num} {time}", "fallback": "some day"},
        {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": "C0PLATFORM"},
        {"type": "text", "text": ", owner "},
        {"type": "user", "user_id": "U0JONAS"},
    ]
    columns = [f"A column with a long name {number}" for number in range(8)]
    return [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": said}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": cell} for cell in columns] for _ in range(3)]},
        {"type": "actions", "elements": [button("Run now", "next"), button("Pause", "pause", confirm=PAUSE)]},
    ]


def planned(page: Page) -> datetime:
    """Plan a digest in a little more than three hours, and one a day later; wait until the page shows the first."""
    at = page.stage.clock.now() + timedelta(hours=3, seconds=45)
    page.stage.diary.planned = [(at, LABEL), (at + timedelta(days=1), "digest 2 in #studio, Tue 09:00")]
    page.one("#next", LABEL)
    return at


def lever(page: Page, label: str) -> WebElement:
    """Find a button of the panel."""
    return page.one("#panel button", label)


def test_without_a_digest_there_is_no_next_one_but_a_way_to_add_one(page: Page) -> None:
    """The button waits, the list of steps begins with a click."""
    assert page.one("#next").text == "No digest yet: add one first."
    assert not lever(page, "Next digest").is_enabled()

    page.one("#guide > summary").click()
    page.one("#guide-add").click()

    page.one(".message.typed", 'digest add "weekdays at 9:00" source:streampixel')
    assert page.stage.bot.heard[0]["text"] == 'digest add "weekdays at 9:00" source:streampixel'


def test_a_watch_is_one_click_away(page: Page) -> None:
    """What to press after it stands below."""
    page.one("#guide-watch-add").click()

    page.one(".message.typed", "watch add inactive for 30d")


def test_one_click_moves_the_time_to_the_next_digest(page: Page) -> None:
    """The page says which one that is, and shows what comes."""
    at = planned(page)
    assert page.one("#next").text == f"Next: {LABEL}, in 3 hours"

    lever(page, "Next digest").click()

    page.one("#next", "Tue 09:00")
    page.one("#now", "3 hours ahead")
    assert [label for label, _ in page.stage.diary.done] == [LABEL]
    assert page.stage.clock.now() >= at


def test_digests_that_rest_are_not_called_missing(page: Page) -> None:
    """There is one, but nothing to move the time to."""
    page.stage.diary.is_used = True

    page.one("#next", "No digest is planned.")
    assert not lever(page, "Next digest").is_enabled()


def test_the_time_does_not_go_back_once_there_is_a_digest(page: Page) -> None:
    """The page says so before anybody tries."""
    assert lever(page, "Reset").is_enabled()

    planned(page)

    assert not lever(page, "Reset").is_enabled()
    page.one("#no-reset", "start it anew")


def test_a_killed_bot_is_announced_above_the_messages_until_it_runs_again(page: Page) -> None:
    """With what Slack says to those who ask it meanwhile, and a way to start it."""
    lever(page, "Kill Rollcall").click()
    page.one("#banner", "Rollcall is not running.")
    page.type("/projects list" + Keys.ENTER)
    page.one(".message", '/projects failed with the error "dispatch_failed"')

    page.one("#banner button", "Start Rollcall").click()

    page.until(lambda: not page.all("#banner") or None, "the banner goes")
    page.one("#bot-state", "running")
    page.type("/projects list" + Keys.ENTER)
    page.one(".message.private h3", "Projects, page 1")


def test_a_dead_bot_is_late_for_what_fell_due(page: Page) -> None:
    """Kill, jump, wait, start: the digest comes an hour after its time."""
    at = planned(page)

    lever(page, "Kill Rollcall").click()
    page.one("#banner")
    lever(page, "Next digest").click()
    page.one("#next", f"Due: {LABEL}")
    lever(page, "+1 hour").click()
    page.one("#now", "4 hours ahead")
    assert page.stage.diary.done == []

    lever(page, "Start Rollcall").click()
    page.one("#bot-state", "running")
    lever(page, "+1 hour").click()
    page.one("#now", "5 hours ahead")
    assert page.stage.clock.now() >= at + timedelta(hours=1)


def test_slack_can_be_told_to_take_no_posts(page: Page) -> None:
    """The stand-in really refuses."""
    page.one('[data-mode="slack/limited"]').click()
    page.one('#slack [aria-pressed="true"]', "Rate limited")
    page.type("@rollcall hello" + Keys.ENTER)
    page.until(lambda: page.stage.slack.faults.happened["rate_limited"] or None, "Slack refuses")

    page.one('[data-mode="slack/ok"]').click()
    page.one('#slack [aria-pressed="true"]', "Working")


def test_a_channel_can_be_closed_to_the_bot_and_opened_again(page: Page) -> None:
    """The page says beside its name what is unusual about it."""
    lever(page, "Remove Rollcall from #studio").click()
    page.one("#place-about", "Rollcall is not in this channel")
    lever(page, "Archive #studio").click()
    page.one("#place-about", "Archived")
    assert not page.one("#text").is_enabled()

    lever(page, "Unarchive #studio").click()
    lever(page, "Invite Rollcall to #studio").click()

    page.one("#place-about", "Showrooms and configurators")
    assert page.one("#text").is_enabled()
    heard = [payload["event"]["type"] for payload in page.stage.bot.heard]
    assert heard == ["channel_unarchive", "member_joined_channel"]


def test_what_cannot_be_done_is_said_in_the_panel(page: Page) -> None:
    """Two pages may be open: what one offers may be over by what the other did."""
    page.driver.execute_script("document.querySelector('#clock button').disabled = false")

    lever(page, "Next digest").click()

    page.one("#panel-trouble", "There is no digest yet.")
    page.complaints()


def test_a_digest_that_comes_by_itself_is_drawn_with_all_it_holds(page: Page) -> None:
    """Dates in the zone of the reader, names of people and channels."""
    at = page.stage.clock.now()
    page.stage.workspace.post("C0STUDIO", "U0ROLLCALL", "3 changes", blocks=digest(at))

    message = page.one(".message", "Next run")
    assert "#platform, owner @jonas" in message.text
    ada = page.one(".rich time").text
    Select(page.one("#viewer")).select_by_visible_text("Jonas Weber")
    page.one("#viewer-zone", "America/New_York time")
    jonas = page.one(".rich time").text
    assert ada != jonas


def test_a_digest_that_is_changed_is_marked_as_edited(page: Page) -> None:
    """In its place."""
    at = page.stage.clock.now()
    posted = page.stage.workspace.post("C0STUDIO", "U0ROLLCALL", "3 changes", blocks=digest(at))
    page.one(".message", "Next run")

    page.stage.workspace.change(posted, "4 changes", digest(at))

    page.one(".message .edited", "(edited)")
    assert len(page.all(".message")) == 1


def test_a_digest_asks_before_it_is_paused(page: Page) -> None:
    """In the words that the bot chose."""
    page.stage.workspace.post("C0STUDIO", "U0ROLLCALL", "3 changes", blocks=digest(page.stage.clock.now()))

    page.one(".actions .button", "Pause").click()
    assert page.one("#confirm h2").text == "Pause digest 2?"
    page.one("#confirm button", "Cancel").click()

    assert page.all("#confirm") == []
    assert page.stage.bot.heard == []


def test_on_a_phone_a_table_scrolls_inside_itself(page: Page) -> None:
    """Not the whole page."""
    page.stage.workspace.post("C0STUDIO", "U0ROLLCALL", "3 changes", blocks=digest(page.stage.clock.now()))
    with page.phone():
        page.driver.refresh()
        frame = page.one(".table-frame")

        widths = page.driver.execute_script("return [arguments[0].clientWidth, arguments[0].scrollWidth]", frame)

        assert widths[1] > widths[0]
        assert page.driver.execute_script("return document.documentElement.scrollWidth") == 390


def test_a_source_can_be_broken_from_the_panel(page: Page) -> None:
    """The stand-in changes, and the panel shows it."""
    page.one('[data-mode="streampixel/down"]').click()

    page.one('[data-source="streampixel"] [aria-pressed="true"]', "Down")
    assert page.stage.sources[0].stand_in.mode == "down"
    page.one('[data-source="microvisualizer"] [aria-pressed="true"]', "Working")


def test_the_clock_can_be_moved_from_the_panel(page: Page) -> None:
    """Thirty-one days in two clicks, and back."""
    page.one("#clock button", "+30 days").click()
    page.one("#now", "30 days ahead")
    page.one("#clock button", "+1 day").click()
    page.one("#now", "31 days ahead")

    page.one("#clock button", "Reset").click()

    page.until(lambda: "ahead" not in page.one("#now").text or None, "the clock is back")
    assert page.stage.clock.ahead.days == 0
