"""The tree of errors, their problem codes, their statuses and their evidence."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import httplib2
import pytest

import oauth2
from oauth2 import errors
from oauth2.answers import Problem
from oauth2.errors import Error

CLASSES = [
    ("Error", RuntimeError, None, 400),
    ("MalformedHeader", Error, "parameter_rejected", 400),
    ("DuplicateParameter", Error, "parameter_rejected", 400),
    ("ParameterRejected", Error, "parameter_rejected", 400),
    ("VersionRejected", Error, "version_rejected", 400),
    ("ParameterAbsent", Error, "parameter_absent", 400),
    ("MissingSignature", errors.ParameterAbsent, "parameter_absent", 400),
    ("SignatureMethodRejected", Error, "signature_method_rejected", 400),
    ("TimestampRefused", Error, "timestamp_refused", 401),
    ("SignatureInvalid", Error, "signature_invalid", 401),
    ("BodyHashInvalid", errors.SignatureInvalid, "signature_invalid", 401),
    ("NonceUsed", Error, "nonce_used", 401),
    ("NonceStoreFull", Error, "consumer_key_refused", 503),
    ("RedirectRefused", Error, None, 400),
    ("FlowError", Error, None, 400),
    ("TokenRequestError", errors.FlowError, None, 400),
    ("CallbackNotConfirmed", errors.TokenRequestError, None, 400),
    ("AuthorizationDenied", errors.FlowError, "user_refused", 401),
    ("RequestTokenMismatch", errors.FlowError, "token_rejected", 401),
    ("CallbackTimeout", errors.FlowError, None, 400),
]
NAMES = [name for name, *_ in CLASSES]

EVIDENCE: list[tuple[type[Error], str, Any]] = [
    (errors.MalformedHeader, "position", None),
    (errors.DuplicateParameter, "parameter", None),
    (errors.ParameterRejected, "rejected", None),
    (errors.VersionRejected, "version", None),
    (errors.ParameterAbsent, "parameter", None),
    (errors.MissingSignature, "parameter", "oauth_signature"),
    (errors.SignatureMethodRejected, "method", None),
    (errors.SignatureMethodRejected, "accepted", ()),
    (errors.TimestampRefused, "timestamp", None),
    (errors.TimestampRefused, "acceptable", None),
    (errors.SignatureInvalid, "base_string", None),
    (errors.BodyHashInvalid, "base_string", None),
    (errors.NonceUsed, "nonce", None),
    (errors.RedirectRefused, "location", None),
    (errors.FlowError, "problem", None),
    (errors.TokenRequestError, "response", None),
    (errors.TokenRequestError, "content", None),
    (errors.TokenRequestError, "problem", None),
    (errors.CallbackNotConfirmed, "content", None),
    (errors.CallbackTimeout, "seconds", None),
]


def test_table_of_this_module_holds_every_class() -> None:
    """A new error is put into the table, too."""
    own = [value for value in vars(errors).values() if isinstance(value, type)]
    classes = [value.__name__ for value in own if value.__module__ == errors.__name__]
    assert sorted(classes) == sorted(NAMES)


@pytest.mark.parametrize(("name", "parent", "problem", "status"), CLASSES, ids=NAMES)
def test_error_has_its_parent_problem_and_status(
    name: str, parent: type, problem: str | None, status: int
) -> None:
    """The place in the tree, the code of OAuth Problem Reporting, the status of HTTP."""
    cls = getattr(errors, name)
    assert (cls.__bases__, cls.problem, cls.status) == ((parent,), problem, status)


@pytest.mark.parametrize("name", NAMES)
def test_error_is_reached_through_the_package(name: str) -> None:
    """Every class is a public name of oauth2."""
    assert getattr(oauth2, name) is getattr(errors, name)
    assert name in oauth2.__all__


@pytest.mark.parametrize(("name", "problem", "status"), [(n, p, s) for n, _, p, s in CLASSES[1:]])
def test_docstring_draws_the_class(name: str, problem: str | None, status: int) -> None:
    """The drawing in the module's docstring agrees with the classes."""
    line = re.search(rf"\u2500\u2500 {name}\b *(.*)", errors.__doc__ or "")
    assert line is not None, f"{name} is not drawn"
    code = r"\(no code: .*\)" if problem is None else rf"{problem} +{status}"
    assert re.fullmatch(code, line[1].strip())


@pytest.mark.parametrize("name", NAMES)
def test_message_is_the_text_of_the_error(name: str) -> None:
    """``.message`` and ``str()`` give what was said."""
    error = getattr(errors, name)("It went wrong.")
    assert (error.message, str(error), error.args) == (
        "It went wrong.",
        "It went wrong.",
        ("It went wrong.",),
    )


def test_error_has_a_message_of_its_own() -> None:
    """Without an argument it says that an OAuth error occurred."""
    assert (Error().message, str(Error())) == ("OAuth error occurred.", "OAuth error occurred.")


def test_message_may_be_given_by_name() -> None:
    """``Error(message=…)`` is the classic call."""
    assert str(Error(message="x")) == "x"


@pytest.mark.parametrize(("cls", "name", "default"), EVIDENCE)
def test_evidence_has_a_default(cls: type[Error], name: str, default: Any) -> None:
    """Every attribute can be read on an error that was raised without it."""
    assert getattr(cls("x"), name) == default


@pytest.mark.parametrize(("cls", "name", "default"), EVIDENCE)
def test_evidence_is_given_as_a_keyword(cls: type[Error], name: str, default: Any) -> None:
    """What is given is the error's own, and the class keeps its default."""
    evidence = object()
    assert getattr(cls("x", **{name: evidence}), name) is evidence
    assert getattr(cls, name) == default


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
    problem = Problem.of({"oauth_problem": "p", "oauth_problem_advice": "a"})
    error = errors.TokenRequestError("x", response=answer, content=b"c", problem=problem)
    again = pickle.loads(pickle.dumps(error))
    assert (again.response, again.response.status, again.content) == (answer, 401, b"c")
    assert (again.problem, again.problem.advice) == ("p", "a")


@pytest.mark.parametrize("name", NAMES)
def test_error_is_caught_as_error_and_as_runtime_error(name: str) -> None:
    """Programs catch ``oauth2.Error``, or RuntimeError."""
    with pytest.raises(Error) as caught:
        raise getattr(errors, name)("x")
    assert isinstance(caught.value, RuntimeError)
