"""Tables, the same on the terminal and in the document."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Table:
    """What one part measured."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    note: str = ""
    """What a reader must know to believe the numbers."""

    def add(self, *cells: str) -> None:
        """Append a row; it has as many cells as the head."""
        if len(cells) != len(self.head):
            raise ValueError(f"{self.title}: {len(cells)} cells below {len(self.head)} headings")
        self.rows.append(cells)

    def text(self) -> str:
        """Write it as Markdown; all columns but the first are numbers and stand on the right."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.head))]
        ruler = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        drawn = [_row(self.head, widths), f"| {' | '.join(ruler)} |", *(_row(row, widths) for row in self.rows)]
        return "\n".join([f"**{self.title}**", "", *drawn, *(["", self.note] if self.note else [])])


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *others = cells
    padded = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
    return f"| {' | '.join(padded)} |"
