"""What holds for every test."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flows import LIBRARIES, Libraries
from known import CONSUMER, TOKEN
from secrets_check import assert_no_secret

import oauth2

if TYPE_CHECKING:
    from wire import Origin

MARKS = ("sekrit", "kd94hf93", "pfkkdhi9sl3r4s00")

NOT_QUICK = (
    # Need an extra, or start processes.
    *("oauth2/auth/", "oauth2/cli/", "oauth2/rsa.py", "oauth2/sandbox/"),
    *("oauth2/web/", "tests/doors/", "tests/web/"),
    *("oauth2/nonces/django.py", "oauth2/nonces/sql.py", "oauth2/nonces/statements.py"),
    *(
        "tests/auth/",
        "tests/cli/",
        "tests/docs/",
        "tests/packaging/",
        "tests/rsa/",
        "tests/sandbox/",
    ),
    *("tests/nonces/test_django_nonces.py", "tests/nonces/test_redis_nonces.py"),
    *("tests/nonces/test_shared_nonces.py", "tests/nonces/test_sql_nonces.py", "tests/racing.py"),
    # Many requests over sockets, many cases of a judge or of hypothesis, and waits.
    *("tests/test_wire.py", "tests/test_judges.py", "tests/test_roundtrip.py"),
    *(
        "tests/nonces/test_checking.py",
        "tests/test_callback.py",
        "tests/test_flow",
        "tests/test_gateway_servers.py",
        "tests/test_senders.py",
        "tests/test_tinyproxy.py",
        "tests/test_transport.py",
    ),
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Pass over what is not quick where nothing else is asked for: importing it takes seconds."""
    if config.option.markexpr != "quick":
        return None
    return True if _place(collection_path, config).startswith(NOT_QUICK) else None


@pytest.hookimpl(tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark as quick what is not long and not in a place that is named above."""
    for item in items:
        is_quick = not _place(item.path, config).startswith(NOT_QUICK)
        if is_quick and item.get_closest_marker("long") is None:
            item.add_marker("quick")


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Generator[None, Any, Any]:
    """Leave thousands of tests and what they import out of every collection of garbage."""
    gc.collect()
    gc.freeze()
    try:
        return (yield)
    finally:
        gc.unfreeze()


def _place(path: Path, config: pytest.Config) -> str:
    """Return a path within the project, that of a folder with a slash at its end."""
    if not path.is_relative_to(config.rootpath):
        return ""
    return path.relative_to(config.rootpath).as_posix() + "/" * path.is_dir()


@pytest.fixture(autouse=True, scope="module")
def nothing_is_left_open() -> Iterator[None]:
    """Collect garbage after each file: a socket that it left open fails there, and nowhere else.

    What is left is of use to others, and is not looked through again.
    """
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Serve on loopback what a test scripts, and record what is received."""
    from wire import Origin  # it needs oauthlib, which not every test does

    with Origin() as serving:
        yield serving


@pytest.fixture
def make_client() -> Iterator[Callable[..., Any]]:
    """Make clients, of a subclass if asked to, that are closed after the test."""
    made: list[Any] = []

    def make(
        kind: Any = oauth2.Client, token: Any = TOKEN, consumer: Any = CONSUMER, **options: Any
    ) -> Any:
        made.append(kind(consumer, token, **{"proxy_info": None, "timeout": 10, **options}))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture(scope="session")
def libraries() -> Iterator[Libraries]:
    """Make one client of each HTTP library when it is needed, and close them all."""
    made = Libraries()
    yield made
    made.close_all()


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    """Name each HTTP library by which a flow can send, the Client first."""
    name: str = request.param
    return name


@pytest.fixture
def flow_of(library: str, libraries: Libraries, make_client: Any) -> Callable[..., Any]:
    """Make flows of a consumer by each HTTP library, which has the same arguments for all."""

    def make(consumer: oauth2.Consumer, **options: Any) -> Any:
        if library != LIBRARIES[0]:
            return libraries.flow(library, consumer, **options)
        names = {"signature_method", "placement", "realm", "timeout"} & options.keys()
        settings = {name: options.pop(name) for name in names}
        defaults = {"placement": "header", "include_body_hash": False}
        client = make_client(consumer=None, token=None, **{**defaults, **settings})
        return oauth2.Flow(consumer, client=client, **options)

    return make


@pytest.fixture(autouse=True)
def no_error_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search each `oauth2.Error` as it is made; the secrets of these tests bear a mark."""
    make = oauth2.Error.__init__

    def checked(self: oauth2.Error, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        assert_no_secret(self, *MARKS)

    monkeypatch.setattr(oauth2.Error, "__init__", checked)


@pytest.fixture
def monotonic(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Stop the monotonic clock, and give a list of the one time that it shows."""
    shown = [5000.25]
    with monkeypatch.context() as patched:
        patched.setattr(time, "monotonic", lambda: shown[0])
        yield shown
