"""The tree of errors, their problem codes, their statuses and their evidence."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import httplib2
import pytest

import oauth2
from oauth2 import errors
from oauth2.errors import Error
from oauth2.problems import Problem


class Facts(NamedTuple):
    """What is pinned of a class: its place, its code, its status, and its evidence by default."""

    name: str
    parents: type | tuple[type, ...]
    problem: str | None
    status: int
    evidence: Mapping[str, Any] = {}


ANSWER = {"response": None, "content": None, "problem": None}
CLASSES = [
    Facts("Error", RuntimeError, None, 400),
    Facts("MalformedHeader", Error, "parameter_rejected", 400, {"position": None}),
    Facts("DuplicateParameter", Error, "parameter_rejected", 400, {"parameter": None}),
    Facts("ParameterRejected", Error, "parameter_rejected", 400, {"rejected": None}),
    Facts("MalformedRequest", (Error, ValueError), "parameter_rejected", 400),
    Facts("BodyTooLarge", Error, "parameter_rejected", 413, {"limit": None}),
    Facts("Unsigned", Error, "parameter_absent", 401),
    Facts("VersionRejected", Error, "version_rejected", 400, {"version": None}),
    Facts("ParameterAbsent", Error, "parameter_absent", 400, {"parameter": None}),
    Facts(
        "MissingSignature",
        errors.ParameterAbsent,
        "parameter_absent",
        400,
        {"parameter": "oauth_signature"},
    ),
    Facts(
        "SignatureMethodRejected",
        Error,
        "signature_method_rejected",
        400,
        {"method": None, "accepted": ()},
    ),
    Facts("ConsumerUnknown", Error, "consumer_key_unknown", 401),
    Facts("TokenUnknown", Error, "token_rejected", 401),
    Facts(
        "TimestampRefused",
        Error,
        "timestamp_refused",
        401,
        {"timestamp": None, "acceptable": None},
    ),
    Facts("SignatureInvalid", Error, "signature_invalid", 401, {"base_string": None}),
    Facts(
        "BodyHashInvalid",
        errors.SignatureInvalid,
        "signature_invalid",
        401,
        {"base_string": None},
    ),
    Facts("NonceUsed", Error, "nonce_used", 401, {"nonce": None}),
    Facts("NonceStoreFull", Error, "consumer_key_refused", 503),
    Facts("NonceStoreUnavailable", Error, "consumer_key_refused", 503),
    Facts("RedirectRefused", Error, None, 400, {"location": None}),
    Facts("FlowError", Error, None, 400, {"problem": None}),
    Facts("TokenRequestError", errors.FlowError, None, 400, ANSWER),
    Facts("CallbackNotConfirmed", errors.TokenRequestError, None, 400, ANSWER),
    Facts("AuthorizationDenied", errors.FlowError, "user_refused", 401),
    Facts("RequestTokenMismatch", errors.FlowError, "token_rejected", 401),
    Facts("CallbackTimeout", errors.FlowError, None, 400, {"seconds": None}),
]
NAMES = [facts.name for facts in CLASSES]


def test_table_of_this_module_holds_every_class() -> None:
    """A new error is put into the table, too."""
    own = [value for value in vars(errors).values() if isinstance(value, type)]
    classes = [value.__name__ for value in own if issubclass(value, Error)]
    assert sorted(classes) == sorted(NAMES)


@pytest.mark.parametrize("facts", CLASSES, ids=NAMES)
def test_error_is_what_its_facts_say(facts: Facts) -> None:
    """Its place in the tree and in the package, its codes, its message, and its evidence."""
    cls = getattr(errors, facts.name)
    assert (cls.__bases__, cls.problem, cls.status) == (
        facts.parents if isinstance(facts.parents, tuple) else (facts.parents,),
        facts.problem,
        facts.status,
    )
    assert getattr(oauth2, facts.name) is cls
    assert facts.name in oauth2.__all__
    with pytest.raises(RuntimeError) as caught:
        raise cls("It went wrong.")
    error = caught.value
    assert isinstance(error, Error)
    assert (error.message, str(error), error.args) == (
        "It went wrong.",
        "It went wrong.",
        ("It went wrong.",),
    )
    for name, default in facts.evidence.items():
        given = object()
        assert getattr(error, name) == default, f"{name} of an error that was raised without it"
        assert getattr(cls("x", **{name: given}), name) is given, f"{name} as it was given"
        assert getattr(cls("x"), name) == default, f"{name} of the next error"


@pytest.mark.parametrize("facts", CLASSES[1:], ids=NAMES[1:])
def test_docstring_draws_the_class(facts: Facts) -> None:
    """The drawing in the module's docstring agrees with the classes."""
    line = re.search(rf"\u2500\u2500 {facts.name}\b *(.*)", errors.__doc__ or "")
    assert line is not None, f"{facts.name} is not drawn"
    code = r"\(no code: .*\)" if facts.problem is None else rf"{facts.problem} +{facts.status}"
    assert re.fullmatch(code, line[1].strip())


def test_error_has_a_message_of_its_own() -> None:
    """Without an argument it says that an OAuth error occurred."""
    assert (Error().message, str(Error())) == ("OAuth error occurred.", "OAuth error occurred.")


def test_message_may_be_given_by_name() -> None:
    """``Error(message=…)`` is the classic call."""
    assert str(Error(message="x")) == "x"


@pytest.mark.parametrize("name", ["nonec", "message_", "args", "__doc__"])
def test_a_keyword_that_the_class_does_not_have_is_refused(name: str) -> None:
    """A misspelt one would be lost in silence."""
    expected = f"NonceUsed: expected attributes as keywords, got '{name}'"
    with pytest.raises(TypeError, match=re.escape(expected)):
        errors.NonceUsed("x", **{name: "y"})


@pytest.mark.parametrize("again", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy])
def test_error_survives_pickling_and_copying(again: Any) -> None:
    """An error can travel from a worker to its parent, with its evidence."""
    error = again(errors.TimestampRefused("x", timestamp="1", acceptable=(2, 3)))
    assert type(error) is errors.TimestampRefused
    assert (error.message, error.timestamp, error.acceptable) == ("x", "1", (2, 3))


def test_error_with_an_answer_survives_pickling() -> None:
    """The answer of a provider, and the problem in it, travel with the error."""
    answer = httplib2.Response({"status": "401", "x": "y"})
    problem = Problem.from_fields({"oauth_problem": "p", "oauth_problem_advice": "a"})
    error = errors.TokenRequestError("x", response=answer, content=b"c", problem=problem)
    again = pickle.loads(pickle.dumps(error))
    assert (again.response, again.response.status, again.content) == (answer, 401, b"c")
    assert (again.problem, again.problem.advice) == ("p", "a")
