"""The decorator of Django and the class of REST framework, where the matrix does not lead."""

from __future__ import annotations

import asyncio
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test.utils import override_settings
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST
from doors.asking import verifier_of
from gateways import Sent, environ_of, scope_of, signed
from known import CONSUMER, FORM

import oauth2
from oauth2.problems import problem
from oauth2.web.django import required
from oauth2.web.rest_framework import OAuth1Authentication, SignedBy

URL = "http://app.example/r"
PLAIN = Sent(URL, "POST", {}, b"")
JSON = signed(URL, "POST", b'{"a": 1}', "application/json")
SIGNED_FORM = signed(URL, "POST", b"a=1", FORM)
UPLOAD = signed(URL, "POST", b"--x--\r\n", "multipart/form-data; boundary=x")
if not settings.configured:
    settings.configure(USE_TZ=True)


def request_of(sent: Sent, **changes: Any) -> Any:
    """Return the request of Django under WSGI."""
    return WSGIRequest(environ_of(sent, changes))


def view(request: Any) -> HttpResponse:
    """Answer the consumer and the form."""
    return HttpResponse(f"{request.oauth1.consumer.key} {dict(request.POST)}")


def answer(request: Any, view: Any = view, **options: Any) -> tuple[int, bytes]:
    """Return status and body of what a decorated view answers."""
    response = required(verifier_of(**options))(view)(request)
    return response.status_code, response.content


def test_view_has_the_form() -> None:
    """What was signed is there for Django's own ways to read it."""
    assert answer(request_of(SIGNED_FORM)) == (200, b"key {'a': ['1']}")


@pytest.mark.parametrize("charset", ["utf-7", "iso-8859-1", "cp500", "utf-8", "none"])
def test_view_reads_what_was_signed_whatever_the_charset(charset: str) -> None:
    """As no signature covers it: whoever stands between may have written another."""
    sent = signed(f"{URL}?b=%2BADw-", "POST", b"a=%2BADw-", FORM)
    request = request_of(sent, CONTENT_TYPE=f"{FORM}; charset={charset}")
    assert answer(request) == (200, b"key {'a': ['+ADw-']}")
    assert request.GET.dict() == {"b": "+ADw-"}


def test_encoding_that_a_program_has_set_stays() -> None:
    """It is none of whoever stands between."""
    request = request_of(SIGNED_FORM)
    request.encoding = "iso-8859-1"
    response = required(verifier_of())(lambda request: HttpResponse(request.encoding))(request)
    assert response.content == b"iso-8859-1"


def test_blank_of_latin_1_makes_no_form_unsigned() -> None:
    """Django cuts it off, and reads the form."""
    request = request_of(signed(URL, "POST")._replace(body=b"a=1"), CONTENT_TYPE=f"{FORM}\xa0")
    assert answer(request)[0] == 401


def test_refusal_reports_the_problem() -> None:
    """With a challenge."""
    response = required(verifier_of(realm="Photos"))(view)(request_of(PLAIN))
    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'OAuth realm="Photos"')
    assert problem({}, response.content) == "parameter_absent"


def test_view_is_exempt_from_csrf_also_below_other_decorators() -> None:
    """Django's middleware looks at the outermost."""
    decorated: Any = require_POST(required(verifier_of())(view))
    assert decorated.csrf_exempt is True


def test_class_of_views_is_decorated_as_django_has_it() -> None:
    """By its dispatch, and is exempt from CSRF, too."""

    class Photos(View):
        def post(self, request: Any) -> HttpResponse:
            return view(request)

    decorated = method_decorator(required(verifier_of()), name="dispatch")(Photos).as_view()
    assert decorated(request_of(SIGNED_FORM)).content == b"key {'a': ['1']}"
    assert decorated(request_of(PLAIN)).status_code == 401
    assert decorated.csrf_exempt is True


def test_coroutine_function_awaits_its_look_ups() -> None:
    """As Django's database has them; under ASGI the path is the one that was sent."""

    async def find(key: str) -> Any:
        await asyncio.sleep(0)
        return {CONSUMER.key: CONSUMER}.get(key)

    async def in_async(request: Any) -> HttpResponse:
        return view(request)

    decorated = required(verifier_of(find_consumer=find))(in_async)
    answers = []
    for sent in (signed("http://app.example/a%2Fb", "POST", b"a=1", FORM), PLAIN):
        request = ASGIRequest(scope_of(sent), io.BytesIO(sent.body))
        answers.append(asyncio.run(decorated(request)).status_code)
    assert answers == [200, 401]


def test_body_beyond_the_limit_is_not_read() -> None:
    """Its length says so."""
    request = request_of(JSON)
    assert answer(request, max_body=3)[0] == 413
    assert request.environ["wsgi.input"].tell() == 0


def test_limit_of_django_is_a_refusal_as_ours_is() -> None:
    """And is reported as a problem."""
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=3):
        status, body = answer(request_of(JSON))
    assert (status, b"DATA_UPLOAD_MAX_MEMORY_SIZE" in body) == (413, True)


def test_upload_that_was_parsed_before_is_told_of() -> None:
    """As what was signed is gone then."""
    request = request_of(UPLOAD)
    assert not request.POST
    status, body = answer(request)
    assert (status, b"read%20before" in body) == (400, True)


def test_body_that_breaks_off_is_refused() -> None:
    """Django has an error of its own for it."""

    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError("gone")

    status, body = answer(request_of(JSON, **{"wsgi.input": Broken()}))
    assert (status, b"broke%20off" in body) == (400, True)


def test_body_in_chunks_needs_a_length() -> None:
    """As the view would find none."""
    changes = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert answer(request_of(JSON, **changes))[0] == 411


# --- REST framework


class Signed(OAuth1Authentication):
    """As a program has it."""

    verifier = verifier_of(realm="Photos")


def authenticated(sent: Sent, kind: type[OAuth1Authentication] = Signed) -> Any:
    """Return what REST framework gets."""
    return kind().authenticate(SimpleNamespace(_request=request_of(sent)))


def test_consumer_stands_for_the_user() -> None:
    """It is authenticated, and requests are counted by its key."""
    user, verified = authenticated(signed(URL))
    assert user == SignedBy("oauth1:key")
    assert (user.is_authenticated, user.is_anonymous, user.is_active) == (True, False, True)
    assert verified.consumer is CONSUMER


def test_consumer_is_no_administrator() -> None:
    """And has no permission of a model, for which REST framework asks by `has_perms`."""
    from rest_framework.permissions import IsAdminUser

    user, _ = authenticated(signed(URL))
    assert IsAdminUser().has_permission(SimpleNamespace(user=user), None) is False
    assert (user.is_superuser, user.has_perm("a.add_b"), user.has_perms(["a.add_b"])) == (
        False,
    ) * 3
    assert user.has_perms([])


def test_parsers_read_what_was_signed_whatever_the_charset() -> None:
    """REST framework has taken note of it before."""
    from rest_framework.parsers import FormParser
    from rest_framework.request import Request

    sent = signed(URL, "POST", b"a=%2BADw-", FORM)
    received = request_of(sent, CONTENT_TYPE=f"{FORM}; charset=utf-7")
    request = Request(received, parsers=[FormParser()], authenticators=[Signed()])
    assert request.auth.parameters == {"a": "+ADw-"}
    assert request.data.dict() == {"a": "+ADw-"}


def test_program_may_know_the_user() -> None:
    """By the token, for example."""

    class Known(OAuth1Authentication):
        verifier = verifier_of()

        def user_of(self, verified: oauth2.Verified) -> Any:
            return f"who has {verified.consumer.key}"

    assert authenticated(signed(URL), Known)[0] == "who has key"


def test_request_without_credentials_is_left_to_others() -> None:
    """And where there are none, REST framework answers with the challenge."""
    assert authenticated(PLAIN) is None
    assert Signed().authenticate_header(None) == 'OAuth realm="Photos"'


@pytest.mark.parametrize(
    ("sent", "status", "code", "challenge"),
    [
        (signed(URL, client_key="nobody"), 401, "consumer_key_unknown", 'OAuth realm="Photos"'),
        (signed(URL, signature_method="PLAINTEXT"), 400, "signature_method_rejected", None),
    ],
    ids=["401", "400"],
)
def test_refusal_is_an_exception_of_rest_framework(
    sent: Sent, status: int, code: str, challenge: str | None
) -> None:
    """Which it answers with the report, and with a challenge where the status is 401."""
    from rest_framework.exceptions import APIException

    with pytest.raises(APIException) as raised:
        authenticated(sent)
    refusal: Any = raised.value
    assert (refusal.status_code, refusal.detail["oauth_problem"]) == (status, code)
    assert getattr(refusal, "auth_header", None) == challenge


def test_decorator_without_its_verifier_is_told_at_once() -> None:
    """It would take the view for one, and answer a function."""
    decorator: Any = required
    with pytest.raises(TypeError, match=r"^verifier: expected an oauth2\.Verifier, got function$"):
        decorator(lambda request: None)
