"""MicroVisualizer's answers become our nouns, or an error that says why not."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError, NotFound, SourceGarbled, SourceRefused
from bot.model import ActorKind, Project, Quota, Service
from bot.sources.answer import Answer
from bot.sources.microvisualizer.wire import (
    Page,
    decode_page,
    decode_quota,
    decode_services,
    without_domain,
)
from tests.fakes.clock import NOON

LINK = "https://app.example/p/{project_id}"


def item(**changes: object) -> dict[str, object]:
    """Return the vendor's sample project, changed."""
    return {
        "id": "my-project-a1b2c",
        "name": "My Project",
        "description": "What it is",
        "archived": False,
        "pinned": True,
        "serviceCount": 12,
        "isOwner": True,
        "createdBy": "jane.doe@example.com",
        "createdByType": "MEMBER",
        "updatedBy": "ci-main",
        "updatedByType": "API_KEY",
        "createdAt": "2025-01-02T03:04:05Z",
        "updatedAt": "2025-06-07T10:00:00.250+02:00",
        **changes,
    }


def told(*items: dict[str, object], **changes: object) -> dict[str, object]:
    """Return the only page of a list of `items`, changed."""
    pages = 1 if items else 0
    return {
        "data": list(items),
        "page": 0,
        "size": 100,
        "total": len(items),
        "totalPages": pages,
        "first": True,
        "last": True,
        **changes,
    }


def decoded(page: dict[str, object], number: int = 0, link: str | None = LINK) -> Page:
    """Decode a page."""
    answer = Answer(status=200, body=json.dumps(page).encode())
    return decode_page(answer, connection="diagrams", page=number, link=link)


def test_reads_the_documented_answer() -> None:
    """Every field finds its place; of an address only the first part."""
    page = decoded(told(item()))

    assert (page.total, page.last) == (1, True)
    assert page.projects == (
        Project(
            source="microvisualizer",
            connection="diagrams",
            id="my-project-a1b2c",
            name="My Project",
            description="What it is",
            archived=False,
            pinned=True,
            service_count=12,
            is_owner=True,
            created_at=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
            updated_at=datetime(2025, 6, 7, 8, 0, 0, 250_000, tzinfo=UTC),
            created_by="jane.doe",
            updated_by="ci-main",
            created_by_kind=ActorKind.MEMBER,
            updated_by_kind=ActorKind.API_KEY,
            url="https://app.example/p/my-project-a1b2c",
        ),
    )


def test_makes_no_link_without_a_template() -> None:
    """The vendor documents none, so that none is guessed."""
    assert decoded(told(item()), link=None).projects[0].url is None


def test_does_not_stumble_over_a_new_kind_of_actor() -> None:
    """A word that nobody documented yet is not known, not an outage."""
    assert decoded(told(item(updatedByType="ROBOT"))).projects[0].updated_by_kind is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("jane.doe@example.com", "jane.doe"),
        ("Jane Doe <jane.doe@example.com>", "Jane Doe <jane.doe>"),
        ("a@b@c.example", "a"),
        ("a@b.example, c@d.example", "a c"),
        ("deploy@", "deploy@"),
        ("@handle", "@handle"),
        ("ci @ night", "ci @ night"),
        ("jürgen+bot@müller.example", "jürgen+bot"),
    ],
)
def test_keeps_only_the_first_part_of_an_address(text: str, kept: str) -> None:
    """People's addresses are not shown in channels, so they do not even enter."""
    assert without_domain(text) == kept


@given(st.text(alphabet="ab@. <>,", max_size=30))
def test_no_address_survives(text: str) -> None:
    """However it is hidden between other signs; twice changes nothing more."""
    kept = without_domain(text)

    assert without_domain(kept) == kept


@pytest.mark.parametrize("missing", sorted(item()))
def test_believes_no_item_that_lacks_a_field(missing: str) -> None:
    """All are documented as required, and one bad item spoils the page."""
    broken = item()
    del broken[missing]

    with pytest.raises(SourceGarbled, match=rf"data\.1\.{missing}$"):
        decoded(told(item(), broken))


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "UPPER-case-id"},
        {"id": "short"},
        {"id": "-leading-dash"},
        {"id": "../../secret"},
        {"id": "x" * 61},
        {"updatedAt": "2025-06-07T08:00:00"},
        {"updatedAt": 1_700_000_000},
        {"createdAt": "yesterday"},
        {"archived": "false"},
        {"serviceCount": -1},
        {"serviceCount": 2.5},
        {"name": None},
    ],
)
def test_believes_no_item_of_another_shape(changes: dict[str, object]) -> None:
    """Guessing here would show up as wrong alarms later."""
    with pytest.raises(SourceGarbled, match=r"an unknown shape at data\.0"):
        decoded(told(item(**changes)))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (told(item(), page=1), "another page"),
        (told(item(), size=20), "another page"),
        (told(*(item(id=f"project-{number:03}") for number in range(101)), totalPages=2, last=False), "more projects"),
        (told(item(), item()), "twice"),
        (told(item(), total=250), "number of pages"),
        (told(item(), totalPages=7, last=False), "number of pages"),
        (told(item(), first=False), "first page"),
        (told(item(), last=False), "last page"),
        (told(item(), total=150, totalPages=2), "last page"),
        (told(total=150, totalPages=2, last=False), "empty page"),
    ],
)
def test_believes_no_page_that_contradicts_itself(page: dict[str, object], words: str) -> None:
    """Paging that cannot be trusted would lose projects, or never end."""
    with pytest.raises(SourceGarbled, match=words):
        decoded(page)


@pytest.mark.parametrize("pages", [0, 1])
def test_accepts_both_ways_to_count_the_pages_of_nothing(pages: int) -> None:
    """An empty organization is a complete list."""
    assert decoded(told(totalPages=pages)).projects == ()


def test_accepts_an_empty_page_beyond_the_end() -> None:
    """The list became shorter while it was read; the total tells."""
    beyond = told(total=100, totalPages=1, page=1, first=False)

    assert decoded(beyond, number=1).projects == ()


@pytest.mark.parametrize(
    ("ages_days", "ends"), [((1, 8), True), ((1, 6), False), ((8, 1, 9), False), ((), False), ((7,), False)]
)
def test_ends_a_reading_only_if_the_page_is_in_order(ages_days: tuple[int, ...], ends: bool) -> None:  # noqa: FBT001 - a table
    """A page that is not sorted says nothing about the next; a project exactly at the moment still counts."""
    items = (
        item(id=f"project-{number:03}", updatedAt=(NOON - timedelta(days=age)).isoformat())
        for number, age in enumerate(ages_days)
    )

    assert decoded(told(*items)).ends_before(NOON - timedelta(days=7)) is ends


@pytest.mark.parametrize(
    ("status", "words"), [(401, "HTTP 401: the key was not accepted"), (403, "HTTP 403: the key may not do this")]
)
def test_says_in_our_words_what_was_refused(status: int, words: str) -> None:
    """Both are for an admin, with a different step to take."""
    for decode in (
        lambda answer: decode_page(answer, connection="x", page=0, link=None),
        decode_quota,
        lambda answer: decode_services(answer, project_id="p"),
    ):
        with pytest.raises(SourceRefused) as caught:
            decode(Answer(status=status, body=b'{"message": "<hostile>"}'))
        assert caught.value.detail == words


def test_reads_the_quota() -> None:
    """Used and allowed."""
    answer = Answer(status=200, body=b'{"currentProjects": 7, "maxProjects": 10}')

    assert decode_quota(answer) == Quota(used=7, limit=10)


def test_reads_services_in_their_order() -> None:
    """Optional fields may be missing; people are shortened here, too."""
    body = json.dumps(
        [
            {
                "name": "b",
                "owner": "team@lumen.example",
                "updatedBy": "a@b.example",
                "updatedAt": "2025-01-01T00:00:00Z",
            },
            {"name": "a", "description": "d", "category": "c", "extras": {"x": "y"}},
        ]
    ).encode()

    assert decode_services(Answer(status=200, body=body), project_id="p") == (
        Service(name="b", owner="team", updated_by="a", updated_at=datetime(2025, 1, 1, tzinfo=UTC)),
        Service(name="a", description="d", category="c"),
    )


def test_services_of_an_unknown_project_are_not_found() -> None:
    """It was deleted since it was listed."""
    with pytest.raises(NotFound):
        decode_services(Answer(status=404), project_id="my-project")


@given(
    status=st.integers(100, 599),
    body=st.binary()
    | st.fixed_dictionaries(
        {
            "data": st.lists(
                st.builds(lambda number, at: item(id=f"project-{number}", updatedAt=at), st.integers(0, 3), st.text()),
                max_size=3,
            ),
            "page": st.integers(-1, 2),
            "size": st.sampled_from([100, 20]),
            "total": st.integers(0, 300),
            "totalPages": st.integers(0, 4),
            "first": st.booleans(),
            "last": st.booleans(),
        }
    )
    .map(json.dumps)
    .map(str.encode),
)
def test_any_answer_is_decoded_or_refused(status: int, body: bytes) -> None:
    """Only our own errors leave."""
    answer = Answer(status=status, body=body)

    with suppress(BotError):
        assert isinstance(decode_page(answer, connection="x", page=0, link=LINK), Page)
    with suppress(BotError):
        assert isinstance(decode_quota(answer), Quota)
    with suppress(BotError):
        assert isinstance(decode_services(answer, project_id="p"), tuple)
