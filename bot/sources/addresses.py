"""Links for people, and ids inside of paths. Pure."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from bot.errors import ConfigurationError

PLACEHOLDER = "{project_id}"


def link_to(template: str, project_id: str) -> str:
    """Put a percent-encoded id into a link template, whose other braces mean nothing."""
    return template.replace(PLACEHOLDER, quote(project_id, safe=""))


def checked_template(template: str, connection: str) -> str:
    """Return a link template as it was given.

    Raises:
        ConfigurationError: not http(s), no host, or no ``{project_id}`` in it.
    """
    try:
        parts = urlsplit(template)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc or PLACEHOLDER not in template:
        sentence = (
            f"The project link of the connection {connection} must be a http(s) address with {PLACEHOLDER} in it."
        )
        raise ConfigurationError((sentence,))
    return template
