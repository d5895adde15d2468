"""From a typed command to what stands in the channel."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.demo.slack.validate import refusals
from tests.journeys.conftest import ADA, JONAS, STUDIO

if TYPE_CHECKING:
    from bot.demo.slack.nouns import Message
    from tests.journeys.conftest import House


def actions(message: Message) -> list[str]:
    """Return the action ids of all buttons."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row]


def refs(message: Message) -> list[str]:
    """Return what the menus of a list show, in order."""
    accessories: list[dict[str, Any]] = [block["accessory"] for block in message.blocks if "accessory" in block]
    return [a["options"][0]["value"] for a in accessories if a["type"] == "overflow"]


async def test_a_command_is_acknowledged_and_answered_for_the_asker_alone(house: House) -> None:
    """The main job: a private list with its sources under it."""
    message = await house.ask("search showroom archived:false")

    assert message.only_for == "U0ADA"
    assert house.workspace.messages(STUDIO, viewer=JONAS) == ()
    assert "Showroom" in message.text
    assert re.search(r"✅ Streampixel: 26 projects, read just now", message.text)
    assert refusals([*message.blocks]) == []


async def test_next_and_prev_show_every_project_once(house: House) -> None:
    """All pages together are the whole list, and the way back leads over the same pages."""
    message = await house.ask("list archived:any")
    pages = [refs(message)]
    while "run.next" in actions(message):
        message = await house.press(message, "run.next")
        pages.append(refs(message))
    back = await house.press(message, "run.previous")

    everything = [ref for page in pages for ref in page]
    assert len(everything) == len(set(everything)) == 60
    assert refs(back) == pages[-2]
    assert len([m for m in house.workspace.messages(STUDIO, viewer=ADA) if m.user == "U0ROLLCALL"]) == 1


async def test_share_shows_everybody_who_asked_what(house: House) -> None:
    """The private answer stays, the shared one names the asker and offers a private copy."""
    private = await house.ask("status")
    shared = await house.press(private, "share")

    assert shared.only_for is None
    assert (shared.blocks[0]["elements"][0]["elements"][0]["user_id"], actions(shared)) == ("U0ADA", ["mine"])
    copy = await house.press(shared, "mine", JONAS)
    assert copy.only_for == "U0JONAS"


async def test_the_menu_of_a_row_opens_a_card_beside_the_list(house: House) -> None:
    """Show and services answer beside; the list stays."""
    listed = await house.ask("search checkout source:microvisualizer")
    card = await house.choose(listed, refs(listed)[0])
    services = await house.choose(listed, refs(listed)[0].replace("show", "services"))

    assert card.seq != listed.seq
    assert "Checkout" in card.text
    assert "services in" in services.text


async def test_a_correction_runs_with_one_click(house: House) -> None:
    """A typing mistake costs one click."""
    refused = await house.ask("list archivd:true")
    corrected = await house.press(refused, "run.corrected")

    assert corrected.seq == refused.seq
    assert "4 projects" in corrected.text


async def test_a_mention_is_answered_in_its_thread_and_a_direct_message_where_it_was_written(house: House) -> None:
    """The same words work where commands do not."""
    mention = await house.answered(lambda: house.people.mention(STUDIO, ADA, "status source:streampixel"))
    direct = await house.answered(lambda: house.people.dm(ADA, "help"))
    question = house.workspace.messages(STUDIO, viewer=ADA)[0]

    assert (mention.thread_ts, mention.only_for) == (question.ts, None)
    assert "26 projects in" in mention.text
    assert (direct.channel, direct.thread_ts) == ("D0ADA", None)


async def test_a_press_under_a_public_answer_answers_only_the_one_who_pressed(house: House) -> None:
    """Nobody's question may be pulled away from under the others' eyes."""
    public = await house.answered(lambda: house.people.mention(STUDIO, ADA, "list"))
    private = await house.press(public, "mine.run.next", JONAS)

    assert (private.only_for, private.seq != public.seq) == ("U0JONAS", True)
    assert house.workspace.message(public.channel, public.ts) == public
    assert "As of 20" in public.text


async def test_an_export_arrives_as_a_file_in_a_direct_message(house: House) -> None:
    """Private like every answer, with all matches."""
    await house.ask("export archived:any")
    answer = await house.workspace.wait_for(
        lambda: next((m for m in house.workspace.messages(STUDIO, viewer=ADA) if m.user == "U0ROLLCALL"), None)
    )
    (file,) = [f for m in house.workspace.messages("D0ADA") for f in m.files]

    assert "60 projects as CSV" in answer.text
    assert len(file.content.decode().strip().splitlines()) == 61


async def test_fifty_commands_in_a_row_cost_one_refresh_for_each_source(house: House) -> None:
    """Answers come from the catalog; upstreams are asked once."""
    await house.ask("list")
    first = {name: house.requests(name) for name in house.sources}
    for number in range(49):
        await house.ask(["list", "search demo", "inactive", "changes", "list updated:<7d"][number % 5])

    assert {name: house.requests(name) for name in house.sources} == first
    assert first["streampixel"] == 1
    assert first["microvisualizer"] <= 2


async def test_a_replayed_request_is_answered_once(house: House) -> None:
    """A captured request, sent again within five minutes, changes nothing."""
    delivery = await house.people.command(STUDIO, ADA, "/projects", "help")
    assert delivery is not None
    await house.workspace.wait_for(lambda: house.workspace.messages(STUDIO, viewer=ADA))
    again = await house.demo.slack.deliveries.replay(delivery)
    await house.ask("help search")

    assert again.status == 200
    assert len([m for m in house.workspace.messages(STUDIO, viewer=ADA) if m.user == "U0ROLLCALL"]) == 2


async def test_time_passes_and_projects_go_quiet(house: House) -> None:
    """Ten days later the same question has another answer, and the data is read anew."""
    before = await house.ask("inactive source:microvisualizer")
    house.clock.forward(timedelta(days=10))
    after = await house.ask("inactive source:microvisualizer")

    count = [int(re.match(r"(\d+) project", message.text)[1]) for message in (before, after)]  # type: ignore[index]
    assert count[1] > count[0]
    assert "read just now" in after.text


async def test_no_message_of_a_whole_day_pings_anybody_or_is_refused(house: House) -> None:
    """Every verb once, with the demo's awkward names, through Slack's own rules."""
    verbs = ["", "list archived:any limit:60", "status", "live", "inactive", "changes", "help", "help filters", "zzz"]
    for text in [*verbs, "show <Beta>"]:
        message = await house.ask(text)
        assert refusals([*message.blocks]) == []
        assert len(json.dumps(message.blocks)) < 13_200
    assert house.workspace.broadcasts == []
