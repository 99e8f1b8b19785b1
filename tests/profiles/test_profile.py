"""A profile: what it shows, and how it goes through the environment and through JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from known import CONSUMER
from secrets_check import assert_no_secret

from oauth2 import Consumer, Token, escape
from oauth2.profiles.atomic_file import ProfileError
from oauth2.profiles.profile import Profile, invalid_field, wrong_field

ENVIRONMENT = {
    "OAUTH_CONSUMER_KEY": "key",
    "OAUTH_CONSUMER_SECRET": "consumer-sekrit",
    "OAUTH_TOKEN": "token",
    "OAUTH_TOKEN_SECRET": "token-sekrit",
}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
OCTETS = st.one_of(TEXTS, st.binary(max_size=12))


def token() -> Token:
    made = Token("token", "token-sekrit")
    made.extra = {"screen_name": "ann", "oauth_session_handle": "handle sekrit"}
    return made


def test_repr_shows_no_secret() -> None:
    """Neither those of consumer and token, nor what came with the token."""
    assert "sekrit" not in repr(Profile("mine", CONSUMER, token()))


@pytest.mark.parametrize("name", ["", "a\nb", "\x1b[31m", "\udce9"])
def test_name_that_a_terminal_cannot_show_is_refused(name: str) -> None:
    """Names are listed, and typed again."""
    with pytest.raises(ProfileError, match="name: expected printable text, got '"):
        Profile(name, CONSUMER)


def test_profile_goes_into_the_environment() -> None:
    """Under the names that other programs read."""
    assert Profile("mine", CONSUMER, token()).to_environment() == ENVIRONMENT


def test_profile_without_a_token_gives_those_of_the_consumer_alone() -> None:
    """A two-legged request needs no more."""
    assert list(Profile("mine", CONSUMER).to_environment()) == [
        "OAUTH_CONSUMER_KEY",
        "OAUTH_CONSUMER_SECRET",
    ]


def test_environment_is_read_back() -> None:
    """What one command exported signs in another."""
    profile = Profile.from_environment(ENVIRONMENT)
    assert profile is not None
    assert profile.name == "environment"
    assert profile.to_environment() == ENVIRONMENT


@pytest.mark.parametrize(
    "environ",
    [{}, {"OAUTH_CONSUMER_KEY": ""}, {"OAUTH_TOKEN": "t", "OAUTH_CONSUMER_SECRET": "sekrit"}],
)
def test_environment_without_a_consumer_key_is_no_profile(environ: dict[str, str]) -> None:
    """Then the profiles of the file are asked."""
    assert Profile.from_environment(environ) is None


@pytest.mark.parametrize("token_secret", [{}, {"OAUTH_TOKEN_SECRET": ""}])
def test_environment_without_a_token_is_a_consumer_alone(token_secret: dict[str, str]) -> None:
    """An empty secret is a secret."""
    environ = {"OAUTH_CONSUMER_KEY": "key", "OAUTH_CONSUMER_SECRET": "", **token_secret}
    profile = Profile.from_environment(environ)
    assert profile is not None
    assert (profile.consumer.secret, profile.token) == ("", None)


@pytest.mark.parametrize("secret", [None, "", "token-sekrit"])
def test_blank_token_in_the_environment_is_a_blank_token(secret: str | None) -> None:
    """Its secret may be left out, as there is nothing to keep; and it is written back so."""
    environ = {"OAUTH_CONSUMER_KEY": "key", "OAUTH_CONSUMER_SECRET": "", "OAUTH_TOKEN": ""}
    if secret is not None:
        environ["OAUTH_TOKEN_SECRET"] = secret
    profile = Profile.from_environment(environ)
    assert profile is not None
    assert profile.token is not None
    assert (profile.token.key, profile.token.secret) == ("", secret or "")
    assert profile.to_environment() == {**environ, "OAUTH_TOKEN_SECRET": secret or ""}


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        (
            "OAUTH_CONSUMER_SECRET",
            "OAUTH_CONSUMER_SECRET: expected it beside OAUTH_CONSUMER_KEY, got none",
        ),
        ("OAUTH_TOKEN_SECRET", "OAUTH_TOKEN_SECRET: expected it beside OAUTH_TOKEN, got none"),
        ("OAUTH_TOKEN", "OAUTH_TOKEN: expected it beside OAUTH_TOKEN_SECRET, got none"),
    ],
)
def test_half_of_a_pair_in_the_environment_is_refused(missing: str, message: str) -> None:
    """The error names the variable that is missing."""
    environ = {name: value for name, value in ENVIRONMENT.items() if name != missing}
    with pytest.raises(ProfileError) as caught:
        Profile.from_environment(environ)
    assert str(caught.value) == message
    assert_no_secret(caught.value, "sekrit")


@settings(deadline=None)
@given(OCTETS, OCTETS, OCTETS.filter(len), OCTETS, st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_credentials_come_back_from_json_as_the_same_octets(
    key: Any, secret: Any, token_key: Any, token_secret: Any, extra: dict[str, str]
) -> None:
    """Text, bytes, and octets that are not valid UTF-8 sign the same afterwards."""
    made = Token(token_key, token_secret)
    made.extra = extra
    profile = Profile("mine", Consumer(key, secret), made)
    entry = json.loads(json.dumps({**profile.settings(), **profile.credentials()}))
    assert invalid_field(entry, ("key", "secret")) is None
    back = Profile.from_entry("mine", entry)
    assert back.token is not None
    assert back.token.extra == extra
    for before, after in ((profile.consumer, back.consumer), (made, back.token)):
        assert escape(after.key) == escape(before.key)
        assert escape(after.secret) == escape(before.secret)


def test_settings_come_back_from_json() -> None:
    """All that signing needs beside the credentials."""
    profile = Profile(
        "mine",
        CONSUMER,
        None,
        service="jira",
        signature_method="RSA-SHA1",
        placement="query",
        realm="r\u00e9",
        private_key="/keys/jira.pem",
        variables={"base": "https://jira.example"},
    )
    entry = json.loads(json.dumps({**profile.settings(), **profile.credentials()}))
    back = Profile.from_entry("mine", entry)
    assert back.settings() == profile.settings()
    assert (back.token, back.variables) == (None, {"base": "https://jira.example"})


WHOLE = {
    "consumer": {"key": "k", "secret": "s"},
    "token": {"key": "t", "secret": "s", "extra": {"a": "b"}},
}


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (WHOLE, None),
        ({"consumer": {"key": "k", "secret": ""}}, None),
        ({**WHOLE, "token": None, "service": None, "variables": None}, None),
        ([], "profile"),
        ({}, "consumer"),
        ({"consumer": "k"}, "consumer"),
        ({"consumer": {"key": "k"}}, "consumer"),
        ({"consumer": {"key": "k", "secret": 7}}, "consumer"),
        ({**WHOLE, "token": {}}, "token"),
        ({**WHOLE, "token": {"key": "t", "secret": None}}, "token"),
        ({**WHOLE, "token": {"key": "t", "secret": "s", "extra": [1]}}, "token.extra"),
        ({**WHOLE, "service": 7}, "service"),
        ({**WHOLE, "signature_method": ["HMAC-SHA1"]}, "signature_method"),
        ({**WHOLE, "variables": ["x"]}, "variables"),
        ({**WHOLE, "variables": {"base": 1}}, "variables"),
    ],
)
def test_field_that_no_profile_can_have_is_named(entry: Any, field: str | None) -> None:
    """Whoever edited the file by hand learns where to look."""
    assert invalid_field(entry, ("key", "secret")) == field


def test_variables_are_read_from_a_private_file(tmp_path: Path) -> None:
    """As ``profiles export`` writes them, quoted as for a shell."""
    path = tmp_path / "variables"
    path.touch(0o600)
    path.write_text(
        "# it's mine\nexport OAUTH_CONSUMER_KEY='a b'\nOAUTH_CONSUMER_SECRET=sek#rit=\n"
    )
    profile = Profile.from_file(path)
    assert (profile.consumer.key, profile.consumer.secret) == ("a b", "sek#rit=")
    assert profile.token is None


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("OAUTH_CONSUMER_KEY=k", 0o644, "others can read"),
        ("OAUTH_CONSUMER_KEY='k", 0o600, "expected NAME=value in each line: No closing quotation"),
        ("OAUTH_CONSUMER_KEY=a key", 0o600, "expected NAME=value in each line, a value with"),
        ("OTHER=k", 0o600, "expected a line OAUTH_CONSUMER_KEY=…, got none"),
    ],
)
def test_a_file_of_variables_that_cannot_be_read_is_an_error(
    tmp_path: Path, text: str, mode: int, reason: str
) -> None:
    """It says once which file, and why."""
    path = tmp_path / "variables"
    path.write_text(text)
    path.chmod(mode)
    with pytest.raises(ProfileError) as caught:
        Profile.from_file(path)
    assert str(caught.value).startswith(f"{path}: {reason}")
    assert str(caught.value).count(str(path)) <= 2


def test_a_profile_signs_into_the_header_unless_it_says_otherwise() -> None:
    """And without a body hash, which many providers refuse."""
    profile = Profile("p", Consumer("key", "sekrit"), signature_method="HMAC-SHA256", realm="r")
    sent = profile.client().sign("http://a.example/")
    assert sent.headers["Authorization"].startswith('OAuth realm="r"')
    assert 'oauth_signature_method="HMAC-SHA256"' in sent.headers["Authorization"]
    assert "oauth_body_hash" not in sent.headers["Authorization"]
    assert sent.headers["User-Agent"] == "python-oauth2"
    assert "oauth_signature=" in profile.client(placement="query").sign("http://a.example/").uri


def test_a_private_key_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """It names the file."""
    missing = str(tmp_path / "key.pem")
    profile = Profile("p", Consumer("key", ""), signature_method="RSA-SHA1", private_key=missing)
    with pytest.raises(ProfileError, match=r"key\.pem: No such file"):
        profile.client()


def test_the_name_of_2_1_checks_an_entry_too() -> None:
    """Programs that import it find the same function."""
    assert wrong_field is invalid_field


@pytest.mark.parametrize(
    ("realm", "by_client", "by_signer"),
    [
        (None, 'OAuth realm="http://a.example", oauth_', "OAuth oauth_"),
        ("r", 'OAuth realm="r", oauth_', 'OAuth realm="r", oauth_'),
        ("", 'OAuth realm="", oauth_', 'OAuth realm="", oauth_'),
        (False, "OAuth oauth_", "OAuth oauth_"),
    ],
)
def test_realm_of_a_profile_is_that_of_what_it_makes(
    realm: str | bool | None, by_client: str, by_signer: str
) -> None:
    """False leaves it out; where none is set, a Client has the origin, and a Signer none."""
    profile = Profile("p", CONSUMER, realm=realm)
    sent = profile.client().sign("http://a.example/")
    signed = profile.signer().sign("GET", "http://a.example/")
    assert sent.headers["Authorization"].startswith(by_client)
    assert signed.headers["Authorization"].startswith(by_signer)


def test_realm_that_is_left_out_comes_back_from_json() -> None:
    """It is told from one that is not set."""
    profile = Profile("mine", CONSUMER, realm=False)
    entry = json.loads(json.dumps({**profile.settings(), **profile.credentials()}))
    assert entry["realm"] is False
    assert invalid_field(entry, ("key", "secret")) is None
    assert Profile.from_entry("mine", entry).realm is False


def test_realm_of_another_kind_is_an_invalid_field() -> None:
    """Whoever edited the file by hand learns where to look."""
    assert invalid_field({**WHOLE, "realm": True}, ("key", "secret")) == "realm"


def test_signer_of_a_profile_signs_as_its_client_does() -> None:
    """Into the header, without a body hash, by its method; options say otherwise."""
    profile = Profile("p", CONSUMER, token(), signature_method="HMAC-SHA256")
    header = profile.signer().sign("PUT", "http://a.example/", body=b"a").headers["Authorization"]
    assert 'oauth_signature_method="HMAC-SHA256"' in header
    assert 'oauth_token="token"' in header
    assert "oauth_body_hash" not in header
    signer = profile.signer(placement="query", include_body_hash=True, clock_offset=7)
    signed = signer.sign("PUT", "http://a.example/", body=b"a")
    assert "oauth_body_hash=" in signed.url
    assert (signed.headers, signer.clock_offset) == ({}, 7)


def test_signer_of_a_profile_has_the_placement_of_the_profile() -> None:
    """As far as `oauth2 authorize` was told one."""
    signer = Profile("p", CONSUMER, placement="query").signer()
    assert "oauth_signature=" in signer.sign("GET", "http://a.example/").url


def test_signer_whose_private_key_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """It names the file."""
    missing = str(tmp_path / "key.pem")
    profile = Profile("p", CONSUMER, signature_method="RSA-SHA1", private_key=missing)
    with pytest.raises(ProfileError, match=r"key\.pem: No such file"):
        profile.signer()
