"""Lengths of study time as a person reads them."""

MINUTE_MS = 60_000
HOUR_MS = 3_600_000


class Duration(int):
    """Milliseconds that print as "12 h 35 min". Rounded down: nobody is told of time that is not there yet."""

    @property
    def parts(self) -> tuple[int, int]:
        """Whole hours and minutes."""
        return self // HOUR_MS, self % HOUR_MS // MINUTE_MS

    def __str__(self) -> str:
        hours, minutes = self.parts
        if not hours:
            return f"{minutes} min"
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)
