"""Why two signature base strings differ: each cause with the sentence that the user reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import oauthlib_base_string as signature
import pytest
from growth import assert_linear
from hypothesis import given, settings, strategies as st
from vectors import BY_ID as VECTORS

import oauth2
from oauth2.diagnosis import Comparison, compare
from oauth2.diagnosis.alignment import Row, marks
from oauth2.diagnosis.basestring import parse_base_string

PUBLISHED = [
    pytest.param(vector["base_string"], id=name)
    for name, vector in VECTORS.items()
    if vector["kind"] == "request" and "base_string" in vector
]
RFC = VECTORS["rfc5849-3.4.1.1-base-string"]["base_string"]
TWITTER = VECTORS["twitter-creating-signature-v1.1"]["base_string"]
GET = VECTORS["rfc5849-1.2-resource"]["base_string"]
SLASHLESS = VECTORS["wiki-9.1.2-no-slash-old"]["base_string"]
SLASHED = VECTORS["wiki-9.1.2-no-slash"]["base_string"]
INITIATE = VECTORS["rfc5849-1.2-temporary-credentials"]["base_string"]
TOKEN = VECTORS["rfc5849-1.2-token-credentials"]["base_string"]
HASHED = VECTORS["bodyhash-A.1-base-string"]["base_string"]
STATUS = "Hello%2520Ladies%2520%252B%2520Gentlemen%252C%2520a%2520signed%2520OAuth%2520request%2521"


def sentences(ours: str, theirs: str, **options: Any) -> list[str]:
    comparison = compare(ours, theirs, **options)
    assert "sekrit" not in repr(comparison.causes)
    assert all(cause.code and cause.advice.endswith((".", ").")) for cause in comparison.causes)
    return [cause.summary for cause in comparison.causes]


def differing(comparison: Comparison) -> list[tuple[str, str | None, str | None]]:
    return [(row.name, row.ours, row.theirs) for row in comparison.rows if row.differs]


def base_of(*pairs: tuple[str, str], method: str = "GET", uri: str = "http://a.example/") -> str:
    """Let oauthlib encode, sort and join."""
    return signature.signature_base_string(method, uri, signature.normalize_parameters(pairs))


def joined(*pairs: str, method: str = "GET", uri: str = "http%3A%2F%2Fa.example%2F") -> str:
    """Join encoded pairs in the order and the encoding that are given."""
    return f"{method}&{uri}&" + oauth2.escape("&".join(pairs))


# Each: what is said of the provider, how its base string differs from ours.
URI = {
    "The provider has POST, you signed GET.": (GET, GET.replace("GET", "POST", 1)),
    "The provider has get, you signed GET.": (GET, GET.replace("GET", "get", 1)),
    "The provider has http, you signed https.": (TWITTER, TWITTER.replace("https", "http", 1)),
    "The provider has https, you signed http.": (GET, GET.replace("http", "https", 1)),
    "The provider has HTTP, you signed http.": (GET, GET.replace("http", "HTTP", 1)),
    "The provider has the host www.example.com, you signed the host example.com.": (
        RFC,
        RFC.replace("example", "www.example", 1),
    ),
    "The provider has the host Example.com, you signed the host example.com.": (
        RFC,
        RFC.replace("example", "Example", 1),
    ),
    "The provider has the host inner, you signed the host example.com.": (
        RFC,
        RFC.replace("example.com", "inner", 1),
    ),
    "The provider has the host bücher.example, you signed the host xn--bcher-kva.example.": (
        RFC.replace("example.com", "xn--bcher-kva.example"),
        RFC.replace("example.com", "b%C3%BCcher.example"),
    ),
    "The provider has the host ***@example.com, you signed the host example.com.": (
        RFC,
        RFC.replace("example.com", "me%3Asekrit%40example.com", 1),
    ),
    "The provider has the port 443, you signed no port.": (
        TWITTER,
        TWITTER.replace("twitter.com", "twitter.com%3A443"),
    ),
    "The provider has no port, you signed the port 8443.": (
        TWITTER.replace("twitter.com", "twitter.com%3A8443"),
        TWITTER,
    ),
    "The provider has the path /photos/, you signed the path /photos.": (
        GET,
        GET.replace("photos&", "photos%2F&"),
    ),
    "The provider has the path /, you signed no path.": (SLASHLESS, SLASHED),
    "The provider has the path /Photos, you signed the path /photos.": (
        GET,
        GET.replace("photos&", "Photos&"),
    ),
    "The provider has the path /a%2fb, you signed the path /a%2Fb.": (
        GET.replace("photos&", "a%252Fb&"),
        GET.replace("photos&", "a%252fb&"),
    ),
    "The provider has the path /a%2520b, you signed the path /a%20b.": (
        GET.replace("photos&", "a%2520b&"),
        GET.replace("photos&", "a%252520b&"),
    ),
    "The provider has the path /v1/photos, you signed the path /photos.": (
        GET,
        GET.replace("photos&", "v1%2Fphotos&"),
    ),
    "The provider has the path /images, you signed the path /photos.": (
        GET,
        GET.replace("photos&", "images&"),
    ),
    "The provider has the query left in the URI.": (
        GET,
        GET.replace("photos&", "photos%3Fsize%3Doriginal&"),
    ),
    "The provider has the URI encoded twice.": (
        GET,
        GET.replace("http%3A%2F%2Fphotos.example.net%2F", "http%253A%252F%252Fphotos%252F"),
    ),
}
URI_KINDS = """
method method-case scheme scheme scheme-case host-www host-case host host-idna user-in-uri
default-port port trailing-slash trailing-slash path-case path-hex path-encoding path-prefix path
query-in-uri uri-encoded-twice
"""
PARAMETERS = {
    "The provider has the parameters sorted before they were encoded.": (
        joined("f%5Ba%5D=1", "f0=2", "z=3"),
        joined("f0=2", "f%5Ba%5D=1", "z=3"),
    ),
    "The provider has the parameters sorted as name=value, in which = counts.": (
        joined("a=1", "a1=2"),
        joined("a1=2", "a=1"),
    ),
    "The provider has the parameters sorted as if upper and lower case were the same.": (
        joined("B=1", "C=1", "a=2"),
        joined("a=2", "B=1", "C=1"),
    ),
    "The provider has the values of one name not sorted.": (
        joined("a=1", "a=2"),
        joined("a=2", "a=1"),
    ),
    "The provider has the parameters not sorted.": (
        joined("a=1", "b=2", "c=3"),
        joined("b=2", "c=3", "a=1"),
    ),
    "The provider has one percent-encoding too many in status.": (
        TWITTER,
        TWITTER.replace(STATUS, STATUS.replace("%", "%25")),
    ),
    "The provider has one percent-encoding too many in c@.": (
        joined("c%40=1"),
        joined("c%2540=1"),
    ),
    "The provider has + for a space in status.": (
        TWITTER,
        TWITTER.replace("%2520", "%2B"),
    ),
    "The provider has + for a space in a, b.": (
        joined("a=x%20y", "b=x%20y"),
        joined("a=x+y", "b=x%2By"),
    ),
    "The provider has characters that are not percent-encoded in status.": (
        TWITTER,
        TWITTER.replace("%2521", "!"),
    ),
    "The provider has characters that are not percent-encoded in a.": (
        base_of(("a", "b c/d*")),
        "GET&http%3A%2F%2Fa.example%2F&a%3Db c/d*",
    ),
    "The provider has escapes for characters that need none in a.": (
        base_of(("a", "~b")),
        joined("a=%7Eb"),
    ),
    "The provider has lower-case hexadecimal digits in status.": (
        TWITTER,
        TWITTER.replace("%252B", "%252b").replace("%252C", "%252c"),
    ),
    "The provider has Latin-1 where UTF-8 is expected in a.": (
        base_of(("a", "caf\u00e9")),
        joined("a=caf%E9"),
    ),
    "The provider has Latin-1 where UTF-8 is expected in b.": (
        base_of(("b", "\u201cso\u201d")),
        joined("b=%93so%94"),
    ),
    "The provider has UTF-8 that was taken for Latin-1 and encoded again in a.": (
        base_of(("a", "caf\u00e9")),
        base_of(("a", "caf\u00c3\u00a9")),
    ),
    "The provider has letters apart from their accents (NFD, not NFC) in a.": (
        base_of(("a", "caf\u00e9")),
        base_of(("a", "cafe\u0301")),
    ),
    "The provider has white space or a line break around oauth_token.": (
        GET,
        GET.replace("nnch734d00sl2jdk", "nnch734d00sl2jdk%250A"),
    ),
}
BOTH = {**URI, **PARAMETERS}


@pytest.mark.parametrize(("sentence", "texts"), BOTH.items(), ids=range(len(BOTH)))
def test_cause_is_said_in_one_sentence(sentence: str, texts: tuple[str, str]) -> None:
    """It is the only one."""
    assert sentences(*texts) == [sentence]


def test_causes_of_the_uri_have_kinds() -> None:
    """In the order of the table above."""
    kinds = [compare(*texts).causes[0].code for texts in URI.values()]
    assert kinds == URI_KINDS.split()


@pytest.mark.parametrize(("sentence", "texts"), PARAMETERS.items(), ids=range(len(PARAMETERS)))
def test_cause_on_our_own_side_is_said_so(sentence: str, texts: tuple[str, str]) -> None:
    """The side that has it wrong is named."""
    expected = sentence.replace("The provider has", "You have")
    assert sentences(texts[1], texts[0]) == [expected]


def test_name_and_value_that_are_both_encoded_twice_are_one_cause() -> None:
    """The two rows of one parameter are seen as one."""
    ours, theirs = joined("c%40=a%20b"), joined("c%2540=a%2520b")
    assert sentences(ours, theirs) == ["The provider has one percent-encoding too many in c@."]
    assert len(differing(compare(ours, theirs))) == 2


def test_path_with_another_encoding_is_no_other_path() -> None:
    """Whether once more or once less."""
    texts = URI["The provider has the path /a%2520b, you signed the path /a%20b."]
    assert compare(*reversed(texts)).causes[0].code == "path-encoding"


LACKS = {
    "secret-as-parameter": (
        "oauth_token_secret",
        "a secret is part of the key and not a parameter",
    ),
    "oauth-signature": ("oauth_signature", "the signature is not signed itself"),
    "realm": ("realm", "the realm of the Authorization header is not signed"),
    "oauth-body-hash": (
        "oauth_body_hash",
        "not every provider knows the body hash extension",
    ),
    "oauth-token": ("oauth_token", "the token is signed where it is sent"),
    "oauth-verifier": (
        "oauth_verifier",
        "the verifier belongs to the call that fetches the access token",
    ),
    "oauth-callback": (
        "oauth_callback",
        "the callback belongs to the call that fetches the request token",
    ),
    "missing-parameter": ("size", "what is sent is what must be signed"),
}


@pytest.mark.parametrize(("kind", "words"), LACKS.items(), ids=LACKS)
def test_parameter_that_one_side_lacks_has_words_of_its_own(
    kind: str, words: tuple[str, str]
) -> None:
    """Said of either side, with other advice."""
    name, note = words
    longer, shorter = base_of(("a", "b"), (name, "x")), base_of(("a", "b"))
    if name in ("oauth_signature", "realm"):  # oauthlib leaves it out
        longer = joined(*sorted(["a=b", f"{name}=x"]))
    (mine,) = compare(longer, shorter).causes
    (theirs,) = compare(shorter, longer).causes
    assert (mine.code, theirs.code) == (kind, kind)
    assert mine.summary == f"You have {name}, the provider has not: {note}."
    assert theirs.summary == f"The provider has {name}, you have not: {note}."
    assert mine.advice != theirs.advice


@pytest.mark.parametrize(
    ("base", "parameter", "kind"),
    [
        (INITIATE, "oauth_callback", "oauth-callback"),
        (TOKEN, "oauth_verifier", "oauth-verifier"),
        (HASHED, "oauth_body_hash", "oauth-body-hash"),
        (GET, "size", "missing-parameter"),
        (TWITTER, "status", "form-parameter"),
        (RFC, "c2", "empty-value"),
    ],
)
def test_parameter_that_is_taken_out_of_a_published_base_string_is_found(
    base: str, parameter: str, kind: str
) -> None:
    """One row differs, and one cause is named."""
    method, uri, parameters = base.split("&")
    kept = [pair for pair in parameters.split("%26") if not pair.startswith(f"{parameter}%3D")]
    comparison = compare(base, f"{method}&{uri}&{'%26'.join(kept)}")
    assert [cause.code for cause in comparison.causes] == [kind]
    assert [(name, theirs) for name, _, theirs in differing(comparison)] == [(parameter, None)]


def test_form_that_the_provider_does_not_count_is_explained() -> None:
    """Its Content-Type may be that of no form."""
    ours, theirs = (base_of(*pairs, method="POST") for pairs in ([("a", "b"), ("c", "d")], []))
    assert sentences(ours, theirs) == [
        "You have a, c, the provider has not: a form counts where Content-Type is"
        " application/x-www-form-urlencoded, and nowhere else."
    ]


def test_json_body_that_is_signed_as_a_form_is_explained() -> None:
    """It is not quoted: there may be secrets in it."""
    body = '{"password": "sekrit"}'
    ours, theirs = base_of((body, ""), method="POST"), base_of(method="POST")
    assert sentences(ours, theirs) == [
        "You have a JSON body, the provider has not: only a form body is signed pair by pair."
    ]


def test_repeated_parameter_that_is_counted_once_is_explained() -> None:
    """Each pair counts."""
    pairs = [("tag", "a"), ("tag", "b")]
    ours, theirs = base_of(*pairs), base_of(pairs[0])
    note = "each pair counts, also those of one name."
    assert sentences(ours, theirs) == [f"You have tag more often than the provider: {note}"]
    assert sentences(theirs, ours) == [f"The provider has tag more often than you: {note}"]


def test_many_names_are_cut() -> None:
    """A sentence stays one."""
    ours = base_of(*[(f"p{number}", "x") for number in range(8)])
    assert sentences(ours, base_of()) == [
        "You have p0, p1, p2, p3, p4 and 3 more, the provider has not: what is sent is what must"
        " be signed."
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("oauth_consumer_key", "other-consumer"),
        ("oauth_token", "other-token"),
        ("oauth_signature_method", "other-signature-method"),
        ("oauth_body_hash", "other-body"),
        ("size", "other-value"),
    ],
)
def test_value_that_is_quite_another_is_called_so(name: str, kind: str) -> None:
    """The value is not quoted in a sentence."""
    (cause,) = compare(base_of((name, "one")), base_of((name, "two"))).causes
    assert (cause.code, cause.summary) == (kind, f"Yours and the provider's {name} differ.")


def test_other_nonce_and_timestamp_are_another_request() -> None:
    """Two requests are never signed alike."""
    theirs = GET.replace("chapoH", "wIjqoS").replace("137131202", "137131203")
    assert sentences(GET, theirs) == [
        "Yours and the provider's oauth_nonce, oauth_timestamp differ: these are two requests."
    ]


def test_timestamps_far_apart_are_the_clock() -> None:
    """Beside being those of two requests."""
    found = sentences(GET, GET.replace("137131202", "137134802"))
    assert found[1:] == ["The timestamps 137131202 and 137134802 are 3600 seconds apart."]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (137131202 + 300, []),
        (137131202 + 301, ["The timestamp 137131202 is 301 seconds behind the present time."]),
        (137131202 - 301, ["The timestamp 137131202 is 301 seconds ahead of the present time."]),
        (None, []),
    ],
)
def test_timestamp_far_from_now_is_the_clock(now: int | None, expected: list[str]) -> None:
    """Where the caller says what time it is."""
    same = "Both base strings are the same: the consumer secret or the token secret is wrong."
    assert sentences(GET, GET, now=now) == [same, *expected]


@pytest.mark.parametrize("sent", ["", "soon", "1" * 16])
def test_timestamp_that_is_no_number_is_no_clock(sent: str) -> None:
    """Nothing can be reckoned with it."""
    assert (
        "clock"
        not in [cause.code for cause in compare(GET, GET.replace("137131202", sent), now=0).causes][
            :-1
        ]
    )


@pytest.mark.parametrize(
    "theirs",
    [GET.replace("%26", "&"), GET.replace("%3D", "="), GET.replace("%3A", ":").replace("%2F", "/")],
)
def test_parts_that_are_not_encoded_again_are_found(theirs: str) -> None:
    """They are read all the same: the whole differs, and no part."""
    assert differing(compare(GET, theirs)) == [("all of it", GET, theirs)]
    expected = "{} parts in the base string that are not encoded once more."
    assert sentences(GET, theirs) == [expected.format("The provider has")]
    assert sentences(theirs, GET) == [expected.format("You have")]


def test_parameters_that_are_encoded_twice_are_found() -> None:
    """They are read all the same, in a URI that is encoded twice, too."""
    place, _, parameters = GET.rpartition("&")
    theirs = f"{place}&{parameters.replace('%', '%25')}"
    assert differing(compare(GET, theirs)) == [("all of it", GET, theirs)]
    assert sentences(GET, theirs) == ["The provider has the parameters encoded twice."]
    assert sentences(theirs, GET) == ["You have the parameters encoded twice."]
    found = sentences(GET, "GET&" + theirs[4:].replace("%3A", "%253A").replace("%2F", "%252F"))
    assert found == [
        "The provider has the URI encoded twice.",
        "The provider has the parameters encoded twice.",
    ]


def test_the_clock_of_the_provider_counts_more_than_ours() -> None:
    """Where it says what time it has, the key is not blamed."""
    (cause,) = compare(GET, GET, now=137131202, their_time=137134802).causes
    assert (cause.code, cause.summary) == (
        "clock",
        "The timestamp 137131202 is 3600 seconds behind the provider's clock.",
    )
    (cause,) = compare(GET, GET, now=0, their_time=137131202).causes
    assert cause.code == "wrong-secret"


@pytest.mark.parametrize(
    "secret", ["oauth_session_handle%3Dx", "x_auth_password%3Dx", "oauth_nonce%3D%2A%2A%2A"]
)
def test_a_whole_with_a_secret_is_not_shown(secret: str) -> None:
    """Only that it differs, in words."""
    ours = GET.replace("oauth_nonce%3DchapoH", secret)
    found = compare(ours, ours.replace("%3D", "%3d"))
    assert differing(found) == []
    assert [cause.code for cause in found.causes] == ["lower-case-hex"]


def test_lower_case_escapes_of_the_base_string_itself_are_found() -> None:
    """As some URL encoders write them."""
    found = sentences(GET, GET.replace("%3D", "%3d").replace("%2F", "%2f"))
    assert found == ["The provider has lower-case hexadecimal digits in the base string."]


@pytest.mark.parametrize("base_string", PUBLISHED)
def test_published_base_string_compared_with_itself_leaves_the_key(base_string: str) -> None:
    """No row differs; white space around it is that of a terminal."""
    comparison = compare(base_string, f" {base_string}\n")
    assert differing(comparison) == []
    expected = "other-rsa-key" if "RSA-SHA1" in base_string else "wrong-secret"
    assert [cause.code for cause in comparison.causes] == [expected]


@given(st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=5))
@settings(deadline=None)
def test_oauthlib_and_this_library_sign_the_same(pairs: list[tuple[str, str]]) -> None:
    """Compared with what oauthlib makes, ours leaves the key."""
    parameters: dict[str, list[str]] = {}
    for name, value in pairs:
        parameters.setdefault(name, []).append(value)
    request = oauth2.Request("GET", "http://a.example/", parameters)
    theirs = base_of(*[pair for pair in pairs if pair[0] != "oauth_signature"])
    assert [cause.code for cause in compare(request.signature_base_string(), theirs).causes] == [
        "wrong-secret"
    ]


def test_error_of_a_server_is_compared_with_what_was_signed() -> None:
    """The base string in its error is one side, and a hidden password is no difference."""
    consumer = oauth2.Consumer("key", "sekrit")
    parameters = {"x_auth_password": "sekrit word", "oauth_timestamp": "1"}
    request = oauth2.Request.from_consumer_and_token(
        consumer, None, "POST", "http://a.example/", parameters
    )
    request.sign_request(oauth2.SignatureMethod_HMAC_SHA1(), consumer, None)
    ours = request.signature_base_string()
    request.url = "https://a.example/"
    server = oauth2.Server({"HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1()})
    error = next(s.error for s in server.explain(request, consumer, None) if s.name == "signature")
    assert isinstance(error, oauth2.SignatureInvalid)
    assert error.base_string is not None
    comparison = compare(ours, error.base_string)
    assert [cause.summary for cause in comparison.causes] == [
        "The provider has https, you signed http."
    ]
    assert "sekrit" not in repr(comparison)


@pytest.mark.parametrize(
    "name", ["x_auth_password", "oauth_signature", "oauth_token_secret", "oauth_consumer_secret"]
)
def test_value_that_may_be_a_secret_is_not_shown(name: str) -> None:
    """That two differ is."""
    one, two, none = joined(f"{name}=sekrit1"), joined(f"{name}=sekrit2"), joined("a=b")
    whole = ((0, 3),)
    comparison = compare(one, two)
    assert comparison.rows[-1] == Row(name, "***", "***", whole, whole)
    assert comparison.rows[-1].differs
    assert not compare(one, one).rows[-1].differs
    assert compare(one, none).rows[-1] == Row(name, "***", None, whole, ())
    for other in (one, two, none):
        assert "sekrit" not in repr(compare(one, other))


def test_rows_stand_side_by_side() -> None:
    """Method and parts of the URI first, then the parameters by name."""
    comparison = compare(
        base_of(("b", "x y"), ("d", "1"), uri="https://a.example:81/c"),
        base_of(("a", "1"), ("b", "x+y"), method="POST"),
    )
    assert comparison.rows == (
        Row("method", "GET", "POST", ((0, 2),), ((0, 3),), is_parameter=False),
        Row("scheme", "https", "http", ((4, 5),), (), is_parameter=False),
        Row("host", "a.example", "a.example", is_parameter=False),
        Row("port", "81", "", ((0, 2),), (), is_parameter=False),
        Row("path", "/c", "/", ((1, 2),), (), is_parameter=False),
        Row("a", None, "1", (), ((0, 1),)),
        Row("b", "x%20y", "x%2By", ((1, 4),), ((1, 4),)),
        Row("d", "1", None, ((0, 1),), ()),
    )


def test_repeated_names_are_aligned_by_value_then_by_meaning() -> None:
    """So that one missing value does not shift the others."""
    ours = joined("a=1", "a=2", "a=x%20y", "a=z")
    theirs = joined("a=2", "a=3", "a=4", "a=x+y")
    rows = [(row.ours, row.theirs) for row in compare(ours, theirs).rows if row.is_parameter]
    assert rows == [("2", "2"), ("x%20y", "x+y"), ("1", "3"), ("z", "4")]


@pytest.mark.parametrize(
    ("ours", "theirs", "our_marks", "their_marks"),
    [
        ("abc", "abc", (), ()),
        ("abc", "aXc", ((1, 2),), ((1, 2),)),
        ("abc", "abcd", (), ((3, 4),)),
        ("aa", "aaa", (), ((2, 3),)),
        ("a%2Fb%2Fc", "a%2fb%2fc", ((1, 4), (5, 8)), ((1, 4), (5, 8))),
        ("a%20b%20c", "a%2520b%2520c", ((1, 4), (5, 8)), ((1, 6), (7, 12))),
        ("%E9%E8%E7", "%E9%E0%E7", ((3, 6),), ((3, 6),)),
        ("a.b", "a%2E%2Eb", ((1, 2),), ((1, 7),)),
        ("a%20b", "x", ((0, 5),), ((0, 1),)),
        (None, "", (), ()),
        (None, "ab", (), ((0, 2),)),
        ("ab", None, ((0, 2),), ()),
    ],
)
def test_octets_that_differ_are_marked(
    ours: str | None, theirs: str | None, our_marks: Any, their_marks: Any
) -> None:
    """In each place of one text where only the encoding differs."""
    assert marks(ours, theirs) == (our_marks, their_marks)


PIECES = st.sampled_from(
    [
        "GET",
        "&",
        "=",
        "%26",
        "%3D",
        "%2520",
        "%",
        "+",
        "a",
        "\u00e9",
        "%25E9",
        "http://",
        ":80",
        "/",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=20).map("".join))


@given(TEXTS)
@settings(deadline=None)
def test_text_compared_with_itself_has_no_differing_rows(text: str) -> None:
    """Whatever it is, it is the key."""
    comparison = compare(text, text)
    assert differing(comparison) == []
    assert [cause.code for cause in comparison.causes] == ["wrong-secret"]


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_marks_lie_within_the_text_and_a_cause_is_always_named(ours: str, theirs: str) -> None:
    """They are in order, not empty, and do not overlap; a difference without a cause is none."""
    comparison = compare(ours, theirs)
    assert comparison.causes
    for row in comparison.rows:
        for text, spans in ((row.ours, row.our_marks), (row.theirs, row.their_marks)):
            edges = [edge for span in spans for edge in span]
            assert edges == sorted(set(edges))
            assert all(0 <= edge <= len(text or "") for edge in edges)
    assert all(cause.summary.isprintable() for cause in comparison.causes)


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_every_parameter_stands_in_one_row(ours: str, theirs: str) -> None:
    """None is lost, and none is made up."""
    rows = [row for row in compare(ours, theirs).rows if row.is_parameter]
    for side, text in (("ours", ours), ("theirs", theirs)):
        shown = [(r.name, getattr(r, side)) for r in rows if getattr(r, side) is not None]
        assert sorted(shown) == sorted(parse_base_string(text).parameters)


def _joined(name: str, size: int) -> str:
    return "%26".join([name.format(number) for number in range(size // 12)])


HOSTILE: dict[str, Callable[[int], tuple[str, str]]] = {
    "escapes": lambda n: ("a%3D" + "%2520" * (n // 5), "a%3D" + "%2B" * (n // 3)),
    "one name": lambda n: (_joined("a%3D{}", n), "a%3D%26" * (n // 7)),
    "many names": lambda n: (_joined("a{}%3D", n), _joined("b{}%3D", n)),
    "ampersands": lambda n: ("&" * n, "=" * n),
    "percents": lambda n: ("%25" * (n // 3), "%" * n),
    "accents": lambda n: (
        "a%3D" + "\u0301\u0316" * (n // 2),
        "a%3D" + "\u0316\u0301" * (n // 2),
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("sides", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("head", ["GET&http%3A%2F%2Fa%2F&", "GET&http://", ""])
def test_hostile_text_takes_time_linear_in_its_length(
    sides: Callable[[int], tuple[str, str]], head: str
) -> None:
    """A provider's page of a megabyte cannot stop a program."""
    assert_linear(lambda texts: compare(head + texts[0], head + texts[1], now=0), sides, 24_000)
