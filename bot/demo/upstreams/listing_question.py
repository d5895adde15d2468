"""The query of MicroVisualizer's list endpoint, checked as documented. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.demo.upstreams.microvisualizer_data import MicroVisualizerProject

LARGEST_SIZE = 100


class BadQuestion(Exception):
    """A parameter is out of its range; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingQuestion:
    """One page of the projects that match."""

    page: int = 0
    size: int = 20
    pinned: bool | None = None
    archived: bool | None = None
    created_by: str | None = None
    """A member's id, which is not the address that the answer shows."""

    query: str = ""
    """Part of the name, in any case."""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> ListingQuestion:
        """Read the query parameters; unknown ones are ignored.

        Raises:
            BadQuestion: a value is no number, out of range, or neither ``true`` nor ``false``.
        """
        return cls(
            page=_number(given, "page", default=0, least=0, most=2**31 - 1),
            size=_number(given, "size", default=20, least=1, most=LARGEST_SIZE),
            pinned=_switch(given, "pinned"),
            archived=_switch(given, "archived"),
            created_by=given.get("createdBy"),
            query=given.get("query", ""),
        )

    def wants(self, project: MicroVisualizerProject, creator_id: str) -> bool:
        """Tell whether a project matches."""
        return (
            self.pinned in {None, project.pinned}
            and self.archived in {None, project.archived}
            and self.created_by in {None, creator_id}
            and self.query.casefold() in project.name.casefold()
        )


def _number(given: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise BadQuestion(f"{name} must be between {least} and {most}")
    return int(text)


def _switch(given: Mapping[str, str], name: str) -> bool | None:
    text = given.get(name)
    if text not in {None, "true", "false"}:
        raise BadQuestion(f"{name} must be true or false")
    return None if text is None else text == "true"
