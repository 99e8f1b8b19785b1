"""A real HTTP server on the loopback, and judges of the signatures that reach it.

An `Origin` records each request as it came, and answers what a test scripts for
its path. Two judges look at a `Received`, and neither knows the package under
test: `by_hand` computes RFC 5849 section 3.4 from the raw octets, and
`by_oauthlib` asks oauthlib. For `assert_signed`, what a strict form does not
hold is escaped before oauthlib reads it; octets that are not UTF-8 it cannot
read at all.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Union
from urllib.parse import quote, unquote_to_bytes

from known import CONSUMER_SECRET, FORM, TOKEN_SECRET
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint

HERE = Path(__file__).parent
CERTIFICATE = HERE / "loopback.pem"
KEY = HERE / "loopback.key"

_HASHES = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256", "HMAC-SHA512": "sha512"}
_parameter = re.compile(rb'([^\s=,"]+)="([^"]*)"')
_absolute = re.compile(r"https?://[^/?#]*", re.I)
_unreadable = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\w=&;:%+~,*@!()/?'$.-]", re.ASCII)
_PROTOCOL = re.compile(rb"(?:oauth|x_auth)_", re.I)


class Received(NamedTuple):
    """One request as it came: ``raw_body`` with its chunks, ``body`` without them."""

    scheme: str
    method: str
    target: str
    headers: list[tuple[str, str]]
    raw_body: bytes
    body: bytes
    connection: int

    def values(self, name: str) -> list[str]:
        """Return the values of a header, one for each time that it came."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        return next(iter(self.values(name)), None)

    @property
    def authority(self) -> str:
        """Scheme and authority of the target, which only a proxy is given; else nothing."""
        found = _absolute.match(self.target)
        return found[0] if found else ""

    @property
    def origin_form(self) -> str:
        """The target from its path on, which is ``/`` where a proxy is given none."""
        path = self.target[len(self.authority) :]
        return path if path.startswith("/") else f"/{path}"

    @property
    def url(self) -> str:
        """The URI as the request line and the Host header tell it."""
        return f"{self.scheme}://{self.header('host')}{self.origin_form}"

    @property
    def is_form(self) -> bool:
        """Whether Content-Type says that the body is a form."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower() == FORM

    def protocol_parameters(self) -> dict[str, dict[bytes, bytes]]:
        """Return the oauth_* pairs that each of header, query and body holds, decoded."""
        places = {
            "header": _header_pairs(self),
            "query": _pairs(self.target.partition("?")[2].encode("latin-1")),
            "body": _pairs(self.body) if self.is_form else [],
        }
        found = {
            place: {name: value for name, value in pairs if name.startswith(b"oauth_")}
            for place, pairs in places.items()
        }
        return {place: parameters for place, parameters in found.items() if parameters}

    def place(self) -> str:
        """Return the one place where the oauth_* parameters are."""
        (place,) = self.protocol_parameters()
        return place

    def oauth(self, name: str) -> str | None:
        """Return the value of an oauth_* parameter wherever it is, or None."""
        for parameters in self.protocol_parameters().values():
            if name.encode() in parameters:
                return parameters[name.encode()].decode()
        return None

    def traces(self) -> list[bytes]:
        """Return all that names a protocol parameter, and every Authorization header."""
        fields = [f"{key}: {value}".encode("latin-1") for key, value in self.headers]
        credentials = [field for field in fields if field.lower().startswith(b"authorization")]
        places = [self.target.encode("latin-1"), self.raw_body, *fields]
        return [text for text in places if _PROTOCOL.search(text)] + credentials


class Answer(NamedTuple):
    """What to answer: a status, header fields, and a body."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b"ok"


Script = Union[Answer, Callable[[Received], Answer]]


def redirect(status: int, location: str) -> Answer:
    """Answer with a redirect."""
    return Answer(status, {"Location": location}, b"moved")


class Origin:
    """A server on a free port of 127.0.0.1, one thread a connection, which it keeps alive."""

    def __init__(self, scheme: str = "http") -> None:
        self.scheme = scheme
        self.received: list[Received] = []
        self.script: dict[str, Script] = {}
        self.otherwise: Script = Answer()  # at a path that has no script
        self._context: ssl.SSLContext | None = None
        if scheme == "https":
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(CERTIFICATE, KEY)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._is_closing = False
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept)
        self._acceptor.start()

    @property
    def url(self) -> str:
        """The origin by its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def named_url(self) -> str:
        """The same server by its name, which is another origin."""
        return f"{self.scheme}://localhost:{self.port}"

    @property
    def last(self) -> Received:
        """The last request that came."""
        return self.received[-1]

    def reset(self) -> None:
        """Forget what came and what was scripted."""
        self.received.clear()
        self.script.clear()
        self.otherwise = Answer()

    def close(self) -> None:
        """End every connection, and wait for every thread."""
        self._is_closing = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._acceptor.join()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # The client was quicker.
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Origin:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._is_closing:
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection, len(self._threads)))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        stream = connection
        try:
            if self._context is not None:
                # A copy of the socket is wrapped: the one that close() shuts down stays valid.
                stream = self._context.wrap_socket(connection.dup(), server_side=True)
            with stream.makefile("rb") as reader:
                while (received := self._read(reader, number)) is not None:
                    self.received.append(received)
                    stream.sendall(self._answer(received))
        except OSError:
            pass  # The client, or close(), ended the connection in the middle of something.
        finally:
            with self._lock:
                self._open.discard(connection)
            stream.close()
            connection.close()

    def _read(self, reader: Any, number: int) -> Received | None:
        line = reader.readline().decode("latin-1").rstrip("\r\n")
        if not line:
            return None
        method, target, _ = line.split(" ")
        headers = []
        while field := reader.readline().decode("latin-1").rstrip("\r\n"):
            name, _, value = field.partition(":")
            headers.append((name, value.strip()))
        received = Received(self.scheme, method, target, headers, b"", b"", number)
        if received.header("transfer-encoding") == "chunked":
            raw, body = _chunks(reader)
        else:
            raw = body = reader.read(int(received.header("content-length") or 0))
        return received._replace(raw_body=raw, body=body)

    def _answer(self, received: Received) -> bytes:
        script = self.script.get(received.origin_form.partition("?")[0], self.otherwise)
        answer = script if isinstance(script, Answer) else script(received)
        has_body = received.method != "HEAD" and answer.status != 304
        fields = {"Content-Length": str(len(answer.body)), **answer.headers}
        head = "".join([f"{name}: {value}\r\n" for name, value in fields.items()])
        text = f"HTTP/1.1 {answer.status} Scripted\r\n{head}\r\n"
        return text.encode("latin-1") + (answer.body if has_body else b"")


def _chunks(reader: Any) -> tuple[bytes, bytes]:
    raw, body = b"", b""
    while True:
        line = reader.readline()
        if not line:
            raise ConnectionResetError("the client ended in the middle of a body")
        size = int(line, 16)
        chunk = reader.read(size + 2)
        raw += line + chunk
        body += chunk[:size]
        if size == 0:
            return raw, body


class Keys(NamedTuple):
    """The secrets that a judge knows."""

    consumer_secret: str
    token_secret: str = ""
    rsa_public_key: str = ""


KEYS = Keys(CONSUMER_SECRET, TOKEN_SECRET)
"""What the consumer and the token of most tests have."""


def by_hand(received: Received, keys: Keys) -> bool:
    """Judge a signature, and the body hash if there is one, from the raw octets."""
    name = received.oauth("oauth_signature_method") or ""
    if name.startswith("RSA"):
        return _is_signed_by_rsa(received, keys) and _has_right_hash(received)
    if name != "PLAINTEXT" and name not in _HASHES:
        return False
    key = "&".join([_quoted(keys.consumer_secret.encode()), _quoted(keys.token_secret.encode())])
    if name == "PLAINTEXT":
        expected = key
    else:
        digest = hmac.new(key.encode(), base_string(received).encode(), _HASHES[name]).digest()
        expected = base64.b64encode(digest).decode()
    return received.oauth("oauth_signature") == expected and _has_right_hash(received)


def _is_signed_by_rsa(received: Received, keys: Keys) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    public: Any = load_pem_public_key(keys.rsa_public_key.encode())
    name = received.oauth("oauth_signature_method") or ""
    digests: dict[str, Any] = {"RSA-SHA1": SHA1, "RSA-SHA256": SHA256, "RSA-SHA512": SHA512}
    signature = base64.b64decode(received.oauth("oauth_signature") or "")
    signed = base_string(received).encode()
    try:
        public.verify(signature, signed, padding.PKCS1v15(), digests[name]())
    except InvalidSignature:
        return False
    return True


def _has_right_hash(received: Received) -> bool:
    sent = received.oauth("oauth_body_hash")
    if sent is None:
        return True
    method = received.oauth("oauth_signature_method") or ""
    name = _HASHES.get(method.replace("RSA", "HMAC"), "sha1")
    digest = hashlib.new(name, received.body).digest()
    return not received.is_form and sent == base64.b64encode(digest).decode()


def base_string(received: Received) -> str:
    """Build the signature base string of what came (RFC 5849 section 3.4.1)."""
    path, _, query = received.origin_form.partition("?")
    pairs = _header_pairs(received) + _pairs(query.encode("latin-1"))
    if received.is_form:
        pairs += _pairs(received.body)
    signed = sorted(
        [(_quoted(name), _quoted(value)) for name, value in pairs if name != b"oauth_signature"]
    )
    parameters = "&".join([f"{name}={value}" for name, value in signed])
    default_port = {"http": ":80", "https": ":443"}[received.scheme]
    host = (received.header("host") or "").lower()
    if host.endswith(default_port):
        host = host[: -len(default_port)]
    uri = f"{received.scheme}://{host}{path}"
    return "&".join([received.method.upper(), _quoted(uri.encode()), _quoted(parameters.encode())])


def _quoted(octets: bytes) -> str:
    return quote(octets, safe="~")


def _pairs(text: bytes) -> list[tuple[bytes, bytes]]:
    pieces = [piece.partition(b"=") for piece in text.replace(b"+", b" ").split(b"&") if piece]
    return [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pieces]


def _header_pairs(received: Received) -> list[tuple[bytes, bytes]]:
    header = received.header("authorization") or ""
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "oauth":
        return []
    found = _parameter.findall(text.encode("latin-1"))
    return [
        (unquote_to_bytes(name), unquote_to_bytes(value))
        for name, value in found
        if name != b"realm"
    ]


class _Validator(RequestValidator):
    """Knows one consumer and one token, and refuses a nonce that it has seen."""

    enforce_ssl = False
    client_key_length = (1, 100)
    nonce_length = (1, 100)
    dummy_client = "nobody"
    allowed_signature_methods = (
        *("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"),
        *("RSA-SHA1", "RSA-SHA256", "RSA-SHA512"),
    )

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._nonces: set[str] = set()

    def check_client_key(self, client_key: str) -> bool:
        return bool(client_key)

    def validate_client_key(self, client_key: str, request: Any) -> bool:
        return client_key != self.dummy_client

    def validate_timestamp_and_nonce(
        self,
        client_key: str,
        timestamp: str,
        nonce: str,
        request: Any,
        request_token: str | None = None,
        access_token: str | None = None,
    ) -> bool:
        is_new = nonce not in self._nonces
        self._nonces.add(nonce)
        return is_new

    def get_client_secret(self, client_key: str, request: Any) -> str:
        return self._keys.consumer_secret

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
        return self._keys.token_secret

    def get_rsa_key(self, client_key: str, request: Any) -> str:
        return self._keys.rsa_public_key


def by_oauthlib(received: Received, keys: Keys) -> bool:
    """Judge a signature by oauthlib, from the request line, the Host header and the body."""
    endpoint = SignatureOnlyEndpoint(_Validator(keys))
    is_valid, _ = endpoint.validate_request(
        received.url, received.method, received.body.decode("latin-1"), dict(received.headers)
    )
    return bool(is_valid)


def readable(received: Received) -> Received:
    """Escape in query and form what oauthlib refuses to read: ``{}[]``, a bare ``%`` and others.

    It decodes to what it was, so that the same signature fits it. Credentials of another scheme,
    as those of user-info, are left out.
    """
    path, mark, query = received.target.partition("?")
    target = path + mark + _escaped(query)
    headers = [field for field in received.headers if not _is_of_another_scheme(*field)]
    if not received.is_form:
        return received._replace(target=target, headers=headers)
    body = _escaped(received.body.decode("latin-1")).encode("latin-1")
    fields = [(name, value) for name, value in headers if name.lower() != "content-type"]
    return received._replace(target=target, body=body, headers=[*fields, ("Content-Type", FORM)])


def _is_of_another_scheme(name: str, value: str) -> bool:
    return name.lower() == "authorization" and not value.lower().startswith("oauth ")


def _escaped(text: str) -> str:
    return _unreadable.sub(lambda found: f"%{ord(found[0]):02X}", text)


def judging(received: Received) -> Answer:
    """Welcome what is signed rightly, and nothing else, as a provider does; a script of tests."""
    return Answer(body=b"welcome") if by_hand(received, KEYS) else Answer(401, body=b"go away")


def assert_signed(received: Received, keys: Keys, oauthlib: bool = True) -> None:
    """Fail unless both judges accept what came, and its parameters are in one place."""
    shown = f"{received.method} {received.target} {received.headers} {received.body!r}"
    places = list(received.protocol_parameters())
    assert len(places) == 1, f"expected OAuth parameters in one place, got {places}: {shown}"
    assert len(received.values("authorization")) <= 1, f"several Authorization headers: {shown}"
    assert by_hand(received, keys), f"refused by hand: {shown}\n{base_string(received)}"
    if oauthlib:
        assert by_oauthlib(readable(received), keys), f"oauthlib refuses: {shown}"


def assert_unsigned(received: Received) -> None:
    """Fail when a protocol parameter or an Authorization header came."""
    assert not received.traces(), f"expected no OAuth there, got {received.traces()}"


def assert_fresh_nonces(*received: Received) -> None:
    """Fail when two signed requests have one nonce."""
    nonces = [each.oauth("oauth_nonce") for each in received]
    assert None not in nonces, f"expected a nonce in each, got {nonces}"
    assert len(set(nonces)) == len(nonces), f"expected a new nonce for each, got {nonces}"
