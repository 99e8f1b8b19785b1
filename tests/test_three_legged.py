"""What a flow asks for and checks, whoever sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from granting import CALLBACK, CONSUMER, SECRETS, endpoints, tokens
from secrets_check import assert_no_secret
from wire import Origin

import oauth2
from oauth2 import Flow


@pytest.fixture
def make_flow(origin: Origin, make_client: Any) -> Callable[..., Flow]:
    """Make flows to the scripted server."""
    origin.script = tokens()

    def make(**options: Any) -> Flow:
        options.setdefault("client", make_client())
        return Flow(CONSUMER, **{**endpoints(origin.url), **options})

    return make


@pytest.mark.parametrize("consumer", [None, "key", oauth2.Token("t", "sekrit")])
def test_what_is_no_consumer_is_refused(make_flow: Any, consumer: Any) -> None:
    """A flow has no use for a consumer that comes later."""
    with pytest.raises(ValueError, match=r"^Invalid consumer: expected a Consumer") as caught:
        Flow(consumer, request_token_url="", authorize_url="", access_token_url="")
    assert_no_secret(caught.value, *SECRETS)


@pytest.mark.parametrize("name", ["request_token_url", "authorize_url", "access_token_url"])
def test_what_is_no_url_is_refused(make_flow: Any, name: str) -> None:
    """At once, and not in the middle of the dance."""
    with pytest.raises(ValueError, match="expected a URL"):
        make_flow(**{name: "ftp://a.example/"})


def test_an_unknown_name_on_the_authorize_url_is_refused(make_flow: Any) -> None:
    """Only what a browser may see can be put there."""
    with pytest.raises(ValueError, match=r"authorize_names: expected .*, got 'oauth_token_secret'"):
        make_flow(authorize_names={"oauth_token_secret": "s"})


def test_an_unknown_callback_for_the_request_token_is_refused(make_flow: Any) -> None:
    """There are three."""
    with pytest.raises(ValueError, match=r"^request_token_callback: expected some of .*, got 'x'$"):
        make_flow(request_token_callback="x")


def test_an_oob_callback_is_no_address_to_put_there(make_flow: Any) -> None:
    """OAuth 1.0 has no word for it."""
    names = {"oauth_token": "oauth_token", "oauth_callback": "oauth_callback"}
    flow = make_flow(authorize_names=names)
    flow.request_token = oauth2.Token("t", "sekrit")
    assert flow.authorization_url().endswith("/authorize?oauth_token=t")


def test_the_user_is_sent_with_the_request_token(make_flow: Any) -> None:
    """And with what else the provider takes there."""
    flow = make_flow(authorize_url="https://a.example/\u00e4")
    flow.request_token = oauth2.Token(b"t&1", "sekrit")
    assert flow.authorization_url(perms="read", self="J\u00f6 rg") == (
        "https://a.example/%C3%A4?oauth_token=t%261&perms=read&self=J%C3%B6%20rg"
    )


def test_other_names_may_be_used_on_the_authorize_url(make_flow: Any) -> None:
    """E*TRADE has names of its own, and tokens that need to be encoded."""
    names = {"oauth_consumer_key": "key", "oauth_token": "token"}
    flow = make_flow(authorize_names=names)
    flow.request_token = oauth2.Token("a/b+c=", "sekrit")
    assert flow.authorization_url().endswith("/authorize?key=consumer-key&token=a%2Fb%2Bc%3D")


@pytest.mark.parametrize(
    "call",
    [
        lambda flow: flow.authorization_url(),
        lambda flow: flow.fetch_access_token("1"),
        lambda flow: flow.verifier_of(f"{CALLBACK}&oauth_token=t"),
    ],
)
def test_without_a_request_token_there_is_no_next_leg(make_flow: Any, call: Any) -> None:
    """That is a mistake of the program."""
    with pytest.raises(ValueError, match=r"^request_token: expected fetch_request_token first"):
        call(make_flow())


@pytest.mark.parametrize(
    "address",
    [
        f"{CALLBACK}&oauth_token=a%2Fb%2B%3D&oauth_verifier=v%26",
        f"{CALLBACK}&oauth_verifier=v%26&oauth_token=a%2Fb%2B%3D#_=_",
        "app://back?oauth_token=a/b%2B=&oauth_verifier=v%26#oauth_token=other",
        "?oauth_token=a/b%2B=&oauth_verifier=v%26",
    ],
)
def test_the_verifier_is_read_from_where_the_user_came_back(make_flow: Any, address: str) -> None:
    """A fragment, as some sites add, is not looked at."""
    flow = make_flow()
    flow.request_token = oauth2.Token("a/b+=", "sekrit")
    assert flow.verifier_of(address) == "v&"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("oauth_token=other&oauth_verifier=v", "another"),
        ("oauth_token=T&oauth_verifier=v", "another"),
        ("oauth_token=%C3%A9&oauth_verifier=v", "another"),
        ("oauth_token=t&oauth_token=t&oauth_verifier=v", "another"),
        ("oauth_token=t&oauth_token=other&oauth_verifier=v", "another"),
        ("oauth_token=&oauth_verifier=v", "no"),
        ("oauth_verifier=v", "no"),
        ("", "no"),
        ("#oauth_token=t&oauth_verifier=v", "no"),
        ("denied=other", "another"),
        ("oauth_token=other&denied=t", "another"),
        ("oauth_token=other&oauth_problem=user_refused", "another"),
    ],
)
@pytest.mark.parametrize("is_required", [True, False])
def test_another_request_token_is_refused(
    origin: Origin, make_flow: Any, query: str, kind: str, is_required: bool
) -> None:
    """Nothing is sent, and the text does not tell which one was expected."""
    flow = make_flow(require_callback_confirmed=is_required)
    flow.request_token = oauth2.Token("t", "sekrit")
    with pytest.raises(oauth2.RequestTokenMismatch, match=f"with {kind} request token"):
        flow.fetch_access_token(redirect_url=f"http://127.0.0.1/back?{query}")
    assert origin.received == []


@pytest.mark.parametrize(
    "query",
    [
        "denied=t",
        "oauth_token=t&denied=",
        "oauth_problem=user_refused",
        "oauth_problem=permission_denied&oauth_token=t",
        "error=access_denied",
        "error=access_denied&oauth_token=t&oauth_verifier=v",
    ],
)
def test_a_denial_is_an_error_of_its_own(make_flow: Any, query: str) -> None:
    """Twitter, Yahoo and the readers of OAuth 2 say it in different ways."""
    flow = make_flow()
    flow.request_token = oauth2.Token("t", "sekrit")
    with pytest.raises(oauth2.AuthorizationDenied, match="did not allow") as caught:
        flow.verifier_of(f"{CALLBACK}&{query}")
    assert (caught.value.problem, caught.value.status) == ("user_refused", 401)


@pytest.mark.parametrize("query", ["oauth_problem=odd%0Aone", "error=odd%0Aone&oauth_token=t"])
def test_another_problem_is_reported(make_flow: Any, query: str) -> None:
    """On one line, and with its code."""
    flow = make_flow()
    flow.request_token = oauth2.Token("t", "sekrit")
    with pytest.raises(oauth2.FlowError, match=r"^The provider reports odd one\.$") as caught:
        flow.verifier_of(f"{CALLBACK}&{query}")
    assert caught.value.problem == "odd\none"


@pytest.mark.parametrize("query", ["", "&oauth_verifier=", "&oauth_verifier=1&oauth_verifier=2"])
def test_a_user_without_a_verifier_is_refused(make_flow: Any, query: str) -> None:
    """Unless the provider speaks OAuth 1.0, which knew none."""
    flow = make_flow()
    flow.request_token = oauth2.Token("t", "sekrit")
    address = f"{CALLBACK}&oauth_token=t{query}"
    with pytest.raises(oauth2.FlowError, match="without an oauth_verifier") as caught:
        flow.verifier_of(address)
    denies = query == "&oauth_verifier="  # as NetSuite does
    assert type(caught.value) is (oauth2.AuthorizationDenied if denies else oauth2.FlowError)
    flow.require_callback_confirmed = False
    assert flow.verifier_of(address) is None


@pytest.mark.parametrize(
    ("query", "outcome"),
    [
        ("oauth_verifier=v", "v"),
        ("oauth_verifier=v&oauth_token=t", "v"),
        ("", oauth2.FlowError),
        ("oauth_verifier=", oauth2.AuthorizationDenied),
        ("denied=t", oauth2.AuthorizationDenied),
        ("oauth_problem=user_refused", oauth2.AuthorizationDenied),
        ("oauth_verifier=v&oauth_token=other", oauth2.RequestTokenMismatch),
        ("oauth_verifier=v&oauth_token=", oauth2.RequestTokenMismatch),
        ("denied=other", oauth2.RequestTokenMismatch),
    ],
)
def test_a_redirect_without_the_request_token_is_taken_when_asked_for(
    make_flow: Any, query: str, outcome: Any
) -> None:
    """As E*TRADE redirects; a token that is there must be ours nevertheless."""
    flow = make_flow(redirect_has_token=False)
    flow.request_token = oauth2.Token("t", "sekrit")
    if isinstance(outcome, str):
        assert flow.verifier_of(f"{CALLBACK}&{query}") == outcome
        return
    with pytest.raises(oauth2.FlowError) as caught:
        flow.verifier_of(f"{CALLBACK}&{query}")
    assert type(caught.value) is outcome


def test_a_redirect_to_the_bare_callback_is_taken_when_asked_for(make_flow: Any) -> None:
    """As Launchpad sends its users back."""
    flow = make_flow(redirect_has_token=False, require_callback_confirmed=False)
    flow.request_token = oauth2.Token("t", "sekrit")
    assert flow.verifier_of("http://127.0.0.1:9/back") is None
