"""What a hostile provider answers, and what strangers send: each ends as an error of ours."""

from __future__ import annotations

import io
import time
from collections import OrderedDict, namedtuple
from types import SimpleNamespace
from typing import Any

import pytest
from known import CONSUMER, FORM, HMAC_SHA1, TOKEN
from present import present
from talking import answers, talking
from wire import Answer, Origin

import oauth2
from oauth2.redaction import redacted
from oauth2.signature import signature_method
from oauth2.signer import Exchange, Signer

FileField = namedtuple("FileField", ["name", "file"])
URL = "http://a.example/"


@pytest.mark.parametrize(
    "response",
    [
        b"401 No\r\n\r\noauth_problem=x &#" + b"1" * 5000,
        b'401 No\r\n\r\n{"oauth_problem":"a_b","oauth_parameters_absent":"\\ud800%41"}',
        b"303 See\r\nLocation: /\t/[\r\n\r\n",
        b"401 No\r\nContent-Encoding: gzip\r\n\r\n",
        b"401 No\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc",
        b"401 No\r\nContent-Type: a/b; charset=iso2022_jp\r\n\r\n"
        b"oauth_token_sec\x1b(Bret=NEW&x=\x1b\xf6",
        b'200 Yes\r\n\r\n{"oauth_token":"t","oauth_token_secret":"s",'
        b'"oauth_session_handle":"\\ud800"}',
    ],
    ids=["digits", "surrogate", "location", "gzip", "chunk", "charset", "handle"],
)
def test_a_leg_that_is_answered_by_nonsense_is_a_token_request_error(response: bytes) -> None:
    """Whatever the parsers below make of it."""
    with talking(answers(b"HTTP/1.1 " + response)) as server:
        url = f"{server.url}/r"
        flow = oauth2.Flow(CONSUMER, request_token_url=url, authorize_url=url, access_token_url=url)
        with pytest.raises(oauth2.TokenRequestError) as caught:
            flow.fetch_request_token()
    assert "NEW" not in f"{caught.value}{caught.value.content!r}"


@pytest.mark.parametrize("status", [200, 204, 401])
def test_nothing_that_is_said_to_be_compressed_is_nothing(origin: Origin, status: int) -> None:
    """Servers answer 204 so; httplib2 cannot decompress it."""
    origin.script["/r"] = Answer(status, {"Content-Encoding": "gzip"}, b"")
    client = oauth2.Client(CONSUMER, TOKEN)
    response, content = client.request(f"{origin.url}/r")
    client.close()
    assert (response.status, content) == (status, b"")


@pytest.mark.parametrize(
    "text",
    [
        "oauth_token: t\noauth_token_secret: NEW",
        "oauth_token=t & oauth_token_secret = NEW",
        "[oauth_token_secret] => NEW",
        '{"oauth_token_secret"=>"NEW"}',
        '{:oauth_token_secret=>"NEW"}',
        "&quot;oauth_token_secret&quot;:&quot;NEW&quot;",
        "oauth_token_secret%5B%5D=NEW",
        "<oauth_token_secret><![CDATA[NEW]]></x>",
        '{"oauth_token_secret":["NEW"]}',
        "{oauth_token_secret: 'NEW'}",
    ],
)
def test_a_new_secret_is_blanked_however_it_is_written(text: str) -> None:
    """As Ruby, PHP, YAML, HTML and XML have it."""
    assert "NEW" not in redacted(text, [])
    assert redacted("oauth_signature_method=HMAC-SHA1&a=Wrong password", []).startswith(
        "oauth_signature_method=HMAC-SHA1"
    )


def test_a_password_in_brackets_is_in_no_error() -> None:
    """As forms of Rails and PHP name it."""
    request = oauth2.Request.from_consumer_and_token(CONSUMER, TOKEN, "POST", URL)
    request.sign_request(HMAC_SHA1, CONSUMER, TOKEN, include_body_hash=False)
    request["oauth_signature"] = "other"
    headers = {**request.to_header(), "Content-Type": FORM}
    body = b"user[password]=HUNTER2&oauth_token_secret[]=HUNTER3"
    received = present(oauth2.Request.from_request("POST", URL, headers, body=body))
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        oauth2.Server({HMAC_SHA1.name: HMAC_SHA1}).verify_request(received, CONSUMER, TOKEN)
    assert "HUNTER" not in str(caught.value)


class _OwnRSA(oauth2.SignatureMethod):
    """As programs for Jira have it."""

    name = "RSA-SHA1"


@pytest.mark.parametrize(
    "known",
    [oauth2.Consumer("jira", ""), SimpleNamespace(key="jira")],
    ids=["an empty secret", "no secret at all"],
)
def test_an_empty_secret_proves_nothing_beside_rsa_of_the_programs_own(known: Any) -> None:
    """It is known to all; who signs by RSA may have no secret in its row."""
    partner = oauth2.Consumer("jira", "")
    request = oauth2.Request.from_consumer_and_token(partner, http_url=URL)
    request.sign_request(HMAC_SHA1, partner, None)
    received = present(oauth2.Request.from_request("GET", request.to_url()))
    server = oauth2.Server({HMAC_SHA1.name: HMAC_SHA1, "RSA-SHA1": _OwnRSA()})
    with pytest.raises(oauth2.SignatureInvalid):
        server.verify_request(received, known, None)


@pytest.mark.parametrize(
    ("offset", "date"),
    [(98 * 365 * 86400, time.time() + 197 * 365 * 86400), (0, -1_262_304_000)],
    ids=["far ahead by steps", "before 1970"],
)
def test_no_clock_leads_out_of_the_century(offset: int, date: float) -> None:
    """Neither in one step nor in several."""
    outgoing = Signer(CONSUMER).sign_outgoing(oauth2.Client(CONSUMER).sign(URL)).outgoing
    timestamp = str(int(time.time()) + offset)
    exchange = Exchange(outgoing._replace(uri=URL), timestamp=timestamp, clock_offset=offset)
    body = f"oauth_problem=timestamp_refused&oauth_acceptable_timestamps={date:.0f}-{date:.0f}"
    assert exchange.clock_gap(401, {}, body.encode()) is None


@pytest.mark.parametrize(
    "parsed",
    [
        OrderedDict(a=OrderedDict(b=1)),
        OrderedDict(a=[[1]]),
        {"photo": FileField("photo", io.BytesIO())},
    ],
    ids=["nested", "lists", "file"],
)
def test_what_a_framework_parsed_is_refused_as_the_strangers(parsed: Any) -> None:
    """It is not the program's mistake."""
    with pytest.raises(oauth2.ParameterRejected):
        oauth2.Request.from_request("POST", URL, {"Authorization": 'OAuth a="x"'}, parsed)


@pytest.mark.parametrize(
    "give",
    [
        lambda key: oauth2.Client(CONSUMER, signature_method=key),
        lambda key: oauth2.Request("GET", URL).sign_request(key, CONSUMER, None),
        lambda key: oauth2.Server().add_signature_method(key),
        signature_method,
    ],
    ids=["Client", "sign_request", "Server", "signature_method"],
)
def test_a_key_in_the_place_of_a_method_is_not_printed(give: Any) -> None:
    """It is a private one as like as not."""
    with pytest.raises((TypeError, ValueError)) as caught:
        give("-----BEGIN RSA PRIVATE KEY-----\nMIIsecret")
    assert "MIIsecret" not in str(caught.value)
