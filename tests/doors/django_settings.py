"""Settings of Django for `doors.django_views`: with CSRF, from which signed views are exempt."""

from __future__ import annotations

ALLOWED_HOSTS = ["*"]
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware", "doors.django_views.choose_door"]
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
ROOT_URLCONF = "doors.django_views"
SECRET_KEY = "x"
USE_TZ = True
