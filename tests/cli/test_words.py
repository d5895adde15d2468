"""ask, check, sync, manifest and help, from the outside."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from bot.demo.upstreams import Mode

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


async def test_ask_prints_a_table_with_its_sources_under_it(terminal: Terminal) -> None:
    """The terminal is as honest as the channel."""
    done = await terminal.run("ask", "search showroom archived:false")

    assert done.status == 0
    assert "Showroom" in done.out
    assert "✅ Streampixel: 26 projects, read just now" in done.out


async def test_ask_json_gives_all_pages_for_scripts(terminal: Terminal) -> None:
    """A script wants everything, and where it came from."""
    done = await terminal.run_apart("ask", "list archived:any sort:-name", "--json")
    answer = json.loads(done.out)

    assert (done.status, answer["total"], len(answer["projects"])) == (0, 60, 60)
    assert {source["connection"]: source["problem"] for source in answer["sources"]} == {
        "microvisualizer": None,
        "streampixel": None,
    }
    assert {"id", "name", "state", "source", "updated_at", "viewers"} <= set(answer["projects"][0])


async def test_ask_csv_gives_all_pages_for_spreadsheets(terminal: Terminal) -> None:
    """Standard output holds the file and nothing else."""
    done = await terminal.run_apart("ask", "list", "source:microvisualizer", "archived:any", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))

    assert (done.status, len(rows), {row["source"] for row in rows}) == (0, 34, {"microvisualizer"})


async def test_export_in_the_terminal_goes_to_standard_output(terminal: Terminal) -> None:
    """The verb that is a file in Slack is a stream here."""
    done = await terminal.run("ask", "export source:streampixel")
    assert len(list(csv.DictReader(io.StringIO(done.out)))) == 26
    assert (await terminal.run("ask", "export source:streampixel", "--csv")).out == done.out


async def test_csv_says_beside_the_file_what_the_file_lacks(terminal: Terminal) -> None:
    """A header line alone must not look like an empty company."""
    terminal.sources["streampixel"].stand_in.set_mode(Mode.DOWN)
    half = await terminal.run("ask", "export")
    terminal.sources["microvisualizer"].stand_in.set_mode(Mode.DOWN)
    nothing = await terminal.run("ask", "list", "--csv", DATABASE_URL="sqlite:///other.db")

    assert (half.status, nothing.status, nothing.out.count("\n")) == (0, 1, 1)
    assert "⚠️ Streampixel: nothing known yet" in half.err
    assert "Hiding 4 archived projects" in half.err
    assert "⚠️ MicroVisualizer: nothing known yet" in nothing.err


async def test_a_filter_may_begin_with_a_dash(terminal: Terminal) -> None:
    """The shell hands over what was typed, and it is no option."""
    done = await terminal.run("ask", "-source:streampixel archived:any", "--json")
    assert json.loads(done.out)["total"] == 34


async def test_a_question_that_cannot_be_read_is_pointed_at_and_ends_with_one(terminal: Terminal) -> None:
    """The caret stands under the mistake, and a script sees the status."""
    done = await terminal.run("ask", "list archivd:true")

    assert done.status == 1
    assert "list archivd:true\n     ^^^^^^^" in done.out
    assert "Try: list archived:true" in done.out
    assert json.loads((await terminal.run("ask", "oops", "--json")).out)["correction"] == "search oops"
    assert "I know no verb" in (await terminal.run("ask", "oops", "--csv")).err
    assert "Only lists" in (await terminal.run("ask", "status", "--csv")).err


async def test_what_is_no_channel_id_is_refused(terminal: Terminal) -> None:
    """Otherwise a digest would be kept for a channel that does not exist."""
    refused = await terminal.run("ask", "--channel", "#ops", "digest list")

    assert refused.status == 2
    assert "--channel is no channel id; it begins with C, G or D" in refused.err


async def test_digests_of_a_channel_are_kept_and_shown(terminal: Terminal) -> None:
    """The terminal counts as an admin; it has no channel of its own."""
    nowhere = await terminal.run("ask", "digest list")
    added = await terminal.run("ask", "--channel", "C012345", 'digest add "weekdays at 9:00 Europe/Berlin" status:off')
    listed = await terminal.run("ask", "digest", "list", "--channel=C012345")
    told = json.loads((await terminal.run("ask", "--channel", "C012345", "digest show 1", "--json")).out)
    shown = await terminal.run("ask", "--channel", "C012345", "digest show")

    assert (nowhere.status, "--channel" in nowhere.out) == (1, True)
    assert (added.status, listed.status, shown.status) == (0, 0, 0)
    assert 'Added digest 1: digest add "weekdays at 09:00 Europe/Berlin" status:off empty:skip' in added.out
    assert "status:off" in listed.out
    assert (told["digest"]["cron"], told["digest"]["owner"]) == ("0 9 * * 1-5", None)
    assert "added it" in shown.out


async def test_other_answers_are_printed_as_their_complete_text(terminal: Terminal) -> None:
    """Cards, summaries and help say in the terminal what they say in Slack."""
    assert "Plan: MicroVisualizer 34 of 50 projects" in (await terminal.run("ask", "status")).out
    assert "Id: " in (await terminal.run("ask", "show ratings")).out
    assert "<Beta>" in (await terminal.run("ask", "show <Beta>")).out


async def test_a_source_in_trouble_is_named_and_the_rest_answered(terminal: Terminal) -> None:
    """One source down is no reason for an empty terminal."""
    terminal.sources["streampixel"].stand_in.set_mode(Mode.REFUSED)
    done = await terminal.run("ask", "list")

    assert done.status == 0
    assert "⚠️ Streampixel" in done.out
    assert "refuses our key" in done.out


async def test_sync_reads_everything_and_says_how_each_source_is(terminal: Terminal) -> None:
    """Status 1 tells a script that a source could not be read."""
    good = await terminal.run("sync")
    terminal.sources["microvisualizer"].stand_in.set_mode(Mode.DOWN)
    bad = await terminal.run_apart("sync", ROLLCALL_FRESH_FOR="1s")

    assert (good.status, good.out.count("✅")) == (0, 2)
    assert "viewers counted just now" in good.out
    assert bad.status == 1
    assert "⚠️ MicroVisualizer: 34 projects, as of" in bad.out


async def test_check_tries_everything_once_and_says_what_to_do(terminal: Terminal) -> None:
    """The first command after the configuration."""
    good = await terminal.run_apart("check")
    terminal.demo.slack.api.scopes = ("commands",)
    unscoped = await terminal.run("check")
    terminal.sources["streampixel"].stand_in.set_mode(Mode.REFUSED)
    bad = await terminal.run("check", SLACK_BOT_TOKEN="xoxb-wrong")

    assert (good.status, good.out.count("✅")) == (0, 4)
    assert unscoped.status == 1
    assert "❌ Slack: The app lacks the scopes" in unscoped.out
    assert "Lumen Studio" in good.out
    assert "lists 26 projects" in good.out
    assert bad.status == 1
    assert "❌ Slack: Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in bad.out
    assert "❌ Streampixel: Streampixel refuses the key" in bad.out


async def test_check_tries_the_sources_before_slack_is_set_up(terminal: Terminal) -> None:
    """Nobody has all keys at once; what is there is tried, and the rest is named."""
    done = await terminal.run("check", SLACK_BOT_TOKEN=None, SLACK_SIGNING_SECRET=None)

    assert done.status == 2
    assert "❌ Configuration: SLACK_BOT_TOKEN is missing" in done.out
    assert "✅ Streampixel: answers, and lists 26 projects." in done.out


async def test_every_configuration_mistake_is_a_line_and_the_status_is_two(terminal: Terminal) -> None:
    """All at once, none with its value, and no traceback."""
    done = await terminal.run_apart(
        "run", SLACK_BOT_TOKEN=None, SLACK_SIGNING_SECRET=None, STREAMPIXEL_USER_ID=None, STREAMPIXEL_API_KEY=None,
        MICROVISUALIZER_API_KEY=None,
    )  # fmt: skip
    typed_wrong = await terminal.run("ask", "list", ROLLCALL_FRESH_FOR="hunter2", PORT="hunter2")

    assert (done.status, done.out) == (2, "")
    assert [line.split()[1] for line in done.err.splitlines()] == ["SLACK_BOT_TOKEN", "Set", "No"]
    assert typed_wrong.status == 2
    assert len(typed_wrong.err.splitlines()) == 2
    assert "hunter2" not in typed_wrong.err


async def test_a_database_that_cannot_be_opened_is_a_sentence(terminal: Terminal) -> None:
    """Nobody should read a traceback of a driver."""
    done = await terminal.run("ask", "list", DATABASE_URL="postgresql://nobody:hunter2@127.0.0.1:9/none")

    assert done.status == 1
    assert done.err.startswith("rollcall: I cannot reach my own database.")
    assert "hunter2" not in done.err


async def test_manifest_prints_both_forms(terminal: Terminal) -> None:
    """The HTTP form has the address in it; a wrong address is a mistake."""
    sockets, http = (
        await terminal.run("manifest"),
        await terminal.run_apart("manifest", "--url", "https://rollcall.example.org"),
    )

    assert "socket_mode_enabled: true" in sockets.out
    assert "https://rollcall.example.org/slack/events" in http.out
    assert (await terminal.run("manifest", "--url", "nonsense")).status == 2


async def test_help_shows_examples(terminal: Terminal) -> None:
    """Every command is listed, with examples that work."""
    done = await terminal.run_apart("--help")

    assert done.status == 0
    assert all(word in done.out for word in ("run", "demo", "ask", "check", "sync", "manifest", "archived:false"))


async def test_watches_of_a_channel_are_kept_and_shown_in_the_terminal(terminal: Terminal) -> None:
    """Whoever runs the bot needs no Slack to see what a channel is told of; the preview says what it would do."""
    in_channel = ("--channel", "C0PROJECTS")
    added = await terminal.run("ask", "watch add inactive for 30d source:microvisualizer", *in_channel)
    listed = await terminal.run("ask", "watch list", *in_channel)
    alerts = await terminal.run("ask", "alerts", *in_channel, "--json")

    assert (added.status, listed.status, alerts.status) == (0, 0, 0)
    assert "inactive for 30d source:microvisualizer -pinned:true" in added.out
    assert "inactive for 30d" in listed.out
    assert json.loads(alerts.out)["total"] == 0
    assert (await terminal.run("ask", "watch list")).status == 1
