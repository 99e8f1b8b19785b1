"""Raw HTTP requests out of files: what is read, and which line is named when it cannot be."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from http.client import HTTPConnection

import pytest
from hypothesis import given, settings, strategies as st

import oauth2
from oauth2.diagnosis.raw_request import Message, parse_message

GET = b"GET /photos?size=big HTTP/1.1\r\nHost: photos.example.net\r\nAccept: */*\r\n\r\n"
POST = b"POST /a HTTP/1.1\nHost: a.example\nContent-Length: 7\n\na=1&b=2"
CHUNKED = (
    b"POST /a HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: Chunked\r\n\r\n"
    b"3\r\na=1\r\n4;name=value\r\n&b=2\r\n0\r\nTrailer: x\r\n\r\n"
)


def test_request_is_taken_apart() -> None:
    """Method, URL, headers in their order, and no body."""
    assert parse_message(GET) == Message(
        "GET",
        "https://photos.example.net/photos?size=big",
        [("Host", "photos.example.net"), ("Accept", "*/*")],
        b"",
    )


def test_lines_may_end_in_lf_alone() -> None:
    """As an editor writes them."""
    assert parse_message(GET.replace(b"\r\n", b"\n")) == parse_message(GET)


def test_text_is_read_as_octets_are() -> None:
    """Text is taken as UTF-8."""
    assert parse_message(GET.decode()) == parse_message(GET)


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n", b"\n\n"])
def test_empty_line_after_the_headers_may_be_missing(ending: bytes) -> None:
    """A person may have left it out."""
    assert parse_message(GET.rstrip() + ending) == parse_message(GET)


def test_empty_lines_before_the_request_are_passed_over() -> None:
    """RFC 7230 section 3.5 asks for it."""
    assert parse_message(b"\r\n\n" + GET) == parse_message(GET)


def test_scheme_is_the_callers() -> None:
    """A request line with a path does not tell it."""
    assert parse_message(GET, "http").url == "http://photos.example.net/photos?size=big"


def test_port_of_the_host_header_is_kept() -> None:
    """It belongs to the URL."""
    assert parse_message("GET / HTTP/1.1\nhost: a.example:8443").url == "https://a.example:8443/"


def test_absolute_url_counts_more_than_host() -> None:
    """As RFC 7230 section 5.4 has it; the scheme is its own, too."""
    message = parse_message(b"GET http://a.example/x HTTP/1.0\nHost: b.example\n\n")
    assert message.url == "http://a.example/x"


def test_absolute_url_needs_no_host() -> None:
    """A request to a proxy of HTTP/1.0 has none."""
    assert parse_message("GET http://a.example/ HTTP/1.0\n\n").headers == []


def test_octets_of_the_head_survive() -> None:
    """UTF-8 is text, and what is none are surrogate escapes."""
    message = parse_message(b"GET /\xc3\xa9\xe9 HTTP/1.1\nHost: a.example\nX: \xc3\xa9\xe9\n\n")
    assert message.url == "https://a.example/\u00e9\udce9"
    assert message.headers[1] == ("X", "\u00e9\udce9")


def test_body_is_as_long_as_content_length_says() -> None:
    """What is beyond it is dropped, such as the last line break of an editor."""
    assert parse_message(POST + b"\n").body == b"a=1&b=2"


def test_equal_content_lengths_count_as_one() -> None:
    """RFC 7230 section 3.3.2 allows it."""
    assert parse_message(POST.replace(b"Con", b"Content-Length: 7\nCon")).body == b"a=1&b=2"


def test_body_of_octets_is_kept() -> None:
    """Line breaks and empty lines in it are data."""
    body = b"\r\n\r\n\x00\xff\n"
    raw = b"PUT / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 7\r\n\r\n" + body
    assert parse_message(raw).body == body


def test_chunks_are_joined() -> None:
    """Extensions of chunks, and trailers, are passed over."""
    assert parse_message(CHUNKED).body == b"a=1&b=2"


REFUSED = {
    "nothing": (b"", "line 1: expected a request line such as 'GET /path HTTP/1.1'"),
    "answer": (b"HTTP/1.1 200 OK\n", "line 1: expected a request line such"),
    "no version": (b"\n\nGET /\nHost: a\n", "line 3: expected a request line such"),
    "space in target": (b"GET /a b HTTP/1.1\n", "line 1: expected a request line such"),
    "asterisk": (b"OPTIONS * HTTP/1.1\nHost: a\n", "line 1: expected a path, or a URL with http"),
    "authority": (b"CONNECT a:443 HTTP/1.1\n", "line 1: expected a path, or a URL with http"),
    "ftp": (b"GET ftp://a/ HTTP/1.1\n", "line 1: expected a path, or a URL with http"),
    "fragment": (b"GET /#a HTTP/1.1\n", "line 1: expected a path or a URL without a fragment"),
    "fold": (b"GET / HTTP/1.1\nHost: a\n b\n", "line 3: expected a header in one line"),
    "no colon": (b"GET / HTTP/1.1\nHost a\n", "line 2: expected a header such as 'Host: e"),
    "space before colon": (b"GET / HTTP/1.1\nHost : a\n", "line 2: expected a header such as"),
    "control": (b"GET / HTTP/1.1\nHost: a\nX: a\x00\n", "line 3: expected a header such as"),
    "bare CR": (b"GET / HTTP/1.1\nHost: a\rX: b\n", "line 2: expected a header such as"),
    "no headers": (b"GET / HTTP/1.1\n\n", "line 2: expected a Host header, got none"),
    "no host": (b"GET / HTTP/1.1\nAccept: a\n\n", "line 3: expected a Host header, got none"),
    "two hosts": (b"GET / HTTP/1.1\nHost: a\nhost: b\n", "line 3: expected one Host, got another"),
    "host with path": (b"GET / HTTP/1.1\nHost: a/b\n", "line 2: expected a host name, and a port"),
    "empty host": (b"GET / HTTP/1.1\nHost:\n", "line 2: expected a host name, and a port"),
    "two lengths": (POST.replace(b"Con", b"Content-Length: 8\nCon"), "line 4: expected one Cont"),
    "no number": (POST.replace(b"7", b"+7"), "line 3: expected a number as Content-Length"),
    "short body": (POST[:-1], "line 5: expected a body of 7 octets, as Content-Length says, got 6"),
    "no length": (POST.replace(b"Content-Length", b"X"), "line 5: expected no body, as no Content"),
    "length and chunks": (
        CHUNKED.replace(b"Trans", b"Content-Length: 7\r\nTrans"),
        "line 4: expected one of Content-Length and Transfer-Encoding",
    ),
    "coding": (CHUNKED.replace(b"Chunked", b"gzip"), "line 3: expected the coding chunked"),
    "size": (CHUNKED.replace(b"3\r\na", b"g\r\na"), "line 5: expected the size of a chunk in hex"),
    "no size": (CHUNKED[: CHUNKED.index(b"0\r\nTr")], "line 9: expected the size of a chunk"),
    "chunk": (CHUNKED.replace(b"4;", b"6;"), "line 8: expected a chunk of 6 octets and a line br"),
}


@pytest.mark.parametrize(("raw", "message"), REFUSED.values(), ids=REFUSED)
def test_error_names_the_line_and_what_was_expected(raw: bytes, message: str) -> None:
    """One line is wrong, and the error says which and why."""
    with pytest.raises(ValueError, match="line") as caught:
        parse_message(raw)
    assert str(caught.value).startswith(message)


def test_other_scheme_is_refused() -> None:
    """It is http or https."""
    with pytest.raises(ValueError, match="scheme: expected http or https, got 'ftp'"):
        parse_message(GET, "ftp")


@pytest.mark.parametrize(
    "raw",
    [
        b"GET ftp://a.example/?oauth_token=sekrit HTTP/1.1\n",
        b"GET /?oauth_token=sekrit#sekrit HTTP/1.1\n",
        b"GET /?sekrit sekrit HTTP/1.1\n",
        b"GET / HTTP/1.1\nHost: sekrit/sekrit\n",
        b"GET / HTTP/1.1\nAuthorization sekrit\n",
        b"GET / HTTP/1.1\nHost: a\nContent-Length: sekrit\n\n",
        b"GET / HTTP/1.1\nHost: a\nTransfer-Encoding: sekrit\n\n",
        b"GET / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\nsekrit",
    ],
)
def test_error_quotes_no_header_and_no_query(raw: bytes) -> None:
    """There may be secrets in them."""
    with pytest.raises(ValueError, match="line") as caught:
        parse_message(raw)
    assert "sekrit" not in str(caught.value)


def _sent_by_http_client(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Let the standard library write a request into a real socket, and return the octets."""
    received = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                while chunk := connection.recv(65536):
                    received.extend(chunk)
                    if received.endswith(body):
                        connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        client = HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=10)
        client.request(method, path, body, headers)
        client.getresponse().read()
        client.close()
        thread.join()
    return bytes(received)


def test_signed_request_off_the_wire_verifies() -> None:
    """What http.client wrote into a socket is read, and its signature holds."""
    consumer, token = oauth2.Consumer("key", "sekrit"), oauth2.Token("token", "sekrit")
    hmac_sha1 = oauth2.SignatureMethod_HMAC_SHA1()
    request = oauth2.Request.from_consumer_and_token(
        consumer, token, "POST", "http://a.example/x?a=b", {"c": "d e"}, is_form_encoded=True
    )
    request.sign_request(hmac_sha1, consumer, token)
    headers = {
        "Host": "a.example",
        "Content-Type": "application/x-www-form-urlencoded",
        **request.to_header(),
    }
    raw = _sent_by_http_client("POST", "/x?a=b", b"c=d+e", headers)
    message = parse_message(raw, "http")
    incoming = oauth2.Request.from_request(
        message.method, message.url, message.headers, body=message.body
    )
    assert incoming is not None
    server = oauth2.Server({"HMAC-SHA1": hmac_sha1})
    assert server.verify_request(incoming, consumer, token) == {"a": "b", "c": "d e"}


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_body_in_chunks_or_with_its_length_is_read_back(body: bytes) -> None:
    """Both ways to send a body give it back octet for octet."""
    head = b"POST / HTTP/1.1\r\nHost: a.example\r\n"
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    with_length = b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)
    in_chunks = b"%bTransfer-Encoding: chunked\r\n\r\n%b0\r\n\r\n" % (head, chunks)
    assert parse_message(with_length).body == parse_message(in_chunks).body == body


VISIBLE = "".join([chr(code) for code in range(0x21, 0x7F)]) + "\u00e9\u20ac"
METHODS = st.sampled_from(["GET", "POST", "DELETE", "M-SEARCH"])
TARGETS = st.text(VISIBLE.replace("#", ""), max_size=20).map("/".__add__)
HOSTS = st.sampled_from(["a.example", "A.example:8443", "[2001:db8::1]:80", "127.0.0.1"])
FIELDS = st.lists(
    st.tuples(
        st.text("abcXYZ-_.!~0189", min_size=1, max_size=8).map("X-".__add__),
        st.text(VISIBLE + " \t", max_size=20).map(str.strip),
    ),
    max_size=4,
)


@given(METHODS, TARGETS, HOSTS, FIELDS, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", " "]))
@settings(deadline=None)
def test_any_valid_head_is_read_back(
    method: str, target: str, host: str, fields: list[tuple[str, str]], ending: str, space: str
) -> None:
    """Every part of it, with white space around the values or none."""
    headers = [*fields, ("Host", host)]
    lines = [f"{name}:{space}{value}{space}" for name, value in headers]
    raw = ending.join([f"{method} {target} HTTP/1.1", *lines, "", ""])
    assert parse_message(raw) == Message(method, f"https://{host}{target}", headers, b"")


@given(
    st.sampled_from([GET, POST, CHUNKED]),
    st.integers(0, 200),
    st.integers(0, 4),
    st.binary(max_size=8) | st.text(VISIBLE, max_size=4).map(str.encode),
)
@settings(deadline=None, max_examples=300)
def test_hostile_octets_are_read_or_refused(raw: bytes, at: int, cut: int, junk: bytes) -> None:
    """A request with some octets replaced is a ValueError or has what a request has."""
    at %= len(raw)
    changed = raw[:at] + junk + raw[at + cut :]
    message = None
    with contextlib.suppress(ValueError):
        message = parse_message(changed)
    if message is None:
        return
    assert message.method.encode() in changed
    assert message.url.startswith(("http://", "https://"))
    assert not re.search("[\\s#]", message.url, re.A)
    assert raw is CHUNKED or message.body in changed
    assert not [value for _, value in message.headers if re.search("[\0\r\n]", value)]
