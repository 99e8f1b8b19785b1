"""XOAUTH against real servers on loopback: a scripted IMAP socket over TLS, and aiosmtpd."""

from __future__ import annotations

import base64
import imaplib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from known import CONSUMER, TOKEN
from ports import free_port
from present import present
from secrets_check import assert_no_secret

import oauth2
from oauth2.clients import imap, smtp

URL = "https://mail.example/mail/b/joe@mail.example/imap/"
HERE = Path(__file__).parents[1]
WRONG = [("key", TOKEN), (None, TOKEN), (CONSUMER, "token"), (CONSUMER, CONSUMER)]


def is_right(text: str) -> bool:
    """Verify an XOAUTH string as a mail server does: by its URL and its pairs."""
    method, url, pairs = text.split(" ")
    header = {"Authorization": "OAuth " + pairs}
    request = present(oauth2.Request.from_request(method, url, headers=header))
    server = oauth2.Server({"HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1()}, nonces=None)
    try:
        server.verify_request(request, CONSUMER, TOKEN)
    except oauth2.Error:
        return False
    return True


class Imap:
    """One IMAP session, scripted: greet, tell capabilities, judge an AUTHENTICATE, say goodbye."""

    def __init__(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(HERE / "loopback.pem", HERE / "loopback.key")
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.said: list[str] = []
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Imap:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        plain, _ = self._listener.accept()
        with self._context.wrap_socket(plain, server_side=True) as tls, tls.makefile("rwb") as file:

            def tell(*lines: str) -> None:
                file.write("".join([line + "\r\n" for line in lines]).encode())
                file.flush()

            tell("* OK ready")
            while line := file.readline().decode().strip():
                tag, command = line.split(" ", 1)
                if command == "CAPABILITY":
                    tell("* CAPABILITY IMAP4REV1 AUTH=XOAUTH", f"{tag} OK done")
                elif command == "AUTHENTICATE XOAUTH":
                    tell("+ ")
                    self.said.append(base64.b64decode(file.readline()).decode())
                    tell(f"{tag} OK in" if is_right(self.said[-1]) else f"{tag} NO refused")
                else:
                    tell("* BYE for now", f"{tag} OK done")


def connected(server: Imap) -> imap.IMAP4_SSL:
    context = ssl.create_default_context(cafile=str(HERE / "loopback.pem"))
    return imap.IMAP4_SSL("127.0.0.1", server.port, ssl_context=context)


def test_imap_logs_in() -> None:
    """A server that verifies the string lets us in."""
    with Imap() as server, connected(server) as client:
        assert client.authenticate(URL, CONSUMER, TOKEN)[0] == "OK"
    assert server.said[0].startswith(f"GET {URL} oauth_consumer_key=")


def test_imap_says_when_the_server_refuses() -> None:
    """A wrong secret is imaplib's own error, without a secret in it."""
    with Imap() as server, connected(server) as client:
        with pytest.raises(imaplib.IMAP4.error, match="refused") as caught:
            client.authenticate(URL, oauth2.Consumer("key", "wrong sekrit"), TOKEN)
    assert_no_secret(caught.value, "wrong sekrit", TOKEN.secret)


@pytest.mark.parametrize(("consumer", "token"), WRONG)
def test_imap_refuses_wrong_types(consumer: Any, token: Any) -> None:
    """Consumer and Token must be what they say."""
    with Imap() as server, connected(server) as client:
        with pytest.raises(ValueError, match=r"Invalid (consumer|token)") as caught:
            client.authenticate(URL, consumer, token)
    assert_no_secret(caught.value, CONSUMER.secret, TOKEN.secret)


class Authenticator:
    """What aiosmtpd asks about AUTH XOAUTH."""

    async def auth_XOAUTH(self, server: Any, arguments: Any) -> AuthResult:
        sent = base64.b64decode(arguments[1]).decode()
        return AuthResult(success=is_right(sent), handled=False)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mail = envelope.content
        return "250 OK" if session.authenticated else "530 log in"


@pytest.fixture
def smtp_server() -> Iterator[Any]:
    """Run aiosmtpd on a free port of loopback."""
    port = free_port()
    controller = Controller(
        Authenticator(),
        hostname="127.0.0.1",
        port=port,
        auth_require_tls=False,
    )
    controller.start()
    yield controller
    controller.stop()


def test_smtp_logs_in_and_sends(smtp_server: Any) -> None:
    """After authenticate, mail that needs a login is taken."""
    with smtp.SMTP("127.0.0.1", smtp_server.port) as client:
        assert client.authenticate(URL, CONSUMER, TOKEN)[0] == 235
        client.sendmail("a@mail.example", ["b@mail.example"], "Subject: x\r\n\r\nhello")
    assert b"hello" in smtp_server.handler.mail


def test_smtp_says_when_the_server_refuses(smtp_server: Any) -> None:
    """A wrong secret is smtplib's own error, without a secret in it."""
    with smtp.SMTP("127.0.0.1", smtp_server.port) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
            client.authenticate(URL, CONSUMER, oauth2.Token("token", "wrong sekrit"))
    assert_no_secret(caught.value, "wrong sekrit", CONSUMER.secret)


@pytest.mark.parametrize(("consumer", "token"), WRONG)
def test_smtp_refuses_wrong_types(smtp_server: Any, consumer: Any, token: Any) -> None:
    """Consumer and Token must be what they say."""
    with smtp.SMTP("127.0.0.1", smtp_server.port) as client:
        with pytest.raises(ValueError, match=r"Invalid (consumer|token)"):
            client.authenticate(URL, consumer, token)


def test_smtp_refuses_wrong_types_before_it_says_anything() -> None:
    """Without a connection, too, the mistake is named."""
    no_consumer: Any = "key"
    with pytest.raises(ValueError, match="Invalid consumer"):
        smtp.SMTP().authenticate(URL, no_consumer, TOKEN)
