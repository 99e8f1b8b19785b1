"""Programs of 2.1 that replace a part of the library, and what 2.1 pickled."""

from __future__ import annotations

import hashlib
import hmac
from collections import UserString
from typing import Any
from unittest import mock

import httplib2
import pytest
from known import CONSUMER, HMAC_SHA1, PLAINTEXT, TOKEN
from present import present
from wire import Origin

import oauth2
from oauth2.body import FORM
from oauth2.encoding import bytes_of
from oauth2.services import Service

URL = "http://a.example/"
PEM = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"


def received(consumer: Any = CONSUMER, body: bytes = b"{}") -> oauth2.Request:
    request = oauth2.Request.from_consumer_and_token(consumer, TOKEN, "POST", URL, body=body)
    request.sign_request(HMAC_SHA1, consumer, TOKEN)
    headers = {**request.to_header(), "Content-Type": "application/json"}
    return present(oauth2.Request.from_request("POST", URL, headers, body=body))


def test_an_own_check_of_the_body_hash_is_asked_for_each_request() -> None:
    """It may demand a hash where there is none."""

    class Strict(oauth2.Server):
        def _check_body_hash(self, request: oauth2.Request, method: Any) -> None:
            raise oauth2.BodyHashInvalid("expected a hash of the body")

    form = oauth2.Request.from_consumer_and_token(CONSUMER, TOKEN, http_url=URL)
    form.sign_request(HMAC_SHA1, CONSUMER, TOKEN, include_body_hash=False)
    request = present(oauth2.Request.from_request("GET", form.to_url(), {"Content-Type": FORM}))
    server = Strict({HMAC_SHA1.name: HMAC_SHA1})
    with pytest.raises(oauth2.BodyHashInvalid, match="expected a hash of the body"):
        server.verify_request(request, CONSUMER, TOKEN)
    assert server.explain(request, CONSUMER, TOKEN)[-1].name == "body hash"


def test_a_request_of_a_class_of_its_own_is_verified() -> None:
    """It has what 2.1 asked of a request."""
    read = received()

    class Own(dict[str, Any]):
        body, is_form_encoded, method = read.body, False, "POST"
        signature_base_string = staticmethod(read.signature_base_string)
        get_parameter = staticmethod(read.get_parameter)
        get_nonoauth_parameters = staticmethod(read.get_nonoauth_parameters)
        _get_timestamp_nonce = staticmethod(read._get_timestamp_nonce)

    request: Any = Own(read)
    server = oauth2.Server({HMAC_SHA1.name: HMAC_SHA1})
    server._check_signature(request, CONSUMER, TOKEN)  # which programs call, and override
    assert server.verify_request(request, CONSUMER, TOKEN) == {}


def test_a_key_may_be_a_bytearray() -> None:
    """Drivers of databases return binary columns as such."""
    key: Any = bytearray(bytes_of(CONSUMER.key))
    consumer = mock.Mock(key=key, secret=CONSUMER.secret)
    server = oauth2.Server({HMAC_SHA1.name: HMAC_SHA1})
    assert server.verify_request(received(), consumer, TOKEN) == {}


class _SignsElsewhere(oauth2.SignatureMethod_HMAC_SHA1):
    """Takes the text of the HMAC, and signs it by the key that stands as the secret."""

    def sign(self, request: Any, consumer: Any, token: Any) -> bytes:
        _, base = self.signing_base(request, consumer, token)
        return bytes(base[::-1])


class _KnowsSecrets(oauth2.SignatureMethod_HMAC_SHA1):
    """Finds the secrets by itself, as none stand beside the key."""

    def signing_base(self, request: Any, consumer: Any, token: Any) -> tuple[bytes, bytes]:
        return b"known&elsewhere", request.signature_base_string().encode()


def test_a_method_of_its_own_may_keep_a_key_as_the_secret() -> None:
    """No HMAC is made by it."""
    consumer = oauth2.Consumer(CONSUMER.key, PEM)
    request = oauth2.Request.from_consumer_and_token(consumer, http_url=URL)
    request.sign_request(_SignsElsewhere(), consumer, None)
    assert _SignsElsewhere().check(request, consumer, None, request["oauth_signature"])


@pytest.mark.parametrize("method", [HMAC_SHA1, PLAINTEXT])
def test_a_stock_method_takes_no_key_for_a_secret(method: oauth2.SignatureMethod) -> None:
    """Whoever has the public key could sign by it."""
    consumer = oauth2.Consumer(CONSUMER.key, PEM)
    request = oauth2.Request.from_consumer_and_token(consumer, http_url=URL)
    with pytest.raises(ValueError, match="expected shared secrets, got PEM"):
        request.sign_request(method, consumer, None)


def test_text_of_another_class_is_written_as_it_shows_itself() -> None:
    """Lazy translations are no str, and can be iterated over."""
    request = oauth2.Request("GET", URL)
    request["title"] = UserString("Hello Ladies")
    assert request.to_postdata() == "title=Hello%20Ladies"


def test_filled_of_a_subclass_is_asked_for_the_urls() -> None:
    """`expand` is a new name for it."""

    class Own(Service):
        def filled(self, variables: Any = ()) -> Service:
            return self._replace(request_token_url="https://own.example/request")

    own = Own("own", "Own", "{x}/request", "https://a.example/b", "https://a.example/c")
    assert own.flow(CONSUMER).request_token_url == "https://own.example/request"


class _Connection:
    """A connection with no more than httplib2 asks of it."""

    def __init__(self, host: str, port: Any = None, **options: Any) -> None:
        self.host, self.port, self.sock = host, port, None

    def set_debuglevel(self, level: int) -> None:
        """Do nothing."""

    def connect(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""

    def request(self, method: str, request_uri: str, body: Any, headers: Any) -> None:
        self.requested = request_uri


def test_a_connection_of_the_callers_has_what_httplib2_needs_and_no_more() -> None:
    """Its own tests have such a one."""
    client = oauth2.Client(CONSUMER, TOKEN)
    made: list[_Connection] = []

    class Noting(_Connection):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            made.append(self)

        def getresponse(self) -> Any:
            raise ConnectionRefusedError("as far as this")

    with pytest.raises(ConnectionRefusedError, match="as far as this"):
        client.request(URL, "POST", connection_type=Noting)
    assert made[0].requested == "/"


def test_the_request_of_a_connection_may_be_passed_on_by_name(origin: Origin) -> None:
    """Its parameters have the names of httplib2's."""

    class Own(oauth2.Client):
        def _conn_request(
            self, conn: Any, request_uri: str, method: str, body: Any, headers: Any
        ) -> Any:
            return super()._conn_request(
                conn, request_uri=request_uri, method=method, body=body, headers=headers
            )

    client = Own(CONSUMER, TOKEN)
    assert client.request(f"{origin.url}/r")[0].status == 200
    client.close()


def test_a_client_and_a_flow_that_2_1_pickled_are_whole() -> None:
    """What is new has a value of its class."""
    client = oauth2.Client.__new__(oauth2.Client)
    client.__dict__.update(proxy_info=None, consumer=CONSUMER)
    assert client.proxy_info is None
    flow = oauth2.Flow.__new__(oauth2.Flow)
    assert (flow.request_token_callback, flow.redirect_has_token) == (None, True)


def authorization(client: oauth2.Client) -> str:
    return str(client.sign(URL, force_auth_header=True).headers["Authorization"])


def test_a_hash_may_be_a_function_where_no_body_is_hashed() -> None:
    """A Client signs by what the method names, as hmac.digest takes it."""

    class ByFunction(oauth2.SignatureMethod_HMAC_SHA1):
        hash_name: Any = staticmethod(hashlib.sha1)

    client = oauth2.Client(CONSUMER, TOKEN, include_body_hash=False, signature_method=ByFunction())
    signed = client.sign(URL)
    read = present(oauth2.Request.from_request("GET", signed.uri))
    assert ByFunction().check(read, CONSUMER, TOKEN, read["oauth_signature"])


def test_an_hmac_that_a_program_replaces_is_asked_by_a_client() -> None:
    """As 2.1 did; what is made for one key at once is not taken then."""
    client = oauth2.Client(CONSUMER, TOKEN)
    before = authorization(client)
    with mock.patch.object(hmac, "digest", return_value=b"replaced"):
        assert 'oauth_signature="cmVwbGFjZWQ%3D"' in authorization(client)
    assert "cmVwbGFjZWQ" not in before


@pytest.mark.parametrize("token", ["", {}, False])
def test_a_client_without_a_token_may_have_anything_empty_for_it(token: Any) -> None:
    """Programs assign what a session has, which is nothing at first."""
    client = oauth2.Client(CONSUMER)
    client.token = token
    assert "oauth_token=" not in authorization(client)


@pytest.mark.parametrize(("offset", "timestamp"), [(None, 100), (7.9, 107)])
def test_a_clock_offset_of_a_client_is_taken_in_whole_seconds(offset: Any, timestamp: int) -> None:
    """Programs assign the difference of two floats, or None to forget it."""
    client = oauth2.Client(CONSUMER)
    client.clock_offset = offset
    with mock.patch.object(oauth2.Request, "make_timestamp", return_value="100"):
        assert f'oauth_timestamp="{timestamp}"' in authorization(client)


@pytest.mark.parametrize("body", ["a=1", None])
def test_a_parameter_without_values_adds_nothing_to_a_form(body: str | None) -> None:
    """No separator either."""
    headers = {"Content-Type": FORM}
    client = oauth2.Client(CONSUMER, placement="header")
    assert client.sign(URL, "POST", body, headers, parameters={"tags": []}).body == body


@pytest.mark.parametrize("answer", [mock.sentinel.answer, None])
def test_what_a_mock_in_the_place_of_httplib2_answers_is_returned(answer: Any) -> None:
    """A program's test may look at what was sent alone."""
    with mock.patch("httplib2.Http.request", return_value=answer) as sent:
        returned: Any = oauth2.Client(CONSUMER, TOKEN).request(URL)
    assert returned is answer
    assert sent.call_args.args[1].startswith(URL)


FLOW_URLS: dict[str, Any] = {
    "request_token_url": f"{URL}r",
    "authorize_url": f"{URL}a",
    "access_token_url": f"{URL}t",
}
ISSUED = b"oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true"


def answering(client: Any) -> Any:
    """Return a client, or what stands for one, whose answer is a token."""
    client.request = mock.Mock(return_value=(httplib2.Response({"status": "200"}), ISSUED))
    return client


def test_a_flow_takes_the_mock_of_a_client() -> None:
    """Its timeout is a mock, too, and it has no connection to limit."""
    client = answering(mock.Mock(left_origin=False))
    assert oauth2.Flow(CONSUMER, **FLOW_URLS, client=client).fetch_request_token().key == "t"


@pytest.mark.parametrize("timeout", [5, (3, 4), "5"])
def test_a_flow_takes_a_client_with_any_timeout(timeout: Any) -> None:
    """Its `request` may make something of it."""
    client = answering(oauth2.Client(CONSUMER, timeout=timeout))
    assert oauth2.Flow(CONSUMER, **FLOW_URLS, client=client).fetch_request_token().key == "t"


def test_a_subclass_of_flow_may_have_http_for_its_own() -> None:
    """It goes on sending by its client."""

    class Own(oauth2.Flow):
        http = "what it has by this name"

    flow = Own(CONSUMER, **FLOW_URLS, client=answering(oauth2.Client(CONSUMER)))
    assert flow.fetch_request_token().key == "t"
    assert flow.clock_offset == 0
