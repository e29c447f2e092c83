"""A finger on the glass: what Chrome's own tools send for one."""

from collections.abc import Iterator
from contextlib import contextmanager

CENTRE = """
const box = arguments[0].getBoundingClientRect();
return [box.left + box.width / 2, box.top + box.height / 2, box.width, box.height];
"""
LEAST = 44  # pixels a side, of what is made to be touched; of a choice, its whole line


@contextmanager
def phone(browser) -> Iterator[None]:
    """The window is a phone of 320 pixels with a touch screen and no mouse."""
    browser.width(320, 640)
    browser.cdp("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=1)
    try:
        yield
    finally:
        browser.cdp("Emulation.setTouchEmulationEnabled", enabled=False)
        browser.width(1200)


def tap(browser, element) -> None:
    """Put a finger on the middle of ``element`` and take it away; it must be there to be hit."""
    browser.js("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
    x, y, width, height = browser.js(CENTRE, element)
    assert min(width, height) >= LEAST, f"{element.get_attribute('outerHTML')[:160]} is {width:g} × {height:g}"
    browser.cdp("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
    browser.cdp("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
