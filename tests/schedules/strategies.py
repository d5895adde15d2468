"""Random schedules: all that can be typed, as phrases and as crons."""

from __future__ import annotations

from hypothesis import strategies as st

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "America/Argentina/Buenos_Aires",
    "Etc/GMT+3",
    "UTC",
)

_DAY = st.sampled_from(["Monday", "Tue", "Wednesdays", "thurs", "fri", "SAT", "Sunday"])


def _some(items: st.SearchStrategy[str], *, most: int = 3) -> st.SearchStrategy[str]:
    """Write a list the way people do."""
    listed = st.lists(items, min_size=1, max_size=most, unique=True)
    return st.tuples(listed, st.sampled_from([",", ", ", " and ", " & "])).map(lambda drawn: drawn[1].join(drawn[0]))


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number // 10 != 1 else "th"
    return f"{number}{ending}"


DAYS = st.one_of(
    st.sampled_from(
        ["weekdays", "workdays", "daily", "every day", "on weekends", "each weekday", "Mon-Fri", "Fri to Mon"]
    ),
    _some(_DAY, most=5),
    _DAY.map(lambda day: f"weekly on {day}"),
    _some(st.integers(1, 31).map(_ordinal)).map(lambda days: f"{days} of the month"),
    st.tuples(_some(st.sampled_from(["first", "2nd", "third", "fifth", "last"])), _DAY).map(" ".join),
    st.sampled_from(
        ["last day of month", "monthly on the 1st", "last weekday of the month", "1st and last day of month"]
    ),
)
TIMES = st.one_of(
    st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda time: f"{time[0]}:{time[1]:02}"),
    st.sampled_from(["9.00", "9h", "9am", "9:30pm", "noon", "midnight", "9:00 and 17:00", "8:15, 12:15, 17:15"]),
)
ZONE = st.one_of(
    st.just(""), st.sampled_from(ZONES).flatmap(lambda z: st.sampled_from([f" {z}", f" in {z}", f" ({z})"]))
)
HOURLY = st.tuples(
    st.sampled_from(["hourly", "every hour", "every 2 hours", "every 8 hours", "every other hour"]),
    st.sampled_from(["", " at :15", " :00"]),
    st.one_of(st.just(""), DAYS.map(lambda days: f" {days}")),
).map("".join)
PHRASES = st.tuples(
    st.one_of(
        HOURLY,
        st.tuples(DAYS, st.sampled_from([" ", " at "]), TIMES).map("".join),
        st.tuples(TIMES, st.just(" "), DAYS).map("".join),
    ),
    ZONE,
).map("".join)


def _field(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.tuples(number, number).map(lambda ends: f"{min(ends)}-{max(ends)}")
    step = st.tuples(st.one_of(st.just("*"), span), st.integers(1, 12)).map(lambda parts: f"{parts[0]}/{parts[1]}")
    term = st.one_of(number.map(str), span, step)
    return st.one_of(st.just("*"), term, st.lists(term, min_size=1, max_size=3).map(",".join))


CRONS = st.tuples(
    st.integers(0, 59).map(str),
    _field(0, 23),
    st.one_of(_field(1, 31), st.sampled_from(["L", "LW", "1,L", "*,5"])),
    st.one_of(_field(1, 12), st.sampled_from(["JAN", "jan-mar,12"])),
    st.one_of(_field(0, 7), st.sampled_from(["MON-FRI", "sun", "5L", "1#1", "1#1,3#2", "2,5L", "*/2,MON", "7#5"])),
)
