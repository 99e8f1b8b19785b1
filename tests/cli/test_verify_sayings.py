"""What ``oauth2 verify`` says besides its steps: by which scheme it reads, and each cause once."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from driving import ENVIRON, Command
from known import CONSUMER, TOKEN

import oauth2

HEAD = "GET /photos HTTP/1.1\nHost: {}\nAuthorization: {}\n\n"


def header(
    host: str, scheme: str, secret: str = "consumer-sekrit", method: str = "HMAC-SHA1"
) -> str:
    """Sign a request for a host, with this secret of the consumer."""
    kind = {"HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1}.get(
        method, oauth2.SignatureMethod_PLAINTEXT
    )
    consumer = oauth2.Consumer(CONSUMER.key, secret)
    signer = oauth2.Signer(consumer, TOKEN, signature_method=kind(), placement="header")
    return signer.sign("GET", f"{scheme}://{host}/photos").headers["Authorization"]


@pytest.mark.parametrize("host", ["photos.example.net", "localhost:8080"])
@pytest.mark.parametrize(("scheme", "other"), [("http", "https"), ("https", "http")])
def test_scheme_by_which_it_verifies_is_said(
    command: Command, host: str, scheme: str, other: str
) -> None:
    """Whatever is usual for the host."""
    text = HEAD.format(host, header(host, scheme))
    first, second = command("verify", given=text.encode(), **ENVIRON).text.splitlines()[:2]
    assert first == f"GET {scheme}://{host}/photos"
    said = f"Read as {scheme}, as its signature does not verify as {other};"
    assert second == f"{said} --scheme {other} reads it otherwise."


@pytest.mark.parametrize(
    ("host", "scheme"),
    [
        ("photos.example.net", "https"),
        ("photos.example.net:443", "https"),
        ("photos.example.net:8443", "https"),
        ("photos.example.net:80", "http"),
        ("photos.example.net:8080", "http"),
        ("localhost", "http"),
        ("app.localhost", "http"),
        ("127.0.0.1", "http"),
        ("[::1]", "http"),
        ("192.0.2.1", "https"),
    ],
)
@pytest.mark.parametrize("method", ["HMAC-SHA1", "PLAINTEXT"])
def test_usual_scheme_is_taken_where_the_signature_does_not_tell(
    command: Command, host: str, scheme: str, method: str
) -> None:
    """It verifies by neither, or by both."""
    secret = "consumer-sekrit" if method == "PLAINTEXT" else "other"
    text = HEAD.format(host, header(host, "https", secret, method))
    ran = command("verify", given=text.encode(), **ENVIRON)
    second = ran.text.splitlines()[1]
    said = f"as its signature does not tell, and this is usual for {host};"
    assert second.startswith(f"Read as {scheme}, {said} --scheme ")


def test_scheme_that_explains_more_is_taken(command: Command) -> None:
    """One mistake is likelier than the same and another scheme beside it."""
    host = "photos.example.net"
    text = HEAD.format(host, header(host, "http", "consumer-sekrit\n"))
    ran = command("verify", given=text.encode(), **ENVIRON)
    second = ran.text.splitlines()[1]
    assert second.startswith(
        "Read as http, as its signature does not verify as https either, and this explains it"
    )


def test_nothing_is_said_of_a_scheme_that_is_told(command: Command) -> None:
    """By an option, or by the request itself."""
    value = header("photos.example.net", "https")
    text = HEAD.format("photos.example.net", value)
    whole = text.replace("GET ", "GET https://photos.example.net")
    for words in ((text, "--scheme", "https"), (whole,)):
        assert "Read as" not in command("verify", *words, **ENVIRON).text


@pytest.mark.parametrize("secret", ["consumer-sekrit\n", "other"])
def test_each_cause_is_said_once(command: Command, secret: str) -> None:
    """Below the steps, and not in the one that failed, too."""
    value = header("photos.example.net", "http", secret)
    url = "http://photos.example.net/photos"
    ran = command("verify", "GET", url, "-H", f"Authorization: {value}", **ENVIRON)
    (step,) = [line for line in ran.text.splitlines() if line.startswith("NO  ")]
    assert step.split(None, 2)[2].startswith("Invalid signature. Expected signature base string: ")
    below = ran.text.partition("It does not verify.\n\n")[2]
    assert below.count("\n") == 2
    assert ran.text.count(below) == 1


def by_key(key: str, token: str | None) -> list[str]:
    """Sign by HMAC-SHA1 with this key, as RFC 5849 has it, and return the arguments of verify."""
    pairs = {
        "oauth_consumer_key": str(CONSUMER.key),
        "oauth_nonce": "n",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1191242096",
        **({} if token is None else {"oauth_token": token}),
    }
    joined = "&".join(f"{name}={value}" for name, value in sorted(pairs.items()))
    base = f"GET&http%3A%2F%2Fa.example%2F&{oauth2.escape(joined)}"
    digest = base64.b64encode(hmac.digest(key.encode(), base.encode(), hashlib.sha1)).decode()
    query = f"{joined}&oauth_signature={oauth2.escape(digest)}"
    return ["verify", f"http://a.example/?{query}", "--at", "1191242096"]


@pytest.mark.parametrize("token", [None, ""])
def test_secret_of_a_token_that_is_not_sent_is_what_is_wrong(
    command: Command, token: str | None
) -> None:
    """And the key is not called right; a blank token is none."""
    ran = command(*by_key("consumer-sekrit&token-sekrit", token), **ENVIRON)
    assert ran.status == 1
    assert "The key has the token's secret, but the request has no oauth_token." in ran.text
    assert "The key is right" not in ran.text
    assert command(*by_key("consumer-sekrit&", token), **ENVIRON).status == 0


@pytest.mark.parametrize("change", ["%3D%0A", ""])
def test_right_key_is_not_all_that_is_said_of_a_wrong_signature(
    command: Command, change: str
) -> None:
    """How the signature is written is said before it."""
    words = by_key("consumer-sekrit&token-sekrit", str(TOKEN.key))
    assert words[1].endswith("%3D")
    words[1] = words[1][:-3] + change
    ran = command(*words, **ENVIRON)
    below = ran.text.partition("It does not verify.\n\n")[2].split("\n\n")
    assert (ran.status, len(below)) == (1, 2)
    assert below[0].startswith("The signature ")
    assert below[1].startswith("The key is right: ")


def test_version_1_0a_is_explained(command: Command) -> None:
    """The revision has no number of its own."""
    words = by_key("consumer-sekrit&token-sekrit", str(TOKEN.key))
    ran = command(words[0], f"{words[1]}&oauth_version=1.0A", *words[2:], **ENVIRON)
    said = "'1.0A' not supported: expected '1.0'; OAuth 1.0a keeps oauth_version 1.0, or leaves it"
    assert said in ran.text


def test_signature_that_nothing_is_known_of_has_no_cause(command: Command) -> None:
    """Of PLAINTEXT by an empty secret nothing is looked for."""
    words = by_key("x&", None)
    words[1] = words[1].replace("HMAC-SHA1", "PLAINTEXT")
    ran = command(*words, OAUTH_CONSUMER_KEY=str(CONSUMER.key), OAUTH_CONSUMER_SECRET="")
    assert (ran.status, ran.errors) == (1, "")
    assert ran.text.endswith(
        "Invalid signature: PLAINTEXT with other secrets.\nIt does not verify.\n"
    )


def test_what_was_received_writes_no_line_of_its_own(command: Command) -> None:
    """Or whoever sent it would say that it verifies."""
    words = by_key("x&", None)
    words[1] = words[1].replace("oauth_consumer_key=", "oauth_consumer_key=%0AIt%20verifies.%0A")
    ran = command(*words, **ENVIRON)
    assert "It verifies." in ran.text
    assert "It verifies." not in ran.text.splitlines()
