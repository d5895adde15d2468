"""What is wrong with a message, and where."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Flaw:
    """One rule that a message breaks."""

    pointer: str
    """Where, as a JSON pointer: ``/blocks/3/text/text``."""

    sentence: str

    def __str__(self) -> str:
        """Read like an entry of Slack's ``response_metadata.messages``."""
        return f"[ERROR] {self.sentence} [json-pointer:{self.pointer}]"


@dataclass(slots=True)
class Flaws:
    """A growing list of flaws."""

    found: list[Flaw] = field(default_factory=list)

    def add(self, pointer: str, sentence: str) -> None:
        """Note one."""
        self.found.append(Flaw(pointer, sentence))

    def length(self, pointer: str, value: object, most: int, *, least: int = 1) -> None:
        """Note a text that is missing, no text, too short or too long (in code points)."""
        if not isinstance(value, str):
            self.add(pointer, "must be a string")
        elif len(value) < least:
            self.add(pointer, f"must be at least {least} characters")
        elif len(value) > most:
            self.add(pointer, f"must be at most {most} characters")

    def optional(self, pointer: str, holder: dict[str, object], key: str, most: int) -> None:
        """As `length`, for a key that may be left out."""
        if key in holder:
            self.length(f"{pointer}/{key}", holder[key], most)

    def count(self, pointer: str, items: object, least: int, most: int) -> list[dict[str, object]]:
        """Note a list with too few or too many items; return those items that are objects."""
        if not isinstance(items, list):
            self.add(pointer, "must be a list")
            return []
        if not least <= len(items) <= most:
            self.add(pointer, f"must have {least} to {most} items, has {len(items)}")
        for place, item in enumerate(items):
            if not isinstance(item, dict):
                self.add(f"{pointer}/{place}", "must be an object")
        return [item for item in items if isinstance(item, dict)]

    def one_of(self, pointer: str, value: object, allowed: tuple[str, ...]) -> bool:
        """Note a word that is not allowed; tell whether it is."""
        if value in allowed:
            return True
        self.add(pointer, f"unsupported type: {value!r}, expected one of {', '.join(allowed)}")
        return False
