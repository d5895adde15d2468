"""One turn of an alert's machine: the alert as it becomes, and what is said of that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.model import Alert, AlertStep, Finding, StepKind, Telling, Verdict, Watch

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Entry


class Turn:
    """Collects what one evaluation changes.

    Args:
        alert: as it was.
        finding: what the condition says now.
        watch: whose alert it is.
        entry: the project.
        now: aware UTC.
    """

    def __init__(self, alert: Alert, finding: Finding, watch: Watch, entry: Entry, now: datetime) -> None:
        self.alert = alert
        self.finding = finding
        self.watch = watch
        self.entry = entry
        self.now = now
        self.steps: list[AlertStep] = []

    @property
    def zone(self) -> str:
        """IANA name of the zone of the watch."""
        return self.watch.draft.zone

    @property
    def frozen(self) -> bool:
        """Whether nothing is known: then only what people said of the alert comes to its end."""
        return self.finding.verdict is Verdict.UNSURE

    @property
    def muffled(self) -> bool:
        """Whether new trouble is not to be told: somebody asked for silence, or it flaps."""
        return self.alert.snooze is not None or self.alert.flapping_since is not None

    def become(self, **changes: Any) -> None:  # noqa: ANN401 - fields of `Alert`
        """Change the alert."""
        self.alert = replace(self.alert, **changes)

    def say(
        self,
        kind: StepKind,
        what: str,
        *,
        aloud: bool = False,
        by: str | None = None,
        mention: str | None = None,
    ) -> None:
        """Record a step.

        Args:
            kind: of what became of it.
            what: a sentence without its subject.
            aloud: whether the channel is told in the thread.
            by: who did it, or whose word it ended.
            mention: who is mentioned there.
        """
        telling = Telling.THREAD if aloud else Telling.NOBODY
        self.steps.append(AlertStep(kind=kind, at=self.now, by=by, what=what, telling=telling, person=mention))

    def ask(self, kind: StepKind, what: str, person: str) -> None:
        """Record a step of which one person is told."""
        self.steps.append(AlertStep(kind=kind, at=self.now, what=what, telling=Telling.PERSON, person=person))
