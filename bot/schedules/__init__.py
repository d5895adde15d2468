"""When a digest is due: phrases, print back, and the calendar. Text in, values out; pure.

``weekdays at 9:00`` and a zone become five cron fields and that zone; the calendar turns those into moments, through
every change of clocks. Printing gives plain words that read back to the same schedule.
"""

from bot.schedules.calendar import Run, runs, slot_after, slots
from bot.schedules.clocks import ClockChange, clock_changes
from bot.schedules.printer import explain, print_schedule
from bot.schedules.reader import begins_schedule, read_schedule, resembles_schedule, written_zone, zone_alone
from bot.schedules.rhythm import Rhythm, grace, rhythm, spread
from bot.schedules.zones import zone_named

__all__ = [
    "ClockChange",
    "Rhythm",
    "Run",
    "begins_schedule",
    "clock_changes",
    "explain",
    "grace",
    "print_schedule",
    "read_schedule",
    "resembles_schedule",
    "rhythm",
    "runs",
    "slot_after",
    "slots",
    "spread",
    "written_zone",
    "zone_alone",
    "zone_named",
]
