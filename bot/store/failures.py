"""What a driver raises becomes one `StoreError` without the driver's text: that may quote rows, users or addresses."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def translated(action: str) -> Iterator[None]:
    """Let nothing of the driver out.

    Args:
        action: what was being done, in a word or two of ours; it begins the error's text.

    Raises:
        StoreError: the database could not be used, or could not take a value.
    """
    try:
        yield
    except (SQLAlchemyError, OverflowError) as failure:
        raise StoreError(f"{action}: {_kind(failure)}") from None


def _kind(failure: Exception) -> str:
    """Name the class of a failure, and its code where the driver has one: ``OperationalError SQLITE_BUSY``."""
    cause: BaseException | None = failure.orig if isinstance(failure, DBAPIError) else failure
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return " ".join(filter(None, (type(cause).__name__, code)))
