"""The inspector's pages, as they are sent: what is on them, and who may see it."""

from __future__ import annotations

import re
import socket
from typing import Any

import httplib2
import pytest
from asking import ask, ask_unsigned, exchange, request_token

import oauth2
from oauth2.sandbox import Provider, Quirks

HTML = {"Accept": "text/html,*/*;q=0.8"}
ATTACK = "<script>alert(1)</script>"


def page(provider: Provider, path: str = "/") -> Any:
    return ask_unsigned(provider.url + path, headers=HTML)


def test_page_has_addresses_consumers_and_live_tokens(provider: Provider) -> None:
    """All that a client needs; a token that was consumed is not there."""
    consumed, waiting = request_token(provider), request_token(provider)
    pin = provider.allow(f"{provider.authorize_url}?oauth_token={consumed.key!s}")
    shown = page(provider).content
    assert f">{pin}<" in shown
    exchange(provider, consumed, pin)
    access = provider.add_token()
    shown = page(provider).content
    for text in [
        *(provider.request_token_url, provider.authorize_url, provider.access_token_url),
        *(provider.resource_url, "printer", "consumer-sekrit"),
        *(access.key, access.secret, waiting.key, waiting.secret),
    ]:
        assert f">{text!s}</code>" in shown
    assert str(consumed.key) not in shown
    assert f'href="/authorize?oauth_token={waiting.key!s}"' in shown


def test_secrets_are_folded_away(provider: Provider) -> None:
    """Each stands in what is opened by a click."""
    token = provider.add_token()
    visible = re.sub(r"(?s)<details.*?</details>", "", page(provider).content)
    assert "consumer-sekrit" not in visible
    assert str(token.secret) not in visible
    assert str(token.key) in visible


def test_cause_has_the_name_of_its_page(provider: Provider) -> None:
    """As the command prints it, after what to change."""
    stranger = oauth2.Signer(oauth2.Consumer("printer", "other-sekrit"))
    signed = stranger.sign("POST", provider.request_token_url, parameters={"oauth_callback": "oob"})
    assert ask_unsigned(signed.url, "POST", headers=signed.headers).status == 401
    number = provider.recorder.exchanges()[0].number
    assert "(unknown-key)</li>" in page(provider, f"/inspector/{number}").content


def test_program_that_asks_for_the_page_gets_what_it_always_got(provider: Provider) -> None:
    """It is no resource, and a quirk is simulated there as anywhere."""
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert ask_unsigned(provider.url + "/", headers=headers).status == 404
    assert [each.path for each in provider.recorder.exchanges()] == ["/"] * 3
    with oauth2.sandbox.run(manners=Quirks(fault="error")) as faulty:
        assert ask_unsigned(faulty.url + "/").status == 500
        assert page(faulty).status == 200


def test_pages_are_no_requests_themselves(provider: Provider) -> None:
    """Looking changes nothing, nor does the icon that browsers ask for."""
    ask(provider.consumer, None, provider.request_token_url)
    for path in ("/", "/inspector/1", "/inspector/7", "/favicon.ico"):
        page(provider, path)
    assert [each.path for each in provider.recorder.exchanges()] == ["/request_token"]


def test_list_says_what_failed_and_why(provider: Provider) -> None:
    """The last request is the first; a filter leaves out what did not fail."""
    ask(provider.consumer, provider.add_token(), provider.resource_url)
    ask(oauth2.Consumer("nobody", "x"), None, provider.resource_url)
    shown = page(provider).content
    assert "2 kept, 1 failed" in shown
    assert re.findall(r'<li id="request-(\d)">', shown) == ["2", "1"]
    assert "oauth_consumer_key: no consumer has this key." in shown
    failures = page(provider, "/?failures").content
    assert re.findall(r'<li id="request-(\d)">', failures) == ["2"]
    assert 'href="/inspector/2?failures"' in failures
    provider.recorder.clear()
    ask(provider.consumer, provider.add_token(), provider.resource_url)
    assert "No request has failed." in page(provider, "/?failures").content


def test_empty_list_says_so(provider: Provider) -> None:
    """And what to do."""
    assert "No request was received yet." in page(provider).content


def test_request_has_a_page(provider: Provider) -> None:
    """Its parts, steps, base string and copies."""
    url = f"{provider.resource_url}?size=big"
    ask(provider.consumer, provider.add_token(), url)
    shown = page(provider, "/inspector/1").content
    for text in [
        "What was checked",
        "Signed and expected: the same",
        "size%3Dbig",
        '<th scope="row">Authorization</th>',
        "As curl: sends it once more",
        "import oauth2 as oauth",
        "200 OK",
    ]:
        assert text in shown


def test_page_of_a_wrong_signature_marks_the_octets(provider: Provider) -> None:
    """Both base strings, side by side, and each part."""
    client = oauth2.Client(provider.consumer, placement="header")
    signed = client.sign(provider.resource_url.replace("http", "https"))
    httplib2.Http(proxy_info=None).request(provider.resource_url, headers=signed.headers)
    shown = page(provider, "/inspector/1").content
    assert "http<mark>s</mark>%3A%2F%2F" in shown
    assert "The sandbox expects" in shown
    assert "https" in re.findall(r'class="differs">(.*?)</tr>', shown, re.S)[0].replace(
        "<mark>", ""
    )
    assert "<strong>It was signed for https, but received by http.</strong>" in shown


def test_plaintext_signature_is_hidden(provider: Provider) -> None:
    """It is the secrets; they are in what is opened by a click alone."""
    client = oauth2.Client(
        provider.consumer,
        provider.add_token(),
        signature_method=oauth2.SignatureMethod_PLAINTEXT(),
        placement="header",
        proxy_info=None,
    )
    client.request(provider.resource_url)
    shown = page(provider, "/inspector/1").content
    assert "Base string" not in shown
    assert "consumer-sekrit" in shown
    assert "consumer-sekrit" not in re.sub(r"(?s)<details.*?</details>", "", shown)


def test_tokens_in_a_response_are_hidden(provider: Provider) -> None:
    """But not for who opens it."""
    token = request_token(provider)
    shown = page(provider, "/inspector/1").content
    assert f"oauth_token_secret={token.secret!s}" in shown
    visible = re.sub(r"(?s)<details.*?</details>", "", shown)
    assert "oauth_token_secret=***" in visible
    assert str(token.secret) not in visible


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"\0\xff\xfe\xfd\xfc", "(5 octets that are not text)"),
        ("é".encode() * 40_000, "(80,000 octets in all)"),
    ],
)
def test_body_is_shown_as_far_as_it_can_be(provider: Provider, body: bytes, told: str) -> None:
    """A character that was cut does no harm."""
    ask_unsigned(provider.resource_url, "POST", body=body)
    shown = page(provider, "/inspector/1").content
    assert told in shown


def test_body_that_is_too_long_is_recorded_by_its_length(provider: Provider) -> None:
    """It was not read."""
    with socket.create_connection(("127.0.0.1", int(provider.url.rpartition(":")[2]))) as sending:
        head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99000000\r\n\r\n"
        sending.sendall(head.encode())
        assert sending.recv(12) == b"HTTP/1.1 413"
    recorded = provider.recorder.exchanges()[0]
    assert (recorded.status, recorded.body) == (413, (b"", 99_000_000))


def test_strange_status_has_no_phrase(provider: Provider) -> None:
    """A server that was forwarded to may send any."""
    ask_unsigned(provider.resource_url)
    exchange = provider.recorder.exchanges()[0]
    provider.recorder.record(type(exchange)(**{**vars(exchange), "status": 799}))
    assert "799 </h1>" not in page(provider, "/inspector/2").content
    assert ">799 <" in page(provider, "/inspector/2").content


def test_request_that_is_not_kept_has_a_page_that_says_so(provider: Provider) -> None:
    """A link may be older than the list."""
    got = page(provider, "/inspector/7")
    assert got.status == 404
    assert "This request is not kept any more" in got.content


def test_what_is_received_is_shown_as_text(provider: Provider) -> None:
    """Whoever can send requests gets no script onto the page."""
    consumer = oauth2.Consumer(ATTACK, "x")
    http = httplib2.Http(proxy_info=None)
    client = oauth2.Client(consumer, oauth2.Token(ATTACK, "x"), placement="header")
    signed = client.sign(f"{provider.resource_url}?{ATTACK}")
    headers = {**signed.headers, "X-Attack": ATTACK, "X-Octets": "\x80"}
    http.request(f"{provider.resource_url}?{ATTACK}", "POST", body=ATTACK, headers=headers)
    for path in ("/", "/inspector/1"):
        shown = page(provider, path).content
        assert ATTACK not in shown
        assert "&lt;script&gt;alert(1)" in shown


def test_policy_allows_what_is_on_the_page_alone(provider: Provider) -> None:
    """Nothing from outside, and no script but the one with this page's nonce."""
    first, second = page(provider), page(provider)
    policy = first.response["content-security-policy"]
    (nonce,) = set(re.findall(r"'nonce-([\w-]+)'", policy))
    assert policy == (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert first.content.count(f'nonce="{nonce}"') == 2
    assert nonce not in second.content
    assert first.response["x-content-type-options"] == "nosniff"
    assert first.response["cross-origin-resource-policy"] == "same-origin"
    assert not re.findall(r'(?:src|href|action)="(?!/|#)', first.content)


def test_clear_forgets_all_for_who_has_seen_the_page(provider: Provider) -> None:
    """The form of another site does not know its token."""
    ask_unsigned(provider.resource_url)
    form_token = re.findall(r'name="form_token" value="([^"]+)"', page(provider).content)[0]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{provider.url}/inspector/clear"
    assert ask_unsigned(url, "POST", body="form_token=guess%C3%A9d", headers=form).status == 403
    assert len(provider.recorder.exchanges()) == 1
    got = ask_unsigned(url, "POST", body=f"form_token={form_token}", headers=form)
    assert (got.status, got.response["location"]) == (303, "/")
    assert provider.recorder.exchanges() == []


def test_secrets_are_shown_to_this_machine_alone(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox may listen on every address."""
    token = request_token(provider)
    for address in ("192.0.2.7", ""):
        environ = {"REMOTE_ADDR": address, "REQUEST_URI": "/"}
        client = provider.app.test_client()
        for path in ("/", "/inspector/1"):
            shown = client.get(path, headers=HTML, environ_overrides=environ).get_data(as_text=True)
            assert str(token.key) in shown
            assert str(token.secret) not in shown
            assert "consumer-sekrit" not in shown


def test_events_tell_of_changes_until_the_sandbox_ends(consumer: oauth2.Consumer) -> None:
    """One that the page has not seen is told of at once."""
    with oauth2.sandbox.run(consumer) as other:
        port = int(other.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), 30) as watching:
            watching.sendall(b"GET /inspector/events?seen=7 HTTP/1.0\r\n\r\n")
            with watching.makefile("rb") as received:
                assert b"data: 0\n" in iter(received.readline, b"")
                ask_unsigned(other.resource_url)
                assert b"data: 1\n" in iter(received.readline, b"")
                other.recorder.close()
                assert b"data:" not in received.read()


def test_events_go_on_where_they_were_lost(provider: Provider) -> None:
    """A browser says what it has seen last; what is no number counts as seen."""
    client = provider.app.test_client()
    ask_unsigned(provider.resource_url)
    for headers, query, told in [
        ({"Last-Event-ID": "0"}, "", "id: 1\ndata: 1\n\n"),
        ({}, "?seen=0", "id: 1\ndata: 1\n\n"),
    ]:
        with client.get(f"/inspector/events{query}", headers=headers) as got:
            chunks = iter(got.response)
            assert [next(chunks), next(chunks)] == [b": open\n\n", told.encode()]
    provider.recorder.close()
    assert client.get("/inspector/events?seen=x").get_data() == b": open\n\n"


def test_events_that_were_never_counted_are_passed_over(provider: Provider) -> None:
    """A number of thousands of digits is none."""
    split = provider.url.partition("://")[2].split(":")
    with socket.create_connection((split[0], int(split[1])), timeout=10) as connection:
        connection.sendall(
            f"GET /inspector/events?seen={'9' * 5000} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        )
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_no_line_of_curl_steers_the_terminal_it_is_pasted_into(provider: Provider) -> None:
    """An escape sequence ends what a shell takes for pasted, and goes on as typed."""
    ask_unsigned(provider.url + "/a", headers={"X": "\x1b[201~"})
    shown = page(provider, "/inspector/1").content
    assert "\x1b" not in shown
    assert 'id="curl"' not in shown
    assert 'id="raw"' in shown


def test_what_other_headers_hold_is_folded_away(provider: Provider) -> None:
    """A request that is forwarded may have cookies, or a token of another scheme."""
    ask_unsigned(provider.url + "/a", headers={"Cookie": "a=opaque", "X-Api-Key": "opaque"})
    ask_unsigned(provider.url + "/a", headers={"Authorization": "Bearer opaque"})
    for number in (1, 2):
        shown = str(page(provider, f"/inspector/{number}").content)
        assert "opaque" in shown
        assert "opaque" not in re.sub(r"(?s)<details.*?</details>", "", shown)
    assert ">Bearer ***<" in shown
