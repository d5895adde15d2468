"""From repeated measurements to what is printed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Spread:
    """Repetitions of one measurement, in any unit."""

    least: float
    middle: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Summarise; `values` holds at least one."""
        return cls(min(values), median(values), max(values))

    def text(self, digits: int = 0) -> str:
        """Write ``median (least to most)``, or one number where there was one repetition."""
        if self.least == self.most:
            return f"{self.middle:,.{digits}f}"
        return f"{self.middle:,.{digits}f} ({self.least:,.{digits}f} to {self.most:,.{digits}f})"


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of all values do not exceed."""
    ranked = sorted(values)
    return ranked[max(-int(-share * len(ranked) // 1) - 1, 0)]


def quantiles_ms(values: Sequence[float], shares: Sequence[float]) -> str:
    """Write quantiles of seconds as milliseconds: ``1.2 / 3.4 / 5.6``."""
    return " / ".join(f"{quantile(values, share) * 1000:.1f}" for share in shares)


def paired(ours: Sequence[float], baseline: Sequence[float]) -> Spread:
    """Summarise the ratios of measurements made side by side: noise that lasts longer than a pair drops out."""
    return Spread.of([own / base for own, base in zip(ours, baseline, strict=True)])
