"""The filter language: fields, parse, print back. Text in, values out; nothing typed is ever ignored.

``checkout "two words" -pinned:true updated:>30d source:microvisualizer,streampixel sort:-name limit:5``

Every part must match; values after a comma are alternatives. What a query *means* for a row is compiled to SQL in one
place, in the store. Adding a filter is adding a row to `bot.query.fields.FIELDS` and a column there.
"""

from bot.query.fields import DESCENDING, FIELDS, OPTIONS, SORT_KEYS, Field, Kind, Known
from bot.query.hours import print_hours, read_hours
from bot.query.printer import print_operand, print_query, quote
from bot.query.reader import parse
from bot.query.spans import NumberSpan, TimeSpan, number_span, since, time_span
from bot.query.terms import (
    Alternative,
    Anything,
    Between,
    Compare,
    Day,
    Flag,
    Operand,
    Order,
    Pattern,
    Query,
    Term,
    Word,
)

__all__ = [
    "DESCENDING",
    "FIELDS",
    "OPTIONS",
    "SORT_KEYS",
    "Alternative",
    "Anything",
    "Between",
    "Compare",
    "Day",
    "Field",
    "Flag",
    "Kind",
    "Known",
    "NumberSpan",
    "Operand",
    "Order",
    "Pattern",
    "Query",
    "Term",
    "TimeSpan",
    "Word",
    "number_span",
    "parse",
    "print_hours",
    "print_operand",
    "print_query",
    "quote",
    "read_hours",
    "since",
    "time_span",
]
