"""Settings of Django for `doors.apps`: with CSRF, from which signed views are exempt."""

from __future__ import annotations

ALLOWED_HOSTS = ["*"]
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware", "doors.apps.choose_door"]
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
ROOT_URLCONF = "doors.apps"
SECRET_KEY = "x"
USE_TZ = True
