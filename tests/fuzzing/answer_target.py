"""What a provider answers: a token, a problem, a base string, or a page; in any charset."""

from __future__ import annotations

from known import CONSUMER, NOW, TOKEN

import oauth2
from oauth2 import problems
from oauth2.clock import clock_gap, provider_time
from oauth2.diagnosis import Sent, compare, explain_response, find_base_string, parse_base_string
from oauth2.encoding import escape
from oauth2.legs import Leg, token_of
from oauth2.received import Answer, Gathering, Response, ResponseTooLong

from .outcomes import MARK, SECRETS, attempt, text

__all__ = ["answer"]

_URL = "https://photos.example.net/token"
_SIGNED = f"oauth_nonce=n&oauth_signature_method=HMAC-SHA1&oauth_timestamp={NOW}&oauth_token=token"
_BASE = f"GET&https%3A%2F%2Fphotos.example.net%2Fphotos&{escape(_SIGNED)}"
_LEG = Leg("request token", "POST", _URL, CONSUMER, TOKEN, {"oauth_callback": "oob"}, True)


def answer(data: bytes) -> None:
    """Fail where an answer raises what is not documented, or shows a secret that it holds.

    An input is a status, header fields and a body, as HTTP has them; or a body alone.
    """
    status, fields, content = _parts(data)
    _assert_reported(fields, content)
    _assert_explained(status, fields, content)
    _assert_token(status, fields, content)
    _assert_base_string(text(content))
    _assert_decoded(status, fields, content)


def _parts(data: bytes) -> tuple[int, dict[str, str], bytes]:
    head, blank, content = data.partition(b"\n\n")
    lines = text(head).split("\n")
    if not (blank and lines[0].isascii() and lines[0].isdigit() and len(lines[0]) == 3):
        return 401, {}, data
    pairs = [line.partition(":") for line in lines[1:]]
    return int(lines[0]), {name.lower(): value.strip() for name, _, value in pairs}, content


def _assert_reported(fields: dict[str, str], content: bytes) -> None:
    reported = problems.problem(fields, content)
    provider_time(fields, content)
    clock_gap(401, fields, content, NOW, NOW)
    if reported:
        assert problems.Problem.from_fields({"oauth_problem": reported}) == reported
    clean = problems.redacted_body(fields, content, SECRETS)
    for secret in SECRETS:
        assert secret.encode() not in clean
        assert secret not in problems.text(fields, clean)


def _assert_explained(status: int, fields: dict[str, str], content: bytes) -> None:
    sent = Sent(_BASE, CONSUMER, TOKEN, NOW, needs_token=True)
    explanation = explain_response(sent, status, fields, content)
    shown = repr(explanation)
    if MARK not in text(content) + repr(fields):
        assert MARK not in shown


def _assert_token(status: int, fields: dict[str, str], content: bytes) -> None:
    response = _response(status, fields)
    token = token_of(response, content)
    if token is not None:
        again = token_of(_response(200, {}), token.to_string().encode("utf-8", "surrogateescape"))
        assert again is not None
        assert (again.key, again.secret) == (token.key, token.secret)
        assert again.callback_confirmed == token.callback_confirmed
    outcome = attempt(lambda: _LEG.token_from(response, content), oauth2.TokenRequestError)
    if isinstance(outcome, oauth2.TokenRequestError):
        _assert_hidden(outcome)
    else:
        assert isinstance(outcome, oauth2.Token)


def _assert_hidden(error: oauth2.TokenRequestError) -> None:
    """Look at the text itself: its repr has letters where it has a line break or a tab."""
    told = [error.message, str(error), text(error.content or b"")]
    told += [each for field in error.response.items() for each in field]
    if isinstance(error.problem, problems.Problem):
        told += [error.problem, error.problem.advice or "", *error.problem.parameters_absent]
        told += [each for pair in error.problem.parameters_rejected for each in pair]
    for secret in SECRETS:
        assert not [each for each in told if secret in each], f"{secret} is shown"


def _response(status: int, fields: dict[str, str]) -> Response:
    return Response(status, "Reason", list(fields.items()))


def _assert_base_string(body: str) -> None:
    found = find_base_string(body)
    if found is not None:
        assert compare(_BASE, found).causes
        assert find_base_string(found) is not None
    parse_base_string(body)


def _assert_decoded(status: int, fields: dict[str, str], content: bytes) -> None:
    gathering = Gathering(_response(status, fields))
    gathering.add(content)
    decoded = attempt(gathering.answer, ResponseTooLong)
    assert isinstance(decoded, (Answer, ResponseTooLong))
