"""Settings in the order a deployer meets them; each that is read from the environment is in docs/settings.md."""

import hashlib
import hmac
import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF

from config import environment as env
from config.logging import logging_config

django_stubs_ext.monkeypatch()
BASE_DIR = Path(__file__).resolve().parent.parent
env.read_env_file(BASE_DIR / ".env")

# What every register must say of itself.

SECRET_KEY = env.long_key("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
DATABASES = {"default": env.database("DATABASE_URL")}
HTTPS = env.flag("HTTPS", default=True)
SITE_URL = env.site_url("SITE_URL", https=HTTPS)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [urlsplit(SITE_URL).hostname or ""])
TRUST_PROXY = env.flag("TRUST_PROXY", default=False)

# What it is about.

# The codes of the environments whose changes are reviewed within two working days.
PRODUCTION_ENVIRONMENTS = env.words("PRODUCTION_ENVIRONMENTS", ["prod", "production"])
PLATFORM_NAME = env.text("PLATFORM_NAME", "Our platform")
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
# The holidays on which nothing is planned for people who name no place of their own; "" is none.
HOLIDAYS = env.holidays("HOLIDAYS")
ROTATION_START_TIME = env.time_of_day("ROTATION_START_TIME", "10:00")
# Planning, final preparation and clean-up of a new register; later they are rows of the register.
REMINDER_DAYS = env.days_around("REMINDER_DAYS", "30,7,-1", count=3)

# How it tells people. Without these nothing leaves the register.

MAIL = env.mail("EMAIL_URL", https=HTTPS)
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
SENDS_MAIL = MAIL["EMAIL_BACKEND"] != env.MAIL_BACKEND
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mail_address("MAIL_FROM", f"secrets@{urlsplit(SITE_URL).hostname}")
SLACK_TOKEN = env.text("SLACK_TOKEN", "")
# By the team's name in small letters. An address is all it takes to write into a channel: it is a secret itself.
SLACK_WEBHOOKS = env.named_addresses("SLACK_WEBHOOKS")
# From when on `send_reminders --loop` sends a day's messages.
REMINDER_TIME = env.time_of_day("REMINDER_TIME", "08:00")
# How long it is known who was told of what that was done since, in days; links in messages work for a month.
REMINDERS_KEPT_DAYS = env.whole_number("REMINDERS_KEPT_DAYS", 400, at_least=40)

# What few need to change.

# Feed keys are kept as keyed hashes only. Changing this key (or SECRET_KEY, where it is not set) ends every feed.
FEED_KEY = env.text("FEED_KEY", hmac.new(SECRET_KEY.encode(), b"calendar feeds", hashlib.sha256).hexdigest())
# The key of the ledger: with it history is sealed, and without it nobody can make a seal that holds.
AUDIT_KEY_IS_OWN = bool(env.text("AUDIT_KEY", ""))
AUDIT_KEY = env.text("AUDIT_KEY", hmac.new(SECRET_KEY.encode(), b"ledger", hashlib.sha256).hexdigest())
AUDIT_KEY_FALLBACKS = [
    *env.words("AUDIT_KEY_FALLBACKS", []),
    *(hmac.new(key.encode(), b"ledger", hashlib.sha256).hexdigest() for key in SECRET_KEY_FALLBACKS),
]
# How often the end of the ledger goes to the log while something changes, in minutes.
AUDIT_HEAD_MINUTES = env.whole_number("AUDIT_HEAD_MINUTES", 60)
# A session ends after so many hours in any case, and after so many minutes in which it was not used.
SESSION_HOURS = env.whole_number("SESSION_HOURS", 12, at_least=1)
SESSION_IDLE_MINUTES = env.whole_number("SESSION_IDLE_MINUTES", 120, at_least=2)
# After so many failures within a quarter of an hour, signing in is refused for the rest of it: for one name from one
# address, and for one address.
SIGN_IN_FAILURES = env.whole_number("SIGN_IN_FAILURES", 5, at_least=1)
SIGN_IN_FAILURES_PER_ADDRESS = env.whole_number("SIGN_IN_FAILURES_PER_ADDRESS", 30, at_least=1)
HSTS_SECONDS = env.whole_number("HSTS_SECONDS", 365 * 24 * 3600)
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
DEBUG = env.flag("DEBUG", default=False)
# Lets `manage.py demo` fill the register with sample accounts whose passwords everybody knows.
DEMO = env.flag("DEMO", default=False)

# From here on nothing is read from the environment.

EMAIL_HOST, EMAIL_PORT = MAIL.get("EMAIL_HOST", "localhost"), MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_USER", ""), MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("EMAIL_USE_TLS", False), MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = env.MAIL_SECONDS
EMAIL_USE_LOCALTIME = False
SLACK_API_URL = "https://slack.com/api/"

VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

# Functions that return calendar entries for a person and a window, by dotted name.
CALENDAR_SOURCES = [
    "rotations.rotation_entries.rotation_entries",
    "rotations.agenda_entries.agenda_entries",
    "rotations.expected_entries.expected_entries",
]

INSTALLED_APPS = [
    "documents",
    "rotations",
    "inventory",
    "contacts",
    "audit",
    "config",
    "simple_history",
    "import_export",
    "django_filters",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "config.middleware.known_methods",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.private_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "audit.sessions.end_old_sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "audit.security_log.log_refusals",
    "audit.address_guard.AddressGuardMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "audit.middleware.RoleRequiredMiddleware",
    "audit.middleware.ActMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "audit.context.ux",
            ],
        },
    },
]
# Form widgets are rendered from templates/ too.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Accounts and sessions

AUTH_USER_MODEL = "audit.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "audit.password_rules.RegisterWordsValidator"},
]
SESSION_COOKIE_AGE = int(timedelta(hours=SESSION_HOURS).total_seconds())
SESSION_COOKIE_SAMESITE = "Lax"
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=24).total_seconds())

# What a browser is told

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
SECURE_HSTS_SECONDS = HSTS_SECONDS if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "audit.security_log.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # a place on the browsers' preload list is the domain owner's decision
]

# Files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Names with hashes once `collectstatic` has made them (`make serve` does); the plain files until then.
COLLECTED = (STATIC_ROOT / "staticfiles.json").is_file() and not DEBUG
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing that is uploaded is kept
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED or "collectstatic" in sys.argv
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Words, dates and numbers

LANGUAGE_CODE = "en-gb"
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]

# Databases

if DATABASES["default"]["ENGINE"] == "audit.backends.sqlite3":
    # Writers queue up at the beginning of their transaction, where they can wait, instead of failing in its midst.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# Records of what the server did

LOGGING = logging_config(LOG_LEVEL)
DEFAULT_EXCEPTION_REPORTER = "config.error_reports.NothingTypedReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.error_reports.NothingTypedFilter"

# Imported tables show their differences before anything is written, and leave spreadsheets nothing to run.
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
