"""The local MicroVisualizer answers as the documentation says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from bot.demo.upstreams import MicroVisualizerStandIn
    from tests.demo.upstreams.conftest import Client
    from tests.fakes.clock import HandClock

GOOD = {"Authorization": "Bearer key"}


async def ask(client: Client, path: str, **query: str) -> Any:
    """Ask with the right key, and return the JSON."""
    answer = await client.get(path, params=query, headers=GOOD)
    assert answer.status == 200
    return await answer.json()


@pytest.mark.parametrize("path", ["/v1/projects", "/v1/projects/x", "/v1/projects/x/services", "/v1/limits"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer old"}, {"Authorization": "key"}])
async def test_wants_the_key_everywhere(diagrams: Client, path: str, headers: dict[str, str]) -> None:
    """As a bearer token, before it looks at anything else."""
    answer = await diagrams.get(path, headers=headers)

    assert answer.status == 401
    assert await answer.json() == {"status": 401, "code": "unauthorized", "message": "Authentication required"}


async def test_lists_pages_newest_first(diagrams: Client) -> None:
    """Twenty on a page unless told otherwise."""
    first = await ask(diagrams, "/v1/projects")
    second = await ask(diagrams, "/v1/projects", page="1")
    beyond = await ask(diagrams, "/v1/projects", page="9")

    dates = [project["updatedAt"] for project in first["data"] + second["data"]]
    assert dates == sorted(dates, reverse=True)
    assert (len(first["data"]), first["total"], first["totalPages"], first["first"], first["last"]) == (
        20,
        34,
        2,
        True,
        False,
    )
    assert (len(second["data"]), second["page"], second["size"], second["last"]) == (14, 1, 20, True)
    assert (beyond["data"], beyond["last"]) == ([], True)


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ({"page": "-1"}, "page must be between 0 and 2147483647"),
        ({"page": "9" * 5000}, "page must be between 0 and 2147483647"),
        ({"size": "0"}, "size must be between 1 and 100"),
        ({"size": "101"}, "size must be between 1 and 100"),
        ({"size": "ten"}, "size must be between 1 and 100"),
        ({"archived": "yes"}, "archived must be true or false"),
        ({"pinned": ""}, "pinned must be true or false"),
    ],
)
async def test_refuses_a_question_out_of_range(diagrams: Client, query: dict[str, str], details: str) -> None:
    """With the standard error object."""
    answer = await diagrams.get("/v1/projects", params=query, headers=GOOD)

    assert answer.status == 400
    assert await answer.json() == {
        "status": 400,
        "code": "bad_request",
        "message": "Invalid query parameters",
        "details": details,
    }


async def test_filters_as_documented(diagrams: Client) -> None:
    """Absent means both; names in any case; creators by an id that no answer shows."""
    archived = await ask(diagrams, "/v1/projects", archived="true", size="100")
    kept = await ask(diagrams, "/v1/projects", archived="false", size="100")
    pinned = await ask(diagrams, "/v1/projects", pinned="true")
    named = await ask(diagrams, "/v1/projects", query="CHECK")
    by_ada = await ask(diagrams, "/v1/projects", createdBy="member-ada-okafor", size="100")

    assert (archived["total"], kept["total"]) == (4, 30)
    assert {project["name"] for project in pinned["data"]} == {"Checkout", "Billing"}
    assert [project["name"] for project in named["data"]] == ["Checkout", "Checkout"]
    assert {project["createdBy"] for project in by_ada["data"]} == {"ada.okafor@lumen.example"}


async def test_shows_one_project_and_its_services(diagrams: Client, microvisualizer: MicroVisualizerStandIn) -> None:
    """The project is the same object as in the list; the services are apart."""
    project = await ask(diagrams, "/v1/projects/checkout-k3f9a")
    services = await ask(diagrams, "/v1/projects/checkout-k3f9a/services")

    assert project == microvisualizer.projects["checkout-k3f9a"].to_json()
    assert project["serviceCount"] == len(services) == 5
    assert services[0]["name"] == "basket-api"
    assert services[0]["owner"] == "Buying"
    assert services[0]["updatedByType"] == "API_KEY"


@pytest.mark.parametrize("path", ["/v1/projects/no-such-project", "/v1/projects/no-such-project/services"])
async def test_does_not_know_an_unknown_project(diagrams: Client, path: str) -> None:
    """With its own code."""
    answer = await diagrams.get(path, headers=GOOD)

    assert answer.status == 404
    assert await answer.json() == {"status": 404, "code": "project_not_found", "message": "Project not found"}


async def test_tells_the_quota(diagrams: Client) -> None:
    """How many, and how many at most."""
    assert await ask(diagrams, "/v1/limits") == {"currentProjects": 34, "maxProjects": 50}


async def test_can_be_changed_like_in_the_web_app(
    diagrams: Client, microvisualizer: MicroVisualizerStandIn, clock: HandClock
) -> None:
    """Every change moves a project to the top, with the date of the demo's clock."""
    clock.forward(days=10)
    microvisualizer.add("brand-new-1", "Brand New")
    clock.forward(hours=1)
    microvisualizer.rename("data-lake-2019", "Data Swamp")
    microvisualizer.archive("data-lake-2019")
    microvisualizer.add_service("data-lake-2019", "drain", owner="Platform", by="ada.okafor@lumen.example")
    microvisualizer.delete("checkout-legacy")

    newest = (await ask(diagrams, "/v1/projects", size="2"))["data"]

    assert [project["name"] for project in newest] == ["Data Swamp", "Brand New"]
    assert newest[0]["archived"] is True
    assert newest[0]["serviceCount"] == 4
    assert newest[0]["updatedBy"] == "ada.okafor@lumen.example"
    assert newest[0]["updatedAt"] == "2026-03-12T13:00:00.000Z"
    assert "checkout-legacy" not in microvisualizer.projects


def test_always_begins_with_something_fresh_and_something_old(microvisualizer: MicroVisualizerStandIn) -> None:
    """Whatever the day, the demo has busy, quiet, inactive, archived, pinned and empty projects."""
    kept = [project for project in microvisualizer.projects.values() if not project.archived]
    ages = [NOON - project.updated_at for project in kept]

    assert min(ages) < timedelta(hours=1)
    assert sum(timedelta(days=24) <= age < timedelta(days=30) for age in ages) == 4
    assert sum(age >= timedelta(days=30) for age in ages) == 9
    assert any(project.pinned for project in kept)
    assert any(not project.services for project in kept)
    assert all(project.created_at <= project.updated_at for project in kept)


def test_obeys_its_own_documentation(microvisualizer: MicroVisualizerStandIn) -> None:
    """Lengths and patterns hold for the awkward names, too."""
    for project in microvisualizer.projects.values():
        assert 3 <= len(project.name) <= 60
        assert len(project.description) <= 200
        assert 8 <= len(project.id) <= 60
