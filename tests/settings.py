"""Settings of the suite. ``WINS_TEST_DATABASE`` holds a database's address (host:port) for the race tests: MariaDB's,
or PostgreSQL's with ``WINS_TEST_ISOLATION=postgresql``.
"""

import os
import sys

SECRET_KEY = "tests only"
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = True
ALLOWED_HOSTS = ["*"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "wins_xblocks.apps.WinsXBlocksConfig",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "tests.urls"
STATIC_URL = "/static/"
LOGIN_URL = "/login/"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

WINS_PLATFORM = "tests.edge.FakeOpenEdx"
WINS_VOUCHER_KEYS = ["Zm9yLXRlc3RzLW9ubHktMzItYnl0ZXMtbG9uZy1rZXk="]
WINS_VOUCHER_DIGEST_KEY = "tests only"
WINS_AUDIT_KEY = "tests only"
WINS_ACADEMY_EMAIL = "academy@example.org"

_address, _isolation = os.environ.get("WINS_TEST_DATABASE", ""), os.environ.get("WINS_TEST_ISOLATION", "read committed")
_database = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": ":memory:",
    "ATOMIC_REQUESTS": True,
    "OPTIONS": {"timeout": 20},
    "TEST": {"NAME": os.environ.get("WINS_TEST_SQLITE", "file:wins?mode=memory&cache=shared")},
}
if _address:
    _host, _port = _address.rsplit(":", 1)
    _database = {"NAME": "wins", "HOST": _host, "PORT": _port, "ATOMIC_REQUESTS": True}
    if _isolation == "postgresql":
        _database |= {"ENGINE": "django.db.backends.postgresql", "USER": "wins"}
    else:
        import pymysql

        pymysql.install_as_MySQLdb()
        _database |= {"ENGINE": "django.db.backends.mysql", "USER": "root", "PASSWORD": ""}
        _database["OPTIONS"] = {"charset": "utf8mb4", "isolation_level": _isolation}
DATABASES = {"default": _database}

# What the platform does with a plugin's settings.
from wins_xblocks.settings.common import plugin_settings  # noqa: E402

plugin_settings(sys.modules[__name__])
