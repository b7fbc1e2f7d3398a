"""All settings, in one file. Without any environment this is a running site on SQLite, for this machine alone.

Every variable of the environment is read here, by planner.env; docs/settings.md and .env.example are made from these lines (`make fix`).
"""

from pathlib import Path

from celery.schedules import schedule
from csp.constants import NONE, SELF

from planner import env

BASE_DIR = Path(__file__).resolve().parent.parent

# What it runs on

PLANNER_ENV = env.choice(
    "PLANNER_ENV",
    "development",
    ("development", "demo", "production"),
    "With `production` every unsafe setting is a refusal to start. `demo` is what `make demo` sets: as in production, but for this machine alone.",
)
IS_PRODUCTION = PLANNER_ENV == "production"
DATA_DIR = env.folder(
    "DATA_DIR",
    BASE_DIR / "var",
    "The folder of everything that is written: uploads, and where nothing else is configured the database, the broker, the cache and the key.",
    shown="var",
)
DEBUG = env.boolean(
    "DEBUG", "Error pages with the inside of the program, and the gallery of components. Refused in production.", default=False
)
SECRET_KEY = env.text(
    "SECRET_KEY", "", "Signs sessions and links; 50 or more random characters.", shown="made in DATA_DIR", needed=True
) or ("" if IS_PRODUCTION else env.kept_key(DATA_DIR))
SECRET_KEY_FALLBACKS = env.words(
    "SECRET_KEY_FALLBACKS", (), "Earlier keys, with commas, that old sessions and links may still be signed with."
)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]"), "The hosts that people type, with commas.", needed=True)
SITE_ADDRESS = env.site(
    "SITE_ADDRESS", "Where people reach us, as mails write it: `https://plan.example.org`.", shown="https:// and the first of ALLOWED_HOSTS"
)
HTTPS = env.boolean(
    "HTTPS",
    "Whether people reach us over https: secure cookies, redirects and HSTS. Must stay true in production.",
    default=IS_PRODUCTION,
    shown="true in production, else false",
)
TRUSTED_PROXIES = env.number(
    "TRUSTED_PROXIES",
    0,
    "How many proxies of yours stand in front. With 1 or more, X-Forwarded-Proto and X-Forwarded-For are believed: only set it where every request comes through them.",
    highest=5,
)
TRUSTED_ORIGINS = env.words(
    "TRUSTED_ORIGINS", (), "Further origins that forms may be sent from, such as https://plan.example.org, with commas."
)

INSTALLED_APPS = [
    "planner",
    "dashboards",
    "actions",
    "surveys",
    "goals",
    "accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "heroicons",
    "import_export",
    "allauth",
    "allauth.account",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.uploads.refuse_large_bodies",  # before anything reads a form
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "planner.closed.ClosedByDefault",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "planner.urls"
WSGI_APPLICATION = "planner.wsgi.application"

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
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Where things are kept

DATABASES = {
    "default": env.database(
        env.text(
            "DATABASE_URL",
            f"sqlite:///{DATA_DIR / 'db.sqlite3'}",
            "`sqlite:///path` or `postgresql://user:password@host:5432/name`.",
            shown="sqlite:///var/db.sqlite3",
        )
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text(
    "REDIS_URL", "", "The shared cache, `redis://host:6379/1`. Rate limits count in it. Without it files in DATA_DIR serve.", shown="none"
)
CACHES = env.caches(REDIS_URL, DATA_DIR)

UPLOAD_DIR = DATA_DIR / "uploads"
MAX_UPLOAD_MB = env.number("MAX_UPLOAD_MB", 20, "The largest file that may be dropped in, in megabytes.", lowest=1, highest=1000)
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000  # a plan of 5,000 steps sent as one form

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Where static files were not collected (development, tests) they are served as they lie.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = PLANNER_ENV == "development"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": UPLOAD_DIR}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PLANNER_ENV == "development"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# People

AUTH_USER_MODEL = "accounts.Person"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # addresses are unique in lower case, by a constraint that this check cannot see
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "planner.sign_in.Adapter"
ACCOUNT_FORMS = {"reset_password": "accounts.sign_in_forms.ResetPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
# Addresses come from an administrator's invitation, never from strangers, so there is nothing to confirm before the first sign-in.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# A browser takes a cookie of these names only from this very host and over https.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_TRUSTED_ORIGINS = TRUSTED_ORIGINS
CSRF_FAILURE_VIEW = "planner.errors.csrf_failure"

# What browsers are told

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# Language and time: each organization has its own time zone, this one is for what belongs to none.

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Mail

EMAIL_URL = env.text(
    "EMAIL_URL", "consolemail://", "`smtp://user:password@host:587` (TLS), `smtps://...:465`, `consolemail://` or `filemail:///folder`."
)
for _name, _value in env.email(EMAIL_URL).items():
    globals()[_name] = _value
SHOW_MAILS = env.boolean(
    "SHOW_MAILS",
    "A page on which everybody reads the mails that went to a folder (`filemail://`) and moves a sample's calendar on, as `make demo` has it. Refused in production.",
    default=False,
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("FROM_EMAIL", "District Planner <planner@localhost>", "The sender of every mail.")

# Work in the background: the rows of accounts.Job are the truth, the broker carries hints. Lost or doubled messages change nothing.

CELERY_BROKER_URL = env.text(
    "CELERY_BROKER_URL", "", "The queue, `redis://host:6379/0`. Without it folders in DATA_DIR serve one worker.", shown="none"
)
CELERY = env.broker(CELERY_BROKER_URL, DATA_DIR) | {
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_publish_retry": False,
    "task_default_queue": "planner",
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "broker_connection_retry_on_startup": True,
    "timezone": "UTC",
    "beat_schedule_filename": str(DATA_DIR / "beat"),
    # Each expires before the next is due, so that a worker that was away meets one tick and not a day of them.
    "beat_schedule": {
        "sweep jobs": {"task": "accounts.tasks.sweep_jobs", "schedule": schedule(5), "options": {"expires": 5}},
        "send reminders": {"task": "actions.tasks.send_reminders", "schedule": schedule(30), "options": {"expires": 30}},
        "delete old answers": {"task": "surveys.tasks.delete_old_answers", "schedule": schedule(3600), "options": {"expires": 3600}},
        "heartbeat": {"task": "accounts.tasks.heartbeat", "schedule": schedule(30), "options": {"expires": 30}},
    },
}

# What is written down while it runs

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"), "How much is written to standard error.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "planner.lib.logs.WithoutTokens", "fmt": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django's own handlers would write each line a second time, and mail errors to nobody.
    "loggers": {"django": {"handlers": [], "level": LOG_LEVEL, "propagate": True}, "django.server": {"handlers": [], "propagate": True}},
}

if IS_PRODUCTION:
    env.refuse_unsafe(globals())
