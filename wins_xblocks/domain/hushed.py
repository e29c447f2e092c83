"""What reads codes in the clear and breaks must not show them: a report of an error tells what local names hold.

Whoever calls gets another error instead, which says what broke and in which line of ours, and nothing of what was read.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from . import Refusal

P = ParamSpec("P")
R = TypeVar("R")


class Hushed(RuntimeError):
    """Something broke where codes are read."""


def hushed(function: Callable[P, R]) -> Callable[P, R]:
    """Refusals pass; any other error is told by its kind and place only."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, its frames hold codes
            told = _place(error)
        del args, kwargs
        raise Hushed(told)

    return run


def hushed_each(function: Callable[P, Iterator[R]]) -> Callable[P, Iterator[R]]:
    """The same of a generator."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> Iterator[R]:
        found = function(*args, **kwargs)
        del args, kwargs
        try:
            yield from found
            return
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001  as above
            told = _place(error)
        raise Hushed(told)

    return run


def _place(error: Exception) -> str:
    if isinstance(error, Hushed):  # its own words; but on its way it met frames that hold codes, too
        return str(error)
    trace: Any = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    return f"{type(error).__name__} in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}"
