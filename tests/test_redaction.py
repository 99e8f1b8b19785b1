"""What is secret, and that it is hidden however it is written."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from growth import assert_linear

from oauth2.redaction import redacted, redacted_base_string

SECRET = "the/consumer+sekrit=&more \u00e9"


@pytest.mark.parametrize(
    "write",
    [
        str,
        quote,
        lambda s: quote(s, safe=""),
        lambda s: quote(quote(s, safe=""), safe=""),
        lambda s: quote(quote(quote(s, safe=""), safe=""), safe=""),
        lambda s: quote(s, safe="").lower(),
        lambda s: urlencode({"": s})[1:],
        lambda s: json.dumps(s)[1:-1],
        lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
        lambda s: json.dumps(s, ensure_ascii=False)[1:-1].replace("&", "\\u0026"),
        lambda s: s.replace("&", "&amp;"),
    ],
    ids=["plain", "quote", "once", "twice", "thrice", "lower", "form", "json", "php", "go", "html"],
)
@pytest.mark.parametrize("around", ["{}", '"{}"', "x{}x", "\\u0026{}\\u0026", "%26{}%26", "s&{}"])
def test_a_secret_is_blanked_however_it_is_written(write: Any, around: str) -> None:
    """PLAINTEXT signatures, base strings and echoed requests hold secrets in every encoding."""
    told = redacted(around.format(write(SECRET)), ["other", SECRET])
    assert told == around.format("***")


def test_a_secret_of_octets_is_blanked() -> None:
    """Secrets may be bytes, also such as are no UTF-8."""
    assert redacted("a=%E9%FFlong-one", [b"\xe9\xfflong-one"]) == "a=***"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("secret", "***"),
        ("a secret.", "a ***."),
        ("secretary no_secret secret-ly", "secretary no_secret secret-ly"),
        ("key%26secret", "key%26***"),
        ("key%2526secret%2526", "key%2526***%2526"),
        ("key%252526secret%252526", "key%252526***%252526"),
        ('"key\\u0026secret"', '"key\\u0026***"'),
    ],
)
def test_a_short_secret_is_blanked_as_a_word(told: str, shown: str) -> None:
    """Or a secret of one letter would leave nothing to read."""
    assert redacted(told, ["secret"]) == shown


def test_the_longer_of_two_secrets_goes_first() -> None:
    """When one begins the other, no tail of it is left."""
    assert redacted("abcdefgh-ijkl", ["abcdefgh", "abcdefgh-ijkl", ""]) == "***"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("oauth_token=t&oauth_token_secret=new&x=y", "oauth_token=t&oauth_token_secret=***&x=y"),
        ("oauth_consumer_secret=a%26b", "oauth_consumer_secret=***"),
        ("oauth_session_handle=h", "oauth_session_handle=***"),
        ("x_auth_password=p&x_auth_mode=m", "x_auth_password=***&x_auth_mode=m"),
        ('{"oauth_token_secret" : "a\\"b & c", "n": 1}', '{"oauth_token_secret" : "***", "n": 1}'),
        ('{"oauth_token_secret":"it\'s"}', '{"oauth_token_secret":"***"}'),
        ("{'oauth_token_secret': 'new'}", "{'oauth_token_secret': '***'}"),
        ('{"tokenSecret":"new"}', '{"tokenSecret":"***"}'),
        ('{"oauth_token_secret": 1234}', '{"oauth_token_secret": ***'),
        ("oauth_token_secret%3Dnew", "oauth_token_secret%3D***"),
        ("oauth_token_secret%25253Dnew", "oauth_token_secret%25253D***"),
        ("<oauth_token_secret>new</x>", "<oauth_token_secret>***</x>"),
        ('OAuth oauth_session_handle="h", a="b"', 'OAuth oauth_session_handle="***", a="b"'),
        ("the secret is out", "the secret is out"),
    ],
)
def test_fields_that_hold_secrets_are_blanked(told: str, shown: str) -> None:
    """Those of a token that was never made, as its answer lacks something else."""
    assert redacted(told, []) == shown


@pytest.mark.long
@pytest.mark.parametrize(
    "secret", ["\\" * 60 + "!", '\\"' * 60, "&" * 4096, "'" * 4096, "%" * 4096], ids=ascii
)
def test_a_secret_of_a_provider_cannot_stop_the_program(secret: str) -> None:
    """It is what an answer is searched for, and takes linear time whatever is in it."""

    def body(size: int) -> str:
        return "\\" * (size // 2) + "& '%\"!" * (size // 12)

    assert_linear(lambda text: redacted(text, [secret]), body, 40_000)


@pytest.mark.parametrize(
    "told",
    [
        "it&#039;s-&quot;me&quot;-123",
        "it&#39;s-&#34;me&#34;-123",
        "it&#x27;s-&quot;me&quot;-123",
        'it\'s-\\"me\\"-123',
        "it&amp;#x27;s-&amp;quot;me&amp;quot;-123",
    ],
    ids=["PHP", "Jinja", "Python", "JSON", "HTML within HTML"],
)
def test_quotes_in_a_password_are_known_as_templates_write_them(told: str) -> None:
    """A page that says which password was wrong shows none."""
    assert redacted(f"wrong: {told}!", ['it\'s-"me"-123']) == "wrong: ***!"


@pytest.mark.parametrize("piece", ["secret%255B", "secret", "secret%255Ba%255D", "secret%3D"])
def test_base_string_is_redacted_in_linear_time(piece: str) -> None:
    """Whoever is refused chose each octet of it."""
    assert_linear(
        redacted_base_string, lambda size: f"GET&http%3A%2F%2Fa%2F&a{piece * size}&", 2000
    )
