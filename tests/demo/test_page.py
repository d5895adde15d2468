"""The page in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.demo.scripted_bot import HOSTILE, mrkdwn

if TYPE_CHECKING:
    from tests.demo.browser import Page

pytestmark = pytest.mark.browser


def listed(page: Page) -> None:
    """Ask for the list and wait for it."""
    page.type("/projects list" + Keys.ENTER)
    page.one(".message.private h3", "Projects, page 1")


def test_a_newcomer_is_invited_and_one_click_asks(page: Page) -> None:
    """Nobody has to know a command to begin."""
    invitation = page.one("#empty")
    assert "What is going on with our projects?" in invitation.text
    assert len(page.all(".example")) == 10

    page.one(".example", "search configurator").click()

    page.one(".message.private", "Projects, page 1")
    assert page.all("#empty") == []
    assert page.one(".message.typed code").text == "/projects search configurator"
    assert page.stage.bot.heard[0]["text"] == "search configurator"


def test_a_command_is_answered_privately_with_its_blocks_drawn(page: Page) -> None:
    """The answer says that only its reader sees it."""
    listed(page)

    answer = page.one(".message.private")
    assert "Only visible to you" in answer.text
    assert answer.find_element(By.CSS_SELECTOR, ".section b").text == "Showroom Oslo"
    assert "💤" in answer.text
    assert [b.text for b in answer.find_elements(By.CSS_SELECTOR, ".actions .button")] == ["Next", "Forget"]


def test_hostile_names_are_drawn_as_the_text_they_are(page: Page) -> None:
    """No tag, no mention, no bold."""
    listed(page)

    assert HOSTILE in page.one(".rich b").text
    assert page.driver.find_elements(By.CSS_SELECTOR, "#messages img") == []
    assert page.driver.find_elements(By.CSS_SELECTOR, "#messages .loud") == []


def test_hostile_words_of_people_are_drawn_as_text_too(page: Page) -> None:
    """Whatever is typed comes back as it was."""
    nasty = "<b>x</b> <script>alert(1)</script> & javascript:alert(1)"

    page.type(nasty + Keys.ENTER)

    assert nasty in page.one(".message").text
    assert page.driver.find_elements(By.CSS_SELECTOR, "#messages script, #messages a") == []


def test_links_that_run_something_are_no_links(page: Page) -> None:
    """Only web and mail addresses can be followed."""
    link = {"type": "link", "url": "data:text/html,x", "text": "worse"}
    blocks: list[dict[str, object]] = [
        {"type": "section", "text": mrkdwn("<javascript:alert(1)|bad> <https://example.org/|good>")},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]},
    ]
    page.stage.workspace.post("C0STUDIO", "U0ROLLCALL", "x", blocks=blocks)
    page.driver.refresh()

    message = page.one(".message", "bad")

    assert [a.text for a in message.find_elements(By.CSS_SELECTOR, "a")] == ["good"]
    assert message.find_element(By.CSS_SELECTOR, "a").get_attribute("rel") == "noopener noreferrer"


def test_a_button_replaces_its_message_in_place(page: Page) -> None:
    """And the keyboard stays where it was."""
    listed(page)

    page.one(".actions .button", "Next").send_keys(Keys.ENTER)

    page.one(".message h3", "Projects, page 2")
    assert len(page.all(".message.private")) == 1
    assert page.driver.switch_to.active_element.text == "Next"


def test_a_menu_opens_and_its_choice_reaches_the_bot(page: Page) -> None:
    """By keyboard: arrows move, Escape closes, Enter chooses."""
    listed(page)
    opener = page.one(".overflow > .button")

    opener.click()
    page.one(".menu")
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert page.all(".menu") == []
    opener.send_keys(Keys.ENTER)
    page.driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)

    page.one(".message", "chosen: services")


def test_a_button_that_asks_first_does_nothing_on_no(page: Page) -> None:
    """And what it does on yes."""
    listed(page)

    page.one(".button.danger").click()
    page.one("#confirm", "It cannot be undone.")
    page.one("#confirm button", "No").click()
    assert len(page.stage.bot.heard) == 1
    page.one(".button.danger").click()
    page.one("#confirm button", "Yes, forget").click()

    page.until(lambda: not page.all(".message.private") or None, "the message goes")


def test_a_button_that_fails_says_so_under_its_message(page: Page) -> None:
    """As Slack shows a warning beside it."""
    listed(page)
    page.stage.bot.status = 500

    page.one(".actions .button", "Next").click()

    assert "dispatch_failed" in page.one(".trouble").text
    page.complaints()


def test_a_failed_command_is_reported_by_slackbot(page: Page) -> None:
    """Nobody is left waiting."""
    page.stage.bot.status = 500

    page.type("/projects list" + Keys.ENTER)

    page.one(".message", '/projects failed with the error "dispatch_failed"')


def test_commands_are_completed_while_typing(page: Page) -> None:
    """The list shows what fits; Tab takes it."""
    page.type("/projects se")
    assert [item.text.splitlines()[0] for item in page.all("#completions li")] == ["/projects search configurator"]
    assert page.one("#hint").text == "A command: only you will see the answer"

    page.type(Keys.TAB)

    assert page.one("#text").get_attribute("value") == "/projects search configurator"


def test_a_mention_is_answered_in_a_thread_under_it(page: Page) -> None:
    """For everybody, so Jonas sees it, too."""
    page.one("#add-mention").click()
    page.type("search foo" + Keys.ENTER)

    page.one(".replies .message", "heard: @rollcall search foo")
    Select(page.one("#viewer")).select_by_visible_text("Jonas Weber")
    page.one(".replies .message", "heard: @rollcall search foo")


def test_a_reply_in_a_thread_can_ask_the_bot(page: Page) -> None:
    """Threads know no commands, but mentions."""
    page.type("What about Oslo?" + Keys.ENTER)
    page.one(".message", "What about Oslo?")
    page.driver.execute_script("document.querySelector('[aria-label=\"Reply in thread\"]').click()")

    page.type("show oslo" + Keys.ENTER)

    page.one(".replies .message", "heard: @rollcall show oslo")


def test_the_conversation_with_the_bot_needs_no_slash(page: Page) -> None:
    """A message there is a question."""
    page.one('[data-channel="Rollcall"]').click()
    page.one("#place-name", "Rollcall")

    page.type("status" + Keys.ENTER)

    page.one(".message", "heard: status")


def test_messages_elsewhere_are_marked_as_unread(page: Page) -> None:
    """An export arrives in the conversation with the bot, with a preview and a download."""
    page.type("/projects export" + Keys.ENTER)

    page.one(".place-link.unread", "Rollcall").click()

    file = page.one(".file", "All projects")
    assert [cell.text for cell in file.find_elements(By.CSS_SELECTOR, "td")] == ["Oslo", "off"]
    assert "/_demo/files/" in str(file.find_element(By.CSS_SELECTOR, "a").get_attribute("href"))


def test_what_a_screen_reader_hears_can_be_seen(page: Page) -> None:
    """And new messages are announced with those words."""
    listed(page)
    answer = page.one(".message.private")

    page.driver.execute_script("arguments[0].querySelector('.message-tools button').click()", answer)

    assert page.one(".heard").text == "What a screen reader hears: Projects, page 1"
    announced = page.driver.find_element(By.ID, "announcer").get_attribute("textContent")
    assert announced == "Rollcall, only visible to you: Projects, page 1"


def test_on_a_phone_the_columns_slide_in(page: Page) -> None:
    """Nothing is wider than the screen, and everything can be reached."""
    with page.phone():
        page.driver.refresh()
        listed(page)
        assert page.driver.execute_script("return document.documentElement.scrollWidth") == 390
        assert page.all("#panel") == []

        page.one("#open-panel").click()
        page.one('[data-mode="streampixel/ok"]')
        page.one("#close-panel").click()
        page.until(lambda: page.all("#panel") == [] or None, "the panel goes")
        page.one("#open-sidebar").click()

        page.one('[data-channel="platform"]').click()
        page.one("#place-name", "platform")
