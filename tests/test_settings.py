"""Settings: every mistake at once, none of them with a secret."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import ConfigurationError
from bot.settings import channel_mistake, mistakes_for_slack, mistakes_for_sources, read_settings, settings_from

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_SIGNING_SECRET": "signing-secret",
    "STREAMPIXEL_USER_ID": "663d0a1b2c3e4f5a6b7c8d9e",
    "STREAMPIXEL_API_KEY": "pixel-secret",
    "MICROVISUALIZER_API_KEY": "micro-secret",
}


def mistakes(**changed: str) -> tuple[str, ...]:
    """Return what is said about a configuration with these changes."""
    with pytest.raises(ConfigurationError) as refused:
        settings_from({**GOOD, **changed})
    return refused.value.mistakes


def test_a_good_environment_is_read_with_its_defaults() -> None:
    """What nobody sets is what the manual says."""
    settings = settings_from(GOOD)

    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.rollcall_fresh_for == timedelta(minutes=2)
    assert settings.rollcall_quiet_after == timedelta(days=30)
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 3000, "sqlite:///rollcall.db")
    assert mistakes_for_slack(settings) == mistakes_for_sources(settings) == []


def test_every_mistake_is_told_at_once_and_none_with_its_value() -> None:
    """Nobody should fix five mistakes in five starts, and no secret may end in a terminal's history."""
    told = mistakes(
        SLACK_BOT_TOKEN="oops-bot-token",
        SLACK_APP_TOKEN="oops-app-token",
        SLACK_API_URL="slack.com",
        DATABASE_URL="mysql://root:oops@host",
        PORT="many",
        LOG_LEVEL="loud",
        ROLLCALL_FRESH_FOR="soon",
        ROLLCALL_TIMEZONE="Mars/Olympus",
        MICROVISUALIZER_PROJECT_URL="https://app.example/projects",
    )

    assert len(told) == 9
    assert {sentence.split()[0].rstrip(":") for sentence in told} == {
        "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL", "DATABASE_URL", "PORT", "LOG_LEVEL",
        "ROLLCALL_FRESH_FOR", "ROLLCALL_TIMEZONE", "MICROVISUALIZER_PROJECT_URL",
    }  # fmt: skip
    assert not any("oops" in sentence for sentence in told)
    assert all(sentence.endswith(".") for sentence in told)


def test_the_zone_is_spelled_as_the_database_does() -> None:
    """Schedules are printed with it, and read back."""
    assert settings_from({**GOOD, "ROLLCALL_TIMEZONE": "europe/berlin"}).zone.key == "Europe/Berlin"


def test_who_may_remove_digests_is_a_list_of_people() -> None:
    """Commas, blanks and an empty end are how people write lists."""
    assert settings_from({**GOOD, "ROLLCALL_ADMINS": "U012AB3CD, W0ADMIN,"}).admins == {"U012AB3CD", "W0ADMIN"}
    assert settings_from(GOOD).admins == frozenset()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ROLLCALL_ADMINS", "@anna", "ROLLCALL_ADMINS must be Slack user ids, separated by commas, like"),
        ("ROLLCALL_ADMINS", "U012AB3CD;U0ADMIN", "ROLLCALL_ADMINS must be Slack user ids"),
        ("ROLLCALL_OPERATORS_CHANNEL", "#ops", "ROLLCALL_OPERATORS_CHANNEL is no channel id; it begins with C or G"),
        ("ROLLCALL_TIMEZONE", "EST", "ROLLCALL_TIMEZONE is no time zone of a place; write it like `Europe/Berlin`"),
        ("ROLLCALL_TIMEZONE", "localtime", "ROLLCALL_TIMEZONE is no time zone of a place"),
        ("ROLLCALL_POSTS_PER_MINUTE", "abc", "ROLLCALL_POSTS_PER_MINUTE must be a whole number from 1 to 3840."),
        ("ROLLCALL_POSTS_PER_MINUTE", "0", "ROLLCALL_POSTS_PER_MINUTE must be a whole number from 1 to 3840."),
        ("ROLLCALL_POSTS_PER_MINUTE", "3841", "ROLLCALL_POSTS_PER_MINUTE must be a whole number from 1 to 3840."),
    ],
)
def test_settings_of_digests_are_refused_with_a_sentence_each(name: str, value: str, sentence: str) -> None:
    """The sentence says how it is written."""
    (told,) = mistakes(**{name: value})
    assert told.startswith(sentence)
    assert told.endswith(".")


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [("C012345", True), ("G0ABCDE", True), ("D0ABCDEFG", True)]
    + [(typed, False) for typed in ("x", "#ops", "c012345", "C01", "U012345", "C012345 ", "")],
)
def test_a_channel_id_is_known_by_its_looks(typed: str, is_one: bool) -> None:  # noqa: FBT001 - a parameter of a test
    """A name that is taken for an id would keep digests for a channel that does not exist."""
    assert (channel_mistake(typed) is None) == is_one


def test_half_a_streampixel_account_is_a_mistake() -> None:
    """A key without its user id would only fail at the first question."""
    with pytest.raises(ConfigurationError) as refused:
        settings_from({"STREAMPIXEL_API_KEY": "pixel-secret"})
    assert refused.value.mistakes == ("STREAMPIXEL_USER_ID is missing: Streampixel needs both a user id and a key.",)
    with pytest.raises(ConfigurationError, match="STREAMPIXEL_API_KEY is missing"):
        settings_from({"STREAMPIXEL_USER_ID": "u"})


def test_the_token_of_a_person_is_refused() -> None:
    """The bot would post in that person's name."""
    assert mistakes(SLACK_BOT_TOKEN="xoxp-1-hunter2")[0].startswith("SLACK_BOT_TOKEN is no bot token")


def test_what_a_command_cannot_do_without_is_told() -> None:
    """The terminal needs a source, the bot needs Slack as well."""
    nothing = settings_from({})

    assert len(mistakes_for_sources(nothing)) == 1
    assert [line.split()[0] for line in mistakes_for_slack(nothing)] == ["SLACK_BOT_TOKEN", "Set"]
    assert mistakes_for_slack(settings_from({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})) == []


def test_addresses_are_brought_into_one_form() -> None:
    """A slash too many or too few must not matter."""
    settings = settings_from({**GOOD, "SLACK_API_URL": "http://127.0.0.1:1/api", "STREAMPIXEL_API_URL": "http://x/y/"})
    assert (settings.slack_api_url, settings.streampixel_api_url) == ("http://127.0.0.1:1/api/", "http://x/y")


def test_secrets_show_in_no_repr_and_are_known_to_the_redactor() -> None:
    """A settings object in a traceback must tell nothing."""
    settings = settings_from({**GOOD, "DATABASE_URL": "postgresql://me:hunter2@db/rollcall"})

    shown = repr(settings) + str(settings)
    assert not any(secret in shown for secret in (*settings.secrets(), "hunter2"))
    assert set(settings.secrets()) == set(GOOD.values())


def test_nothing_is_changed_at_a_source_unless_the_settings_say_so() -> None:
    """Rollcall reads; archiving is for those who want it."""
    assert not settings_from(GOOD).rollcall_allow_archive
    assert settings_from({**GOOD, "ROLLCALL_ALLOW_ARCHIVE": "true"}).rollcall_allow_archive
    (told,) = mistakes(ROLLCALL_ALLOW_ARCHIVE="oops")
    assert told.startswith("ROLLCALL_ALLOW_ARCHIVE")
    assert "oops" not in told


@pytest.mark.parametrize(
    "secret", ["short-oops", "oops" * 60, "oops with blanks and 24 chars", "oops/../../etc/passwd/oops"]
)
def test_a_guessable_or_unfit_hook_secret_is_refused(secret: str) -> None:
    """It is the only thing that keeps strangers out, and a part of an address."""
    (told,) = mistakes(ROLLCALL_HOOK_SECRET=secret)
    assert told.startswith("ROLLCALL_HOOK_SECRET must be 24 to 200 letters")
    assert "oops" not in told


def test_a_good_hook_secret_is_kept_secret() -> None:
    """There is none by default."""
    settings = settings_from({**GOOD, "ROLLCALL_HOOK_SECRET": "abcdefghijkl_mnopqr-012345"})

    assert settings_from(GOOD).rollcall_hook_secret is None
    assert "abcdefghijkl_mnopqr-012345" in settings.secrets()
    assert "abcdefghijkl" not in repr(settings)


def test_the_environment_and_a_file_are_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The environment, which is what is under test here, wins over `.env`; an empty variable is none."""
    folder = tmp_path_factory.mktemp("home")
    (folder / ".env").write_text("PORT=4000\nROLLCALL_QUIET_AFTER=2w\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PORT", "5000")
    monkeypatch.setenv("HOST", "")

    settings = read_settings()

    assert (settings.port, settings.rollcall_quiet_after, settings.host) == (5000, timedelta(weeks=2), "127.0.0.1")
