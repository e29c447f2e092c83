"""What several tests of the plugin stand on."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.tutor import LINES, installed, plugin


@pytest.fixture(scope="session")
def tutor_homes(tmp_path_factory):
    """Tutor of each line with the plugin of today."""
    wheel = plugin(tmp_path_factory.mktemp("tutor_plugin"))
    with ThreadPoolExecutor() as side:
        return dict(zip(LINES, side.map(lambda line: installed(line, wheel), LINES), strict=True))
