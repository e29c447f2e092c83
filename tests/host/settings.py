"""The host's own settings, in a folder of the suite's own."""

import atexit
import os
import shutil
import tempfile

os.environ["WINS_HOST_HOME"] = tempfile.mkdtemp(prefix="wins-host-")
os.environ.pop("WINS_HOST_DEBUG", None)
os.environ.pop("WINS_DEMO_FACTOR", None)
atexit.register(shutil.rmtree, os.environ["WINS_HOST_HOME"], ignore_errors=True)

from wins_xblocks.workbench.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["testserver"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
