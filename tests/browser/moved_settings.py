"""The host with a clock that a test moves: see ``moved_clock.py``."""

from wins_xblocks.workbench.settings import *  # noqa: F403
from wins_xblocks.workbench.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.browser.moved_clock.MovedClock"]
