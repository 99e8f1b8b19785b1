"""Consumer, Token, and the values that are made up for a request."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import pytest
from hypothesis import given, settings, strategies as st
from secrets_check import assert_no_secret

from oauth2 import (
    Consumer,
    Token,
    generate_nonce,
    generate_timestamp,
    generate_verifier,
)
from oauth2.credentials import require_credentials

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
BOTH = pytest.mark.parametrize("cls", [Consumer, Token])


@BOTH
@pytest.mark.parametrize(
    ("key", "secret"), [("key", "secret"), (b"key", b"secret"), ("key", ""), ("", "secret")]
)
def test_key_and_secret_are_kept_as_they_were_given(cls: Any, key: Any, secret: Any) -> None:
    """Text and bytes are both right, and an empty secret is legal."""
    made = cls(key, secret)
    assert (made.key, made.secret) == (key, secret)


@BOTH
@pytest.mark.parametrize(
    ("key", "secret", "named"), [(None, "sesame", "key"), ("key", None, "secret")]
)
def test_none_is_refused_by_a_value_error(cls: Any, key: Any, secret: Any, named: str) -> None:
    """Key and secret must be set; the error names the one that is not."""
    with pytest.raises(ValueError, match=f"{cls.__name__} {named} must be set") as caught:
        cls(key, secret)
    assert_no_secret(caught.value, "sesame")


@BOTH
@pytest.mark.parametrize("value", [7, ["sesame"], {"sesame": 1}, bytearray(b"sesame"), object()])
def test_secret_of_another_type_is_refused_by_a_type_error(cls: Any, value: object) -> None:
    """The error names the argument and the type that came, and never shows the secret."""
    with pytest.raises(TypeError, match=rf"{cls.__name__} secret: expected str or bytes") as caught:
        cls("key", value)
    assert type(value).__name__ in str(caught.value)
    assert_no_secret(caught.value, "sesame")


@BOTH
@pytest.mark.parametrize("value", [7, ["key"], object()])
def test_key_of_another_type_is_refused_by_a_type_error(cls: Any, value: object) -> None:
    """A key is a string too, and the secret beside it is not shown."""
    expected = f"{cls.__name__} key: expected str or bytes, got {type(value).__name__}"
    with pytest.raises(TypeError, match=f"^{expected}$") as caught:
        cls(value, "sesame")
    assert_no_secret(caught.value, "sesame")


@BOTH
@pytest.mark.parametrize(
    ("key", "secret"), [(("key",), "sesame"), ("key", ("sesame",)), (("key",), ("sesame",))]
)
def test_stray_comma_is_guessed(cls: Any, key: Any, secret: Any) -> None:
    """A stray comma makes a tuple, and the error says so."""
    with pytest.raises(TypeError, match=r"got tuple \(is there a stray comma\?\)") as caught:
        cls(key, secret)
    assert_no_secret(caught.value, "sesame")


@BOTH
def test_repr_shows_the_key_and_never_the_secret(cls: Any) -> None:
    """What gets into logs holds no secret."""
    assert repr(cls("key", "sesame")) == f"{cls.__name__}(key='key')"


@BOTH
def test_repr_names_the_subclass(cls: Any) -> None:
    """A subclass is shown by its own name."""
    subclass = type("Mine", (cls,), {})
    assert repr(subclass("key", "sesame")) == "Mine(key='key')"


@pytest.mark.parametrize(
    ("consumer", "expected"),
    [
        (Consumer("k", "s"), "oauth_consumer_key=k&oauth_consumer_secret=s"),
        (Consumer("k&", "s="), "oauth_consumer_key=k%26&oauth_consumer_secret=s%3D"),
        (Consumer("\u00e9", ""), "oauth_consumer_key=%C3%A9&oauth_consumer_secret="),
        (Consumer(b"k", b"\xe9"), "oauth_consumer_key=k&oauth_consumer_secret=%E9"),
        (Consumer("k", "\udce9"), "oauth_consumer_key=k&oauth_consumer_secret=%E9"),
    ],
)
def test_consumer_as_text_is_url_encoded(consumer: Consumer, expected: str) -> None:
    """``str(consumer)`` is a form of its key and its secret."""
    assert str(consumer) == expected


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_consumer_as_text_is_read_back_by_the_standard_library(key: str, secret: str) -> None:
    """Whatever key and secret hold, they come out of the form again."""
    pairs = parse_qsl(str(Consumer(key, secret)), keep_blank_values=True)
    assert pairs == [("oauth_consumer_key", key), ("oauth_consumer_secret", secret)]


@pytest.mark.parametrize("name", ["callback", "callback_confirmed", "verifier"])
def test_token_has_no_callback_and_no_verifier_at_first(name: str) -> None:
    """These belong to a request token that is under way."""
    assert getattr(Token("key", "secret"), name) is None


def test_token_has_nothing_extra_at_first() -> None:
    """``extra`` is a dict of its own for every token."""
    one, other = Token("key", "secret"), Token("key", "secret")
    assert one.extra == {}
    assert one.extra is not other.extra


@pytest.mark.parametrize("callback", ["http://a.example/", "oob", "", None])
def test_set_callback_confirms_it_too(callback: str | None) -> None:
    """The callback is set and confirmed, for None as well."""
    token = Token("key", "secret")
    token.set_callback(callback)
    assert (token.callback, token.callback_confirmed) == (callback, "true")


@pytest.mark.parametrize("verifier", ["abc", "0", ""])
def test_set_verifier_sets_what_is_given(verifier: str) -> None:
    """An empty verifier stays empty."""
    token = Token("key", "secret")
    token.set_verifier(verifier)
    assert token.verifier == verifier


@pytest.mark.parametrize("arguments", [(), (None,)])
def test_set_verifier_makes_one_up_for_none(arguments: tuple[None, ...]) -> None:
    """Without a verifier, eight digits are generated."""
    token = Token("key", "secret")
    token.set_verifier(*arguments)
    assert token.verifier is not None
    assert (len(token.verifier), token.verifier.isdigit()) == (8, True)


@pytest.mark.parametrize(
    ("callback", "verifier", "expected"),
    [
        (None, None, None),
        (None, "v", None),
        ("http://a.example/", None, "http://a.example/"),
        ("http://a.example/", "", "http://a.example/"),
        ("http://a.example", "v", "http://a.example?oauth_verifier=v"),
        ("http://a.example/", "v", "http://a.example/?oauth_verifier=v"),
        ("http://a.example/?", "v", "http://a.example/?oauth_verifier=v"),
        ("http://a.example/?b=c", "v", "http://a.example/?b=c&oauth_verifier=v"),
        ("http://a.example/?b=c%2f&b=c", "v", "http://a.example/?b=c%2f&b=c&oauth_verifier=v"),
        ("http://a.example/;p?b#f", "v", "http://a.example/;p?b&oauth_verifier=v#f"),
        ("http://a.example/", "a&b c", "http://a.example/?oauth_verifier=a%26b%20c"),
        ("app://done", "v", "app://done?oauth_verifier=v"),
    ],
)
def test_callback_url_carries_the_verifier_in_its_query(
    callback: str | None, verifier: str | None, expected: str | None
) -> None:
    """RFC 5849 section 2.2: appended to the query, all else of the URL as it was."""
    token = Token("key", "secret")
    token.callback, token.verifier = callback, verifier
    assert token.get_callback_url() == expected


@pytest.mark.parametrize(
    ("key", "secret", "expected"),
    [
        ("t", "s", "oauth_token=t&oauth_token_secret=s"),
        ("t&", "s s", "oauth_token=t%26&oauth_token_secret=s+s"),
        (b"\xc3\xa9", b"\xe9", "oauth_token=%C3%A9&oauth_token_secret=%E9"),
        ("t", "", "oauth_token=t&oauth_token_secret="),
    ],
)
def test_token_as_text_is_url_encoded(key: Any, secret: Any, expected: str) -> None:
    """``to_string`` and ``str`` are a form of key and secret."""
    token = Token(key, secret)
    assert (token.to_string(), str(token)) == (expected, expected)


def test_token_as_text_tells_that_the_callback_is_confirmed() -> None:
    """The answer to a request for a request token ends in oauth_callback_confirmed."""
    token = Token("t", "s")
    token.set_callback("http://a.example/")
    assert str(token) == "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true"


def test_str_of_a_subclass_goes_through_its_to_string() -> None:
    """A program that overrides ``to_string`` is honoured by ``str``."""

    class Mine(Token):
        def to_string(self) -> str:
            return "mine"

    assert str(Mine("t", "s")) == "mine"


@settings(deadline=None)
@given(TEXTS.filter(bool), TEXTS, st.booleans())
def test_from_string_reads_what_to_string_writes(key: str, secret: str, confirmed: bool) -> None:
    """Key, secret and confirmation come back, whatever they hold."""
    token = Token(key, secret)
    if confirmed:
        token.set_callback("http://a.example/")
    read = Token.from_string(token.to_string())
    assert (read.key, read.secret) == (key, secret)
    assert (read.callback_confirmed, read.extra) == (token.callback_confirmed, {})


def test_callback_that_is_confirmed_twice_is_not_confirmed() -> None:
    """The confirmation is text or None, and what was told stays in ``extra``."""
    answer = "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed="
    token = Token.from_string(f"{answer}true&oauth_callback_confirmed=false")
    assert token.callback_confirmed is None
    assert token.extra == {"oauth_callback_confirmed": ["true", "false"]}


def test_from_string_reads_octets_that_are_no_utf8() -> None:
    """A secret of any octets goes through text and back."""
    read = Token.from_string(str(Token("t", b"\xe9")))
    assert str(read) == "oauth_token=t&oauth_token_secret=%E9"


@pytest.mark.parametrize(
    "text",
    [
        "oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true",
        b"oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true",
        "oauth_callback_confirmed=true&oauth_token_secret=hdhd0244k9j7ao03&oauth_token=hh5s93j4hdidpola",
    ],
    ids=["text", "bytes", "another order"],
)
def test_from_string_reads_the_answer_of_rfc5849_section_1_2(text: str | bytes) -> None:
    """The example of the RFC, as text and as bytes."""
    token = Token.from_string(text)
    assert (token.key, token.secret) == ("hh5s93j4hdidpola", "hdhd0244k9j7ao03")
    assert token.callback_confirmed == "true"


def test_from_string_keeps_what_else_the_provider_sent() -> None:
    """Twitter's answer: user_id and screen_name are in ``extra``; a repeated name has a list."""
    token = Token.from_string(
        "oauth_token=t&oauth_token_secret=s&user_id=6253282&screen_name=twitter+api"
        "&oauth_expires_in=3600&blank=&many=1&many=2"
    )
    assert token.extra == {
        "user_id": "6253282",
        "screen_name": "twitter api",
        "oauth_expires_in": "3600",
        "blank": "",
        "many": ["1", "2"],
    }


def test_from_string_builds_the_subclass() -> None:
    """A program that subclasses Token gets its own kind."""

    class Mine(Token):
        pass

    assert type(Mine.from_string("oauth_token=t&oauth_token_secret=s")) is Mine


def test_from_string_takes_an_empty_secret() -> None:
    """A token without a secret is legal, as long as the field is there."""
    assert Token.from_string("oauth_token=t&oauth_token_secret=").secret == ""


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", "oauth_token"),
        (b"", "oauth_token"),
        ("no pairs at all", "oauth_token"),
        ("&&", "oauth_token"),
        ("a=b", "oauth_token"),
        ("oauth_token_secret=sesame", "oauth_token"),
        ("oauth_token=&oauth_token_secret=sesame", "oauth_token"),
        ("oauth_token&oauth_token_secret=sesame", "oauth_token"),
        ("oauth_token=t", "oauth_token_secret"),
        ("oauth_token=t&secret=sesame", "oauth_token_secret"),
        ('{"oauth_token": "t", "oauth_token_secret": "sesame"}', "oauth_token"),
        ("<p>Your secret is sesame</p>", "oauth_token"),
    ],
)
def test_from_string_refuses_text_that_is_no_token(text: str | bytes, missing: str) -> None:
    """The error says which field was expected, and does not quote the text."""
    with pytest.raises(ValueError, match=f"expected a token with {missing}, ") as caught:
        Token.from_string(text)
    assert_no_secret(caught.value, "sesame")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", "none"),
        ("a=b", "none"),
        ("oauth_problem=p&oauth_session_handle=s&a=b", "oauth_problem, oauth_session_handle"),
    ],
)
def test_from_string_lists_the_oauth_fields(text: str, fields: str) -> None:
    """By their names alone."""
    with pytest.raises(ValueError, match=f"got the OAuth fields: {fields}$"):
        Token.from_string(text)


def test_from_string_names_the_oauth_fields_that_came() -> None:
    """A provider's oauth_problem is named, its advice and other text are not."""
    with pytest.raises(ValueError, match=r"got the OAuth fields: oauth_problem$") as caught:
        Token.from_string("oauth_problem=nonce_used&sesame=1&oauth_SESAME=2")
    assert_no_secret(caught.value, "sesame", "SESAME")


@pytest.mark.parametrize("text", [None, 7, {"oauth_token": "t", "oauth_token_secret": "sesame"}])
def test_from_string_refuses_what_is_no_text(text: Any) -> None:
    """A programmer's mistake is a TypeError or a ValueError, nothing else."""
    with pytest.raises((TypeError, ValueError)) as caught:
        Token.from_string(text)
    assert_no_secret(caught.value, "sesame")


@pytest.mark.parametrize("repeated", ["oauth_token=t&oauth_token=u", "oauth_token_secret=x"])
def test_from_string_refuses_key_or_secret_that_came_twice(repeated: str) -> None:
    """Nobody can say which of two secrets is meant; neither is shown."""
    with pytest.raises((TypeError, ValueError)) as caught:
        Token.from_string(f"oauth_token=t&oauth_token_secret=sesame&{repeated}")
    assert_no_secret(caught.value, "sesame")


def test_timestamp_is_the_whole_seconds_of_the_clock() -> None:
    """An int between the clock before and the clock after."""
    before = int(time.time())
    timestamp = generate_timestamp()
    assert type(timestamp) is int
    assert before <= timestamp <= int(time.time())


@pytest.mark.parametrize("generate", [generate_nonce, generate_verifier])
@pytest.mark.parametrize("length", [0, 1, 8, 40])
def test_generated_value_has_that_many_digits(generate: Callable[[int], str], length: int) -> None:
    """The length is what was asked for, and all of it decimal digits."""
    value = generate(length)
    assert len(value) == length
    assert set(value) <= set("0123456789")


@pytest.mark.parametrize("generate", [generate_nonce, generate_verifier])
def test_generated_value_has_eight_digits_by_default(generate: Callable[[], str]) -> None:
    """Eight, as ever."""
    assert len(generate()) == 8


@pytest.mark.parametrize("generate", [generate_nonce, generate_verifier])
def test_generated_value_uses_every_digit(generate: Callable[[int], str]) -> None:
    """All ten digits occur in a long one."""
    assert set(generate(2000)) == set("0123456789")


@pytest.mark.parametrize("generate", [generate_nonce, generate_verifier])
def test_generated_value_does_not_depend_on_the_seed_of_random(
    generate: Callable[[int], str],
) -> None:
    """The digits are from the system's secure source, not from the module random."""
    state = random.getstate()
    try:
        random.seed(1)
        one = generate(40)
        random.seed(1)
        other = generate(40)
    finally:
        random.setstate(state)
    assert one != other


@pytest.mark.parametrize("consumer", [Consumer("k", "s"), None])
@pytest.mark.parametrize("token", [Token("t", "s"), None])
def test_consumer_and_token_or_none_are_what_clients_need(
    consumer: Consumer | None, token: Token | None
) -> None:
    """A Consumer, a Token, and None for either, pass."""
    require_credentials(consumer, token)


@pytest.mark.parametrize("consumer", ["key", ("key", "sesame"), Token("key", "sesame")])
def test_client_with_another_thing_for_a_consumer_is_refused(consumer: object) -> None:
    """The error says what came by its type."""
    expected = f"Invalid consumer: expected a Consumer.*, got {type(consumer).__name__}$"
    with pytest.raises(ValueError, match=expected) as caught:
        require_credentials(consumer, None)
    assert_no_secret(caught.value, "sesame")


@pytest.mark.parametrize("token", ["", "token", ("token", "sesame"), Consumer("key", "sesame")])
def test_client_with_another_thing_for_a_token_is_refused(token: object) -> None:
    """The error says what came by its type."""
    expected = f"Invalid token: expected a Token or None, got {type(token).__name__}"
    with pytest.raises(ValueError, match=expected) as caught:
        require_credentials(Consumer("k", "s"), token)
    assert_no_secret(caught.value, "sesame")


def test_consumer_as_text_holds_key_and_secret_and_nothing_else() -> None:
    """The form has exactly two fields."""
    fields = parse_qs(str(Consumer("k", "s")))
    assert fields == {"oauth_consumer_key": ["k"], "oauth_consumer_secret": ["s"]}


def test_a_token_that_1_9_pickled_has_extra() -> None:
    """Its state knows of key and secret only."""
    token = Token.__new__(Token)
    token.__dict__.update(key="k", secret="s")
    assert token.extra == {}


def test_a_token_string_with_two_tokens_is_a_value_error() -> None:
    """There is no telling which is meant."""
    with pytest.raises(ValueError, match="oauth_token") as caught:
        Token.from_string("oauth_token=a&oauth_token=b&oauth_token_secret=sesame")
    assert_no_secret(caught.value, "sesame")
