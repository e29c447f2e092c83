"""Settings of the embedded host: a demonstration and development site on this machine, never an LMS.

``WINS_HOST_HOME`` is the folder that holds ``dist`` (course archives) and ``var`` (database, keys); else the current
one. ``WINS_HOST_DEBUG=1`` shows Django's error pages and opens the stock workbench under /workbench/.
``WINS_DEMO_FACTOR`` makes demo time run faster or slower: see ``demo_time.py``.
"""

import os
from pathlib import Path

from django.conf.locale import LANG_INFO

from ..settings.common import DEFAULTS
from .demo_time import factor_in
from .host_secrets import keys_in

HOME = Path(os.environ.get("WINS_HOST_HOME") or Path.cwd())
_keys = keys_in(HOME / "var" / "host-secrets.json")

SECRET_KEY = _keys["secret_key"]
DEBUG = os.environ.get("WINS_HOST_DEBUG", "") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "wins_xblocks.workbench.urls"
USE_TZ = True
TIME_ZONE = "Europe/Vienna"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
LOGIN_URL = "/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000  # the LMS has no bound; a question bank may be a few MB
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = "academy@localhost"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# "rtl" is a made-up language, written from right to left: it shows what is not translated and what is not mirrored.
USE_I18N = True
LANGUAGE_CODE = "en"
LANG_INFO["rtl"] = {"bidi": True, "code": "rtl", "name": "Right to left (test)", "name_local": "Right to left (test)"}
LANGUAGES = [("en", "English"), ("rtl", "Right to left (test)")]
LANGUAGES_BIDI = ["rtl"]

INSTALLED_APPS = [
    "wins_xblocks.workbench.apps.HostConfig",  # first: its runserver goes before Django's
    "wins_xblocks.apps.WinsXBlocksConfig",
    "django.contrib.admin",  # the stock workbench links to it
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "workbench",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wins_xblocks.workbench.frame.HostFrame",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "wins_xblocks.workbench.sqlite",
        "NAME": str(HOME / "var" / "host.sqlite3"),
        "ATOMIC_REQUESTS": True,  # as in the LMS
        "OPTIONS": {"timeout": 20},
    }
}

# xblock-sdk asks for these two.
WORKBENCH = {"reset_state_on_restart": False, "services": {"settings": "workbench.services.SettingsService"}}
EXCLUDED_XBLOCKS = {"filethumbs"}  # needs a file service that this host does not have

globals().update(DEFAULTS)
WINS_PLATFORM = "wins_xblocks.workbench.edge.HostEdge"
WINS_VOUCHER_KEYS = [_keys["voucher_key"]]
WINS_VOUCHER_DIGEST_KEY = _keys["voucher_digest_key"]
WINS_AUDIT_KEY = _keys["audit_key"]
WINS_ACADEMY_EMAIL = "academy@localhost"
WINS_DEMO_TIME_FACTOR = factor_in(os.environ)

WINS_HOST_DEMO = True  # sign in as a demo person by a button
WINS_HOST_ARCHIVES = str(HOME / "dist")
