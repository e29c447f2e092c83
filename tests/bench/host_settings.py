"""The host's settings, answering the test client."""

from wins_xblocks.workbench.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
