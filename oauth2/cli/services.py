"""``oauth2 services``: the providers that are known by name."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from ..profiles import default_path
from ..redaction import printable
from ..services import Service, find, load
from .running import SANDBOX, sandbox_service
from .terminal import console, table

__all__ = ["complete_service", "known_services", "service_of", "services"]


def known_services() -> dict[str, Service]:
    """Return the services of the package, and those of the user's own file."""
    own = default_path().with_name("services.json")
    return load(own) if own.exists() else load()


def service_of(name: str) -> Service:
    """Return the service of this name, or the sandbox that runs; raises UnknownService."""
    known = known_services()
    return sandbox_service() if name == SANDBOX and SANDBOX not in known else find(name, known)


def complete_service(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a service."""
    try:
        services = known_services()
    except ValueError:
        services = load()
    return [
        CompletionItem(name, help=service.name)
        for name, service in services.items()
        if name.startswith(incomplete)
    ]


@click.command(short_help="List the providers that are known by name.")
@click.argument("service", required=False, shell_complete=complete_service)
def services(service: str | None) -> None:
    """List the providers that are known by name, or show all about one.

    Your own are read from services.json beside the profiles, a list of objects with id and
    the three URLs at least.

    \b
      $ oauth2 services
      $ oauth2 services tumblr
    """
    known = known_services()
    if service is None:
        _list(list(known.values()))
    else:
        _show(find(service, known))


def _list(known: list[Service]) -> None:
    listed = table("service", "name", "signature", "state")
    for service in known:
        state = str(service.status.get("state", ""))
        cells = service.id, service.name, service.signature_method, state
        listed.add_row(*map(printable, cells))
    console().print(listed)


def _show(service: Service) -> None:
    lines = [("name", service.name)]
    for name in ("request_token_url", "authorize_url", "access_token_url", "whoami_url"):
        lines.append((name.replace("_", " "), getattr(service, name) or ""))
    lines.append(("signature methods", ", ".join(service.signature_methods)))
    for what, described in (
        ("variable", service.url_vars),
        ("request parameter", service.request_token_params),
        ("authorize parameter", service.authorize_params),
        ("callback", {"": service.callback.get("notes")}),
        ("status", service.status),
    ):
        lines += [
            (what, f"{name}: {text}".lstrip(": ")) for name, text in described.items() if text
        ]
    lines += [("note", quirk) for quirk in service.quirks]
    if service.checked:
        sources = ", ".join(service.checked["sources"])
        lines.append(("checked", f"{service.checked['date']}, against: {sources}"))
    shown = table("", "")
    shown.show_header = False
    for what, text in lines:
        if text:
            shown.add_row(what, printable(text))
    console().print(shown)
