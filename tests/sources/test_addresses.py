"""Links for people."""

from __future__ import annotations

import pytest

from bot.errors import ConfigurationError
from bot.sources.addresses import checked_template, link_to
from bot.sources.http import checked_address


def test_puts_an_encoded_id_into_the_link() -> None:
    """An id can neither leave its place nor be read as another placeholder."""
    link = link_to("https://app.example/{team}/{project_id}?tab={project_id}", "a/b?c#{team}é")

    assert link == "https://app.example/{team}/a%2Fb%3Fc%23%7Bteam%7D%C3%A9?tab=a%2Fb%3Fc%23%7Bteam%7D%C3%A9"


@pytest.mark.parametrize(
    "template", ["javascript:alert({project_id})", "//host/{project_id}", "https:///{project_id}", "https://host/",
                 "https://[broken/{project_id}", "ftp://host/{project_id}", "{project_id}"],
)  # fmt: skip
def test_refuses_a_link_that_nobody_should_click(template: str) -> None:
    """Only http and https, with a host, and with the project in it."""
    with pytest.raises(ConfigurationError, match="connection diagrams"):
        checked_template(template, "diagrams")


@pytest.mark.parametrize("address", ["", "host", "ftp://host", "http://", "https://host:port/", "https://\x00/", "/v1"])
def test_refuses_a_base_address_without_scheme_or_host(address: str) -> None:
    """A wrong setting is told at the start, not at the first request, and is not quoted."""
    with pytest.raises(ConfigurationError) as caught:
        checked_address(address, "diagrams")

    assert caught.value.mistakes == (
        "The address of the connection diagrams must begin with https:// or http:// and name a host.",
    )
