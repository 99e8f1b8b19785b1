"""The services that are known by name: what the package ships, and what a user adds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from known import CONSUMER, TOKEN
from wire import Answer, Keys, Origin, Received, assert_signed

from oauth2 import AuthorizationDenied, Client, Consumer, Token
from oauth2.services import Service, ServiceError, UnknownService, find, load
from oauth2.services.schema import validated
from oauth2.signature import SIGNATURE_METHODS

PACKAGED = load()
VARIABLES = {
    "opencaching": {"site": "www.opencaching.de"},
    "usos": {"host": "usosapps.us.edu.pl"},
    "netsuite": {"account": "1234567"},
    "jira": {"base": "https://jira.example/context/"},
    "magento1": {"base": "https://shop.example"},
    "statusnet": {"base": "http://social.example:8080/"},
    "wordpress-oauth1": {"base": "https://blog.example"},
}
URLS = {
    "request_token_url": "https://mine.example/request",
    "authorize_url": "https://mine.example/authorize",
    "access_token_url": "https://mine.example/access",
}
MINE = {"id": "mine", **URLS}
every_service = pytest.mark.parametrize("name", sorted(PACKAGED))


def written(tmp_path: Path, content: Any) -> Path:
    """Write a user's file: text as it is, anything else as JSON."""
    path = tmp_path / "services.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def flow_of(name: str) -> Any:
    """Build the flow of a packaged service, with a client that needs no RSA."""
    variables = VARIABLES.get(name, {})
    return PACKAGED[name].flow(CONSUMER, client=Client(CONSUMER), variables=variables)


@every_service
def test_packaged_service_builds_a_flow_with_its_urls(name: str) -> None:
    """All variables are expanded, and the token legs are reached over an address."""
    flow = flow_of(name)
    for url in (flow.request_token_url, flow.authorize_url, flow.access_token_url):
        assert url.startswith(("https://", "http://social.example:8080/"))
        assert "{" not in url


@every_service
def test_packaged_service_signs_by_a_method_that_it_takes(name: str) -> None:
    """PLAINTEXT is the last resort."""
    service = PACKAGED[name]
    assert service.signature_method in service.signature_methods
    assert service.signature_method != "PLAINTEXT" or name == "launchpad"


@every_service
def test_packaged_service_is_asked_by_a_method_that_it_takes(name: str) -> None:
    """POST goes first, as it is in no log and no cache."""
    service, flow = PACKAGED[name], flow_of(name)
    for method, accepted in (
        (flow.request_token_method, service.request_token_method),
        (flow.access_token_method, service.access_token_method),
    ):
        assert method in accepted
        assert method == "POST" or "POST" not in accepted


@every_service
def test_packaged_service_tells_who_it_is_for(name: str) -> None:
    """Each has a name for people, and what is known of its state."""
    service = PACKAGED[name]
    assert service.name
    assert service.status["state"] in ("alive", "deprecated", "unknown")


@every_service
def test_default_belongs_to_a_variable(name: str) -> None:
    """No default is left behind by a variable that went."""
    service = PACKAGED[name]
    assert service.url_defaults.keys() <= service.url_vars.keys()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("etrade", {"oauth_consumer_key": "key", "oauth_token": "token"}),
        ("tripit", {"oauth_token": "oauth_token", "oauth_callback": "oauth_callback"}),
        ("schoology", {"oauth_token": "oauth_token", "oauth_callback": "oauth_callback"}),
        ("launchpad", {"oauth_token": "oauth_token", "oauth_callback": "oauth_callback"}),
        ("wikimedia", {"oauth_token": "oauth_token", "oauth_consumer_key": "oauth_consumer_key"}),
        ("twitter", {"oauth_token": "oauth_token"}),
    ],
)
def test_authorize_url_has_the_names_that_a_provider_wants(
    name: str, expected: dict[str, str]
) -> None:
    """E*TRADE has its own names; OAuth 1.0 has the callback there."""
    assert flow_of(name).authorize_names == expected


def test_authorize_url_of_etrade_is_as_it_documents_it() -> None:
    """The names are its own, and a token's ``/``, ``+`` and ``=`` are escaped."""
    flow = flow_of("etrade")
    flow.request_token = Token("a/b+c=", "token-sekrit")
    assert flow.authorization_url() == (
        "https://us.etrade.com/e/t/etws/authorize?key=key&token=a%2Fb%2Bc%3D"
    )


def test_authorize_url_with_a_query_of_its_own_keeps_it() -> None:
    """MediaWiki names the page in the query."""
    flow = flow_of("wikimedia")
    flow.request_token = TOKEN
    assert flow.authorization_url() == (
        "https://meta.wikimedia.org/w/index.php?title=Special:OAuth/authorize"
        "&oauth_token=token&oauth_consumer_key=key"
    )


def test_callback_is_confirmed_by_all_but_those_of_oauth_1_0() -> None:
    """Only where the callback goes on the authorize URL, no confirmation is asked for."""
    unconfirmed = {name for name in PACKAGED if not flow_of(name).require_callback_confirmed}
    assert unconfirmed == {"tripit", "schoology", "launchpad"}
    assert unconfirmed == {
        name for name, service in PACKAGED.items() if service.verifier_used is False
    }


@pytest.mark.parametrize(
    ("name", "placement"), [("launchpad", "body"), ("etrade", "header"), ("tumblr", "header")]
)
def test_token_legs_have_the_parameters_where_a_provider_wants_them(
    name: str, placement: str
) -> None:
    """The header, unless an entry says otherwise."""
    assert PACKAGED[name].flow(CONSUMER).client.placement == placement


def test_call_after_the_token_legs_has_the_parameters_in_the_header() -> None:
    """Launchpad wants the body for its token legs alone."""
    assert PACKAGED["launchpad"].client(CONSUMER, TOKEN).placement == "header"


@pytest.mark.parametrize(
    ("name", "variables", "realm"),
    [
        ("schoology", {}, "Schoology API"),
        ("launchpad", {}, "https://api.launchpad.net/"),
        ("netsuite", {"account": "1234567"}, "1234567"),
        ("twitter", {}, None),
    ],
)
def test_realm_is_fixed_or_made_from_a_variable(
    name: str, variables: dict[str, str], realm: str | None
) -> None:
    """It is the same for the token legs and for what comes after them."""
    service = PACKAGED[name]
    assert service.client(CONSUMER, TOKEN, variables=variables).realm == realm
    assert service.flow(CONSUMER, variables=variables).client.realm == realm


def test_a_variable_may_stand_in_the_realm_alone(tmp_path: Path) -> None:
    """It is asked for as others are."""
    service = load(written(tmp_path, [{**MINE, "realm": "{account}"}]))["mine"]
    assert service.client(CONSUMER, TOKEN, variables={"account": "7_SB1"}).realm == "7_SB1"
    with pytest.raises(ValueError, match="expected the variables account"):
        service.expand()


@pytest.mark.parametrize(
    ("name", "secret"), [("launchpad", ""), ("jira", ""), ("twitter", None), ("magento1", None)]
)
def test_consumer_secret_is_empty_where_a_provider_gives_none(
    name: str, secret: str | None
) -> None:
    """Nobody is asked for what does not exist."""
    assert PACKAGED[name].consumer_secret == secret


@pytest.mark.parametrize(
    ("name", "oob"), [("discogs", True), ("ravelry", False), ("evernote", None)]
)
def test_service_tells_whether_it_shows_a_pin(name: str, oob: bool | None) -> None:
    """True, False, or None where nobody knows."""
    assert PACKAGED[name].accepts_oob is oob


@pytest.mark.parametrize(
    ("name", "is_any"),
    [("flickr", True), ("twitter", False), ("wikimedia", False), ("garmin", None)],
)
def test_service_tells_whether_a_flow_may_name_its_callback(name: str, is_any: bool | None) -> None:
    """True, False, or None where nobody knows."""
    assert PACKAGED[name].accepts_any_callback is is_any


@pytest.mark.parametrize(
    ("name", "host"),
    [("wikimedia", "https://meta.wikimedia.org/w/"), ("schoology", "https://app.schoology.com/")],
)
def test_variable_has_a_default(name: str, host: str) -> None:
    """Nothing has to be given for the usual installation."""
    assert PACKAGED[name].expand().authorize_url.startswith(host)


def test_default_is_replaced_by_what_is_given() -> None:
    """A district has a host of its own."""
    expanded = PACKAGED["schoology"].expand({"domain": "schools.example"})
    assert expanded.authorize_url == "https://schools.example/oauth/authorize"


@pytest.mark.parametrize(
    "base", ["https://a.example", "https://a.example/", "https://a.example//", "http://a.example"]
)
def test_slash_at_the_end_of_a_variable_is_cut(base: str) -> None:
    """An address as the browser shows it does no harm."""
    flow = PACKAGED["statusnet"].flow(CONSUMER, variables={"base": base})
    assert flow.request_token_url == f"{base.rstrip('/')}/api/oauth/request_token"


@pytest.mark.parametrize(
    ("name", "variables", "message"),
    [
        (
            "netsuite",
            {},
            "NetSuite TBA: expected the variables account (NetSuite account id)",
        ),
        (
            "statusnet",
            {"base": "social.example"},
            "StatusNet / GNU social: base: expected an http or https URL (site root), "
            "got 'social.example'",
        ),
        (
            "statusnet",
            {"base": "https://social.example/?a=1"},
            "StatusNet / GNU social: base: expected an http or https URL (site root), "
            "got 'https://social.example/?a=1'",
        ),
        (
            "statusnet",
            {"base": ""},
            "StatusNet / GNU social: base: expected an http or https URL (site root), got ''",
        ),
        (
            "schoology",
            {"domain": "https://a.example"},
            "Schoology: domain: expected a name without a slash (app.schoology.com by "
            "default; or www.schoology.com, or the district's own), got 'https://a.example'",
        ),
        (
            "schoology",
            {"domain": "a@b.example"},
            "Schoology: domain: expected a name without a slash (app.schoology.com by "
            "default; or www.schoology.com, or the district's own), got 'a@b.example'",
        ),
        ("twitter", {"base": "https://a.example"}, "X (Twitter): expected no variables, got base"),
        (
            "schoology",
            {"host": "a.example"},
            "Schoology: expected the variables domain, got host",
        ),
    ],
)
def test_variable_that_is_missing_or_wrong_is_named(
    name: str, variables: dict[str, str], message: str
) -> None:
    """The error says what the variable is, in the words of the entry."""
    with pytest.raises(ServiceError) as caught:
        PACKAGED[name].flow(CONSUMER, client=Client(CONSUMER), variables=variables)
    assert str(caught.value) == message


def test_every_missing_variable_is_named() -> None:
    """One run is enough to learn what is needed; a user's entry need not explain."""
    service = Service("x", "X", "{base}/r", "https://{site}/a", "{base}/c")
    with pytest.raises(ServiceError, match=r"^X: expected the variables base \(.*\), site \("):
        service.expand({})


@pytest.mark.parametrize(
    ("name", "extra", "expected"),
    [
        ("tumblr", {}, "https://api.tumblr.com/v2/user/info"),
        ("jira", {}, "https://jira.example/context/rest/api/2/myself"),
        ("zotero", {"userID": "475425"}, None),
        ("evernote", {}, None),
    ],
)
def test_whoami_is_expanded_from_the_variables_and_the_token(
    name: str, extra: dict[str, str], expected: str | None
) -> None:
    """None where there is none; Zotero has one, but no use for a signed call."""
    token = Token("token", "token-sekrit")
    token.extra = extra
    assert PACKAGED[name].whoami(token, VARIABLES.get(name, {})) == expected


def test_client_takes_other_options_and_another_method() -> None:
    """What a user says goes before what the entry says."""
    client = PACKAGED["discogs"].client(
        CONSUMER,
        TOKEN,
        signature_method="PLAINTEXT",
        placement="query",
        user_agent="mine/1",
        timeout=5,
    )
    assert (client.method.name, client.placement, client.user_agent, client.timeout) == (
        "PLAINTEXT",
        "query",
        "mine/1",
        5,
    )


def test_client_takes_the_name_of_2_1_for_the_signature_method() -> None:
    """``method`` still works, also through a flow."""
    discogs = PACKAGED["discogs"]
    assert discogs.client(CONSUMER, method="PLAINTEXT").method.name == "PLAINTEXT"
    flow = discogs.flow(CONSUMER, method="PLAINTEXT")
    assert flow.client.method.name == "PLAINTEXT"


def test_filled_is_the_name_of_2_1_for_expand() -> None:
    """It returns the same service."""
    usos = PACKAGED["usos"]
    assert usos.filled(VARIABLES["usos"]) == usos.expand(VARIABLES["usos"])


def test_flow_hands_its_options_to_the_client() -> None:
    """So that a command need not build the client by itself."""
    flow = PACKAGED["launchpad"].flow(CONSUMER, callback="https://a.example/", timeout=5)
    assert (flow.callback, flow.client.timeout, flow.client.placement) == (
        "https://a.example/",
        5,
        "body",
    )
    assert flow.client.method.name == "PLAINTEXT"


def test_option_that_is_none_leaves_what_the_provider_wants() -> None:
    """A command hands on what its user did not say."""
    service = PACKAGED["launchpad"]
    client = service.flow(CONSUMER, placement=None, realm=None, user_agent=None).client
    assert (client.placement, client.realm, client.user_agent) == (
        "body",
        "https://api.launchpad.net/",
        "python-oauth2",
    )


def test_client_of_a_service_is_understood_on_the_wire(origin: Origin) -> None:
    """It signs in the header with the realm, without a body hash, and says who it is."""
    client = PACKAGED["schoology"].client(CONSUMER, TOKEN)
    try:
        client.request(f"{origin.url}/x", "PUT", body=b"{}", headers={"Content-Type": "text/x"})
    finally:
        client.close()
    assert_signed(origin.last, Keys("consumer-sekrit", "token-sekrit"))
    assert origin.last.place() == "header"
    assert 'realm="Schoology API"' in (origin.last.header("Authorization") or "")
    assert origin.last.oauth("oauth_body_hash") is None
    assert origin.last.header("User-Agent") == "python-oauth2"


def test_service_of_oauth_1_0_gives_a_token_over_the_wire(origin: Origin, tmp_path: Path) -> None:
    """A user's entry in the manner of Launchpad: PLAINTEXT in the body, no verifier."""
    entry = {
        "id": "old",
        "request_token_url": "{base}/request",
        "authorize_url": "{base}/authorize",
        "access_token_url": "{base}/access",
        "signature_methods": ["PLAINTEXT"],
        "consumer_secret": "",
        "placement": "body",
        "require_callback_confirmed": False,
        "authorize_names": {"oauth_token": "t", "oauth_callback": "back"},
    }
    answers = {"/request": b"oauth_token=r&oauth_token_secret=sekrit-r"}
    answers["/access"] = b"oauth_token=a&oauth_token_secret=sekrit-a&user=ann"

    def answer(received: Received) -> Answer:
        return Answer(body=answers[received.target])

    origin.script = {"/request": answer, "/access": answer}
    service = load(written(tmp_path, [entry]))["old"]
    consumer = Consumer("my program", service.consumer_secret or "")
    flow = service.flow(consumer, callback="http://b.example/", variables={"base": origin.url})
    try:
        flow.fetch_request_token()
        assert flow.authorization_url().endswith("/authorize?t=r&back=http%3A%2F%2Fb.example%2F")
        token = flow.fetch_access_token()
    finally:
        flow.client.close()
    assert (token.key, token.secret, token.extra) == ("a", "sekrit-a", {"user": "ann"})
    assert [received.place() for received in origin.received] == ["body", "body"]
    assert [received.oauth("oauth_signature") for received in origin.received] == [
        "&",
        "&sekrit-r",
    ]


@pytest.mark.parametrize(
    ("name", "found"),
    [("twitter", "twitter"), ("X", "twitter"), ("Tumblr", "tumblr"), ("MediaWiki", "wikimedia")],
)
def test_service_is_found_by_id_or_alias_in_any_case(name: str, found: str) -> None:
    """People write names as they see them."""
    assert find(name, PACKAGED) is PACKAGED[found]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("twiter", "no service 'twiter' (did you mean twitter?): 'oauth2 services' lists them all"),
        ("zzz", "no service 'zzz': 'oauth2 services' lists them all"),
    ],
)
def test_service_that_is_not_known_is_met_with_those_that_are_close(
    name: str, message: str
) -> None:
    """The error says what was meant, and where all of them stand."""
    with pytest.raises(UnknownService) as caught:
        find(name, PACKAGED)
    assert str(caught.value) == message
    assert isinstance(caught.value, (LookupError, ServiceError))


def test_entry_of_a_user_needs_an_id_and_three_urls(tmp_path: Path) -> None:
    """All else is as most providers have it."""
    service = load(written(tmp_path, [MINE]))["mine"]
    assert (service.name, service.signature_method, service.placement) == (
        "mine",
        "HMAC-SHA1",
        "header",
    )
    assert service.flow(CONSUMER).request_token_method == "POST"
    assert service.require_callback_confirmed


def test_entry_of_a_user_replaces_that_of_the_package_whole(tmp_path: Path) -> None:
    """Nothing of the packaged entry is left in it, and all others stay."""
    services = load(written(tmp_path, [{**MINE, "id": "Jira"}]))
    assert services.keys() == PACKAGED.keys()
    assert find("jira", services).signature_methods == ("HMAC-SHA1",)


def test_id_of_a_user_goes_before_an_alias(tmp_path: Path) -> None:
    """Whoever has a service x of their own means that one."""
    services = load(written(tmp_path, [{**MINE, "id": "x"}]))
    assert find("x", services).request_token_url == URLS["request_token_url"]


def test_field_that_is_null_or_prose_is_passed_over(tmp_path: Path) -> None:
    """An entry can be copied out of the package, notes and all."""
    entry = {**MINE, "realm": None, "callback": None, "notes": "x", "param_location": "header"}
    assert load(written(tmp_path, [entry]))["mine"].accepts_oob is None


def test_later_file_goes_before_an_earlier_one(tmp_path: Path) -> None:
    """Files are read in the order in which they are given."""
    first = written(tmp_path, [{**MINE, "name": "first"}])
    second = tmp_path / "second.json"
    second.write_text(json.dumps([{**MINE, "name": "second"}]), encoding="utf-8")
    assert load(first, str(second))["mine"].name == "second"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[\n  {,}\n]", "expected JSON in UTF-8: "),
        ("[\n  {,}\n]", ": line 2 column 4 (char 5)"),
        ({}, "expected a list of services, got an object"),
        ("7", "expected a list of services, got a number"),
        (["x"], "entry 1: expected an object, got text"),
        ([{}], "entry 1: id: expected a text, got none"),
        ([MINE, {**MINE, "id": 7}], "entry 2: id: expected a text, got a number"),
        (
            [{"id": "a", "authorize_url": "https://a.example/"}],
            "entry 'a': request_token_url: expected an http or https URL, got none",
        ),
        (
            [{**MINE, "authorize_url": "ftp://a.example/"}],
            "entry 'mine': authorize_url: expected an http or https URL, got text",
        ),
        (
            [{**MINE, "access_token_url": ["https://a.example/"]}],
            "entry 'mine': access_token_url: expected an http or https URL, got a list",
        ),
        (
            [{**MINE, "aliases": "x"}],
            "entry 'mine': aliases: expected a list of texts, got text",
        ),
        (
            [{**MINE, "aliases": [1]}],
            "entry 'mine': aliases: expected a list of texts, got a list",
        ),
        (
            [{**MINE, "signature_methods": ["MD5"]}],
            f"entry 'mine': signature_methods: expected a list of {', '.join(SIGNATURE_METHODS)}, "
            "got a list",
        ),
        (
            [{**MINE, "signature_methods": []}],
            "entry 'mine': signature_methods: expected a list of HMAC-SHA1, ",
        ),
        (
            [{**MINE, "request_token_method": ["PUT"]}],
            "entry 'mine': request_token_method: expected a list of GET, POST, got a list",
        ),
        (
            [{**MINE, "placement": "cookie"}],
            "entry 'mine': placement: expected one of header, query, body, got text",
        ),
        (
            [{**MINE, "verifier_used": "no"}],
            "entry 'mine': verifier_used: expected true or false, got text",
        ),
        (
            [{**MINE, "require_callback_confirmed": 0}],
            "entry 'mine': require_callback_confirmed: expected true or false, got a number",
        ),
        (
            [{**MINE, "authorize_names": {"oauth_token": True}}],
            "entry 'mine': authorize_names: expected an object of texts, got an object",
        ),
        (
            [{**MINE, "callback": {"oob": "yes"}}],
            "entry 'mine': callback: expected an object, with oob and dynamic true or false, got an"
            " object",
        ),
        ([{**MINE, "status": True}], "entry 'mine': status: expected an object, got true or false"),
        (
            [{**MINE, "consumer_secret": "sekrit"}],
            "entry 'mine': consumer_secret: expected \"\", as a secret belongs into a profile, "
            "got text",
        ),
        (
            [{**MINE, "placment": "body"}],
            "entry 'mine': placment: expected a field that is known (did you mean placement?)",
        ),
        ([{**MINE, "zzz": 1}], "entry 'mine': zzz: expected a field that is known"),
    ],
)
def test_file_that_is_wrong_is_refused_with_the_place(
    tmp_path: Path, content: Any, message: str
) -> None:
    """The error names file, entry and field, and shows no value."""
    path = written(tmp_path, content)
    with pytest.raises(ServiceError) as caught:
        load(path)
    shown = str(caught.value)
    assert shown.startswith(f"{path}: ")
    assert message in shown
    assert "sekrit" not in shown


def test_file_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    """Other encodings are told apart from damage."""
    path = tmp_path / "services.json"
    path.write_bytes(b'["\xe9"]')
    with pytest.raises(ServiceError, match="expected JSON in UTF-8: 'utf-8' codec"):
        load(path)


@pytest.mark.parametrize(("name", "word"), [("none.json", "No such file"), ("", "directory")])
def test_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, word: str) -> None:
    """A file that is given has to be there."""
    with pytest.raises(ServiceError, match=f"cannot be read: .*{word}"):
        load(tmp_path / name)


def test_entry_that_is_right_is_handed_on_without_prose() -> None:
    """What nobody computes with does not reach the Service."""
    assert validated({**MINE, "realm_notes": "x"}) == MINE


# Facts of providers, and when they were checked


@every_service
def test_packaged_service_tells_when_it_was_checked_and_against_what(name: str) -> None:
    """So that a reader knows how far to trust it."""
    checked = PACKAGED[name].checked
    assert checked["date"] >= "2026-11-26"
    assert checked["sources"]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("twitter", {"accepts_any_callback": False, "whoami_url": "https://api.x.com/2/users/me"}),
        ("wikimedia", {"accepts_any_callback": False, "accepts_oob": True}),
        ("tumblr", {"accepts_any_callback": None}),
        ("etrade", {"request_token_callback": "oob", "redirect_has_token": False}),
        ("launchpad", {"redirect_has_token": False, "verifier_used": False}),
        ("garmin", {"request_token_callback": "given"}),
        ("zotero", {"signed_calls": False}),
        ("telldus", {"verifier_used": True}),
        ("plurk", {"accepts_oob": True}),
        ("usos", {"accepts_oob": True, "request_token_method": ["POST", "GET"]}),
        ("magento1", {"accepts_oob": True, "aliases": ["openmage"]}),
        ("trademe", {"accepts_oob": True, "accepts_any_callback": False}),
        ("fatsecret", {"access_token_method": ["GET"]}),
    ],
)
def test_packaged_service_is_as_its_provider_documents_it(name: str, facts: dict[str, Any]) -> None:
    """What a program does otherwise for it."""
    service = PACKAGED[name]
    assert {fact: getattr(service, fact) for fact in facts} == facts


@pytest.mark.parametrize(
    ("name", "state"),
    [
        *(("netsuite", "deprecated"), ("evernote", "deprecated"), ("jira", "alive")),
        *(("magento1", "alive"), ("trademe", "alive"), ("immoscout24", "alive")),
        *(("fatsecret", "alive"), ("wordpress-oauth1", "alive")),
    ],
)
def test_packaged_service_has_the_state_of_its_provider(name: str, state: str) -> None:
    """Whether it is worth to begin with it."""
    assert PACKAGED[name].status["state"] == state


@pytest.mark.parametrize("name", ["confluence", "bamboo", "bitbucket-server"])
def test_products_with_the_same_plugin_are_found(name: str) -> None:
    """They have the same URLs."""
    assert find(name, PACKAGED) is PACKAGED["jira"]


@pytest.mark.parametrize("account", ["1234567_SB1", "1234567-sb1", "1234567_sb1"])
def test_account_of_netsuite_is_written_as_each_place_wants_it(account: str) -> None:
    """A wrong spelling in the realm is an INVALID_LOGIN_ATTEMPT that nobody understands."""
    netsuite, variables = PACKAGED["netsuite"], {"account": account}
    assert netsuite.client(CONSUMER, TOKEN, variables=variables).realm == "1234567_SB1"
    flow = netsuite.flow(CONSUMER, variables=variables)
    assert flow.client.realm == "1234567_SB1"
    assert flow.request_token_url.startswith("https://1234567-sb1.restlets.api.netsuite.com/")
    assert flow.authorize_url.startswith("https://1234567-sb1.app.netsuite.com/")


def test_value_is_left_as_it_is_where_no_spelling_is_named(tmp_path: Path) -> None:
    """In the URL and in the realm each."""
    entry = {**MINE, "whoami_url": "https://{a}.example/", "realm": "{a}"}
    (tmp_path / "one").mkdir()
    plain = load(written(tmp_path / "one", [entry]))["mine"].expand({"a": "x_Y-z"})
    assert (plain.whoami_url, plain.realm) == ("https://x_Y-z.example/", "x_Y-z")
    spelled = load(written(tmp_path, [{**entry, "spellings": {"url": "lower-hyphen"}}]))["mine"]
    expanded = spelled.expand({"a": "x_Y-z"})
    assert (expanded.whoami_url, expanded.realm) == ("https://x-y-z.example/", "x_Y-z")


def test_etrade_is_sent_oob_and_its_redirect_has_the_verifier_alone(origin: Origin) -> None:
    """A callback that is tied to the key is used by itself, and confirmed."""
    answer = b"oauth_token=a%2F&oauth_token_secret=sekrit&oauth_callback_confirmed=true"
    origin.script["/request"] = Answer(body=answer)
    etrade = PACKAGED["etrade"]._replace(request_token_url=f"{origin.url}/request")
    flow = etrade.flow(CONSUMER, callback="https://app.example/back")
    try:
        flow.fetch_request_token()
    finally:
        flow.client.close()
    assert origin.last.oauth("oauth_callback") == "oob"
    assert flow.verifier_of("https://app.example/back?myapp=trading&oauth_verifier=WX") == "WX"


def test_launchpad_redirects_to_the_callback_as_it_is() -> None:
    """There is nothing to check, and no verifier."""
    flow = flow_of("launchpad")
    flow.request_token = TOKEN
    assert flow.verifier_of("http://127.0.0.1:8080/callback") is None


def test_garmin_gets_the_callback_on_its_page() -> None:
    """Beside the one that is signed."""
    flow = PACKAGED["garmin"].flow(CONSUMER, callback="https://app.example/back")
    flow.request_token = TOKEN
    assert flow.authorization_url().endswith(
        "?oauth_token=token&oauth_callback=https%3A%2F%2Fapp.example%2Fback"
    )


def test_netsuite_denies_by_a_blank_verifier() -> None:
    """The user said no, which is no fault of the provider."""
    flow = flow_of("netsuite")
    flow.request_token = TOKEN
    with pytest.raises(AuthorizationDenied):
        flow.verifier_of("http://localhost:1/callback?oauth_token=token&oauth_verifier=&role=3")


def test_whoami_is_expanded_from_what_came_with_the_token(tmp_path: Path) -> None:
    """Escaped as a part of a path; without it there is no URL."""
    entry = {**MINE, "whoami_url": "https://mine.example/users/{userID}"}
    service = load(written(tmp_path, [entry]))["mine"]
    token = Token("token", "token sekrit")
    assert service.whoami(token) is None
    token.extra = {"userID": "12/3"}
    assert service.whoami(token) == "https://mine.example/users/12%2F3"


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("request_token_callback", "none", "one of given, absent, oob"),
        ("request_token_callback", ["oob"], "one of given, absent, oob"),
        ("redirect_has_token", "no", "true or false"),
        ("signed_calls", 0, "true or false"),
        ("spellings", ["url"], "an object of url and realm, each one of lower-hyphen, UPPER_UN"),
        ("spellings", {"path": "lower-hyphen"}, "an object of url and realm, each one of"),
        ("spellings", {"url": "lower"}, "an object of url and realm, each one of"),
        ("spellings", {"url": ["lower-hyphen"]}, "an object of url and realm, each one of"),
        ("checked", "2026-11-26", "an object of date (YYYY-MM-DD) and sources (some of server, "),
        ("checked", {"date": "2026-11-26"}, "an object of date (YYYY-MM-DD) and sources"),
        ("checked", {"sources": ["page"]}, "an object of date (YYYY-MM-DD) and sources"),
        ("checked", {"date": "2026-11-31", "sources": ["page"]}, "an object of date (YYYY-MM-DD)"),
        ("checked", {"date": "20261126", "sources": ["page"]}, "an object of date (YYYY-MM-DD)"),
        ("checked", {"date": 20261126, "sources": ["page"]}, "an object of date (YYYY-MM-DD)"),
        ("checked", {"date": "2026-11-26", "sources": []}, "an object of date (YYYY-MM-DD)"),
        ("checked", {"date": "2026-11-26", "sources": "page"}, "an object of date (YYYY-MM-DD)"),
        ("checked", {"date": "2026-11-26", "sources": ["hearsay"]}, "an object of date (YYYY-MM-"),
    ],
)
def test_field_that_is_wrong_is_refused(field: str, value: Any, expected: str) -> None:
    """With what it may hold."""
    with pytest.raises(ServiceError) as caught:
        validated({**MINE, field: value})
    assert str(caught.value).startswith(f"{field}: expected {expected}")


def test_field_that_is_right_reaches_the_service(tmp_path: Path) -> None:
    """Each of those by which a provider differs."""
    fields = {
        "request_token_callback": "absent",
        "redirect_has_token": False,
        "signed_calls": False,
        "spellings": {"url": "lower-hyphen", "realm": "UPPER_UNDERSCORE"},
        "checked": {"date": "2026-11-26", "sources": ["server", "report"]},
    }
    service = load(written(tmp_path, [{**MINE, **fields}]))["mine"]
    assert {name: getattr(service, name) for name in fields} == fields
    flow = service.flow(CONSUMER)
    assert (flow.request_token_callback, flow.redirect_has_token) == ("absent", False)
