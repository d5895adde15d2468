"""Every environment variable: name, type, unit, default. Read once, by the composition root alone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.engine.work import MOST_POSTS_PER_MINUTE
from bot.errors import ConfigurationError, UsageError
from bot.grammar import parse_age
from bot.schedules import zone_named

if TYPE_CHECKING:
    from collections.abc import Mapping


def _age(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse_age(value)
    except UsageError:
        raise ValueError("is no duration; write it like `30s`, `2m`, `1h` or `30d`") from None


def _zone(name: str) -> str:
    """Take what a digest can be printed with: ``EST`` is New York's winter alone, and nobody's zone."""
    known = zone_named(name)
    if known is None:
        raise ValueError("is no time zone of a place; write it like `Europe/Berlin` or `UTC`")
    return known


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")) or any(c.isspace() for c in url):
        raise ValueError("is no web address; it must begin with https:// or http://")
    return url.rstrip("/")


def _slack_address(url: str) -> str:
    return _address(url) + "/"


def _database(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return url


def _project_url(template: str) -> str:
    if "{project_id}" not in template:
        raise ValueError("needs {project_id} where the id of a project goes")
    return _address(template)


def _whole(lowest: int, highest: int) -> BeforeValidator:
    """Take a whole number of a range, and name the range otherwise."""

    def judge(value: object) -> object:
        if re.fullmatch(r"[0-9]{1,9}", str(value).strip()) and lowest <= int(str(value)) <= highest:
            return int(str(value))
        raise ValueError(f"must be a whole number from {lowest} to {highest}")

    return BeforeValidator(judge)


def _admins(written: str) -> str:
    if not all(_PERSON.fullmatch(each) for each in _listed(written)):
        raise ValueError("must be Slack user ids, separated by commas, like `U012AB3CD,W012AB3CD`")
    return written


def channel_mistake(channel: str) -> str | None:
    """Say what is wrong with the id of a channel as somebody typed it, as the end of a sentence; None: nothing."""
    if _ANY_CHANNEL.fullmatch(channel):
        return None
    return "is no channel id; it begins with C, G or D and is found at the end of the channel's details"


def _channel(channel: str) -> str:
    if not _CHANNEL.fullmatch(channel):
        raise ValueError("is no channel id; it begins with C or G and is found at the end of the channel's details")
    return channel


def _listed(written: str) -> list[str]:
    return [each.strip() for each in written.split(",") if each.strip()]


def _bot_token(token: SecretStr) -> SecretStr:
    if not token.get_secret_value().startswith(("xoxb-", "xoxe.xoxb-")):
        raise ValueError("is no bot token; it begins with xoxb- and is found under OAuth & Permissions")
    return token


def _app_token(token: SecretStr) -> SecretStr:
    if not token.get_secret_value().startswith("xapp-"):
        raise ValueError("is no app-level token; it begins with xapp- and is found under Basic Information")
    return token


def _hook_secret(secret: SecretStr) -> SecretStr:
    if not _HOOK_SECRET.fullmatch(secret.get_secret_value()):
        raise ValueError(
            "must be 24 to 200 letters, digits, - and _, such as `python -c 'import secrets; "
            "print(secrets.token_urlsafe(32))'` prints"
        )
    return secret


_HOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{24,200}")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,20}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")
_ANY_CHANNEL = re.compile(r"[CGD][A-Z0-9]{5,20}")

Age = Annotated[timedelta, BeforeValidator(_age)]
Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseSettings):
    """The configuration of one process."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    slack_bot_token: Annotated[SecretStr | None, AfterValidator(lambda t: t and _bot_token(t))] = None
    """Token of the app's bot user (``xoxb-…``); required for `run`."""

    slack_app_token: Annotated[SecretStr | None, AfterValidator(lambda t: t and _app_token(t))] = None
    """App-level token (``xapp-…``, scope ``connections:write``); if set, Slack is reached by Socket Mode."""

    slack_signing_secret: SecretStr | None = None
    """Proves that a request comes from Slack; required without an app token."""

    slack_api_url: Annotated[str, AfterValidator(_slack_address)] = "https://slack.com/api/"
    """Where Slack's Web API is."""

    streampixel_user_id: SecretStr | None = None
    """Id of the Streampixel account; treated as a secret, as its vendor advises."""

    streampixel_api_key: SecretStr | None = None
    """Key of that account; switches the source on."""

    streampixel_api_url: Address = "https://api.streampixel.io/pixelStripeApi"
    """Where Streampixel's API is."""

    microvisualizer_api_key: SecretStr | None = None
    """API key of a MicroVisualizer organization; switches the source on."""

    microvisualizer_api_url: Address = "https://api.microvisualizer.com"
    """Where MicroVisualizer's API is."""

    microvisualizer_project_url: Annotated[str | None, AfterValidator(lambda t: t and _project_url(t))] = None
    """Link to a project, with ``{project_id}`` in it; without it projects have no link."""

    database_url: Annotated[str, AfterValidator(_database)] = Field("sqlite:///rollcall.db", repr=False)
    """``sqlite:///file.db`` (relative) or ``sqlite:////path/file.db``, or ``postgresql://user:password@host/name``."""

    host: str = "127.0.0.1"
    """Address to listen on."""

    port: Annotated[int, _whole(0, 65535)] = 3000
    """Port to listen on; 0 takes any free one."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important events that are logged."""

    log_format: Literal["console", "json"] | None = None
    """How events are logged; by default ``console`` on a terminal, else ``json``."""

    rollcall_fresh_for: Age = timedelta(minutes=2)
    """How old an answer may be without a refresh."""

    rollcall_sync_every: Age = timedelta(minutes=5)
    """How often projects are read by themselves."""

    rollcall_sample_every: Age = timedelta(minutes=15)
    """How often viewers are counted by themselves."""

    rollcall_quiet_after: Age = timedelta(days=30)
    """How long without activity makes a project inactive."""

    rollcall_timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """Whose calendar days are meant by ``today``."""

    rollcall_admins: Annotated[str | None, AfterValidator(lambda t: t and _admins(t))] = None
    """Slack user ids, separated by commas, of people who may remove any digest or watch and keep projects for good."""

    rollcall_operators_channel: Annotated[str | None, AfterValidator(lambda t: t and _channel(t))] = None
    """Id of the channel that is told when a source cannot be read, or a digest or a card cannot be delivered."""

    rollcall_posts_per_minute: Annotated[int, _whole(1, MOST_POSTS_PER_MINUTE)] = 300
    """How many digests may be posted in a minute, over all channels."""

    rollcall_allow_archive: bool = False
    """Whether people may have projects archived at their source from here, and taken out of the archive again."""

    rollcall_hook_secret: Annotated[SecretStr | None, AfterValidator(lambda s: s and _hook_secret(s))] = None
    """Last part of the address to which Streampixel sends what became of builds; without it nothing is taken."""

    @property
    def admins(self) -> frozenset[str]:
        """Slack user ids of people who may remove any digest."""
        return frozenset(_listed(self.rollcall_admins or ""))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.rollcall_timezone)

    def secrets(self) -> tuple[str, ...]:
        """Return every secret value that is set, for redaction."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))


def read_settings(kind: type[Settings] = Settings, **given: Any) -> Settings:  # noqa: ANN401 - values of any field
    """Read the settings.

    Raises:
        ConfigurationError: with one sentence for each mistake, none of which holds a value.
    """
    try:
        settings = kind(**given)
    except ValidationError as error:
        raise ConfigurationError(tuple(_sentence(each) for each in error.errors(include_url=False))) from None
    mistakes = _half_sources(settings)
    if mistakes:
        raise ConfigurationError(tuple(mistakes))
    return settings


class _Given(Settings):
    """Settings from values alone."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Look neither at the environment nor at a file."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read settings from `environment` and nothing else: the demo must not use anybody's real keys.

    Raises:
        ConfigurationError: as `read_settings`.
    """
    return read_settings(_Given, **{name.lower(): value for name, value in environment.items()})


def mistakes_for_sources(settings: Settings) -> list[str]:
    """Say what is missing for any answer at all."""
    if settings.streampixel_api_key or settings.microvisualizer_api_key:
        return []
    return ["No source is connected: set STREAMPIXEL_USER_ID and STREAMPIXEL_API_KEY, or MICROVISUALIZER_API_KEY."]


def mistakes_for_slack(settings: Settings) -> list[str]:
    """Say what is missing for Slack."""
    found = []
    if settings.slack_bot_token is None:
        found.append(
            "SLACK_BOT_TOKEN is missing: copy the Bot User OAuth Token from the app's OAuth & Permissions page."
        )
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        found.append(
            "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP: Slack must reach us one way."
        )
    return found


def _half_sources(settings: Settings) -> list[str]:
    has_user, has_key = settings.streampixel_user_id is not None, settings.streampixel_api_key is not None
    if has_user == has_key:
        return []
    missing = "STREAMPIXEL_API_KEY" if has_user else "STREAMPIXEL_USER_ID"
    return [f"{missing} is missing: Streampixel needs both a user id and a key."]


def _sentence(error: Any) -> str:  # noqa: ANN401 - pydantic's own shape
    name = ".".join(str(part) for part in error["loc"]).upper()
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{name} {message}." if message.startswith(("is ", "must ", "needs ")) else f"{name}: {message}."
