"""``oauth2 authorize``: the three-legged flow, from a terminal."""

from __future__ import annotations

import shlex
import sys
import webbrowser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import click

from .. import callback as loopback
from ..credentials import Consumer, Token
from ..errors import TokenRequestError
from ..flow import Flow
from ..profiles import Profile, ProfileStore
from ..services import Service, ServiceError, find
from ..urls import split_url
from .credentials import ask_consumer, file_option, given_profile, store
from .options import pair_option, signing_options
from .services import complete_service, known_services
from .terminal import on_one_line, printable, prompt, say

_LEGS = ("request_token_url", "authorize_url", "access_token_url")
_METHODS = click.Choice(["POST", "GET"])
_LONGEST = 30.0  # seconds for one answer of the provider


@click.command(short_help="Walk through the three-legged flow, and store the token.")
@click.argument("service", required=False, shell_complete=complete_service)
@click.option("--request-token-url", metavar="URL", help="Leg 1, of a provider without a name.")
@click.option("--authorize-url", metavar="URL", help="Leg 2: the page for the user.")
@click.option("--access-token-url", metavar="URL", help="Leg 3: where the verifier goes.")
@click.option("--token-method", type=_METHODS, help="The method of legs 1 and 3.")
@click.option(*("-p", "--profile", "name"), metavar="NAME", help="Store the token as this.")
@file_option
@click.option(
    "--var", "variables", **pair_option("NAME=VALUE"), help="What fills a {NAME} in URLs."
)
@click.option("--request-param", "asked", **pair_option("NAME=VALUE"), help="Send with leg 1.")
@click.option(
    "--param", "parameters", **pair_option("NAME=VALUE"), help="Put on the authorize page."
)
@click.option("--no-browser", is_flag=True, help="Open no browser, and take a PIN where possible.")
@click.option(
    "--callback",
    metavar="oob|URL",
    help="Take a PIN (oob); or the registered URL, and type the address to which it leads."
    " By default the user comes back to 127.0.0.1, or types a PIN where the provider"
    " takes none but a registered callback.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port on 127.0.0.1; by default a free one. A provider that wants the callback"
    " registered wants http://127.0.0.1:PORT/callback.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the user, and for each answer, which has 30 seconds at most.",
)
@click.option("--unconfirmed", is_flag=True, help="Accept a provider of OAuth 1.0, without the a.")
@signing_options
def authorize(service: str | None, name: str | None, **options: Any) -> None:
    """Get an access token: open the browser, wait for the user, and store it as a profile.

    SERVICE is one of 'oauth2 services'; for another, give the three URLs. Key and secret of
    the consumer come from the environment, a file, the profile, or you.

    \b
      $ oauth2 authorize tumblr --no-browser
      $ oauth2 authorize --profile photos \\
          --request-token-url https://photos.example.net/request_token \\
          --authorize-url https://photos.example.net/authorize \\
          --access-token-url https://photos.example.net/access_token
    """
    profiles = store()
    profiles.check_writable()  # or a token would come that cannot be kept
    wanted = _Wanted(**options)
    provider = _provider(service, wanted)
    variables = dict(wanted.variables)
    try:
        realm = provider.filled(variables).realm
    except ServiceError as exc:
        raise click.UsageError(f"--var: {exc}") from exc
    name = name or provider.id
    consumer = _consumer(name, wanted.credentials_file, profiles, provider)
    profile = Profile(
        name,
        consumer,
        service=provider.id,
        signature_method=wanted.signature_method or provider.signature_method,
        placement=wanted.placement,
        realm=wanted.realm or realm,
        private_key=wanted.private_key and str(Path(wanted.private_key).absolute()),
        variables=variables,
    )
    flow = provider.flow(
        consumer,
        variables=variables,
        method=wanted.signature_method,
        private_key=Path(wanted.private_key).read_bytes() if wanted.private_key else None,
        placement=wanted.placement,
        realm=wanted.realm,
        timeout=min(wanted.timeout, _LONGEST),
    )
    token = _walk(flow, provider, wanted)
    _keep(replace(profile, token=token), token, profiles, provider)


class _Wanted(NamedTuple):
    """The options, as they were given."""

    request_token_url: str | None
    authorize_url: str | None
    access_token_url: str | None
    token_method: str | None
    credentials_file: str | None
    variables: Sequence[tuple[str, str]]
    asked: Sequence[tuple[str, str]]
    parameters: Sequence[tuple[str, str]]
    no_browser: bool
    callback: str | None
    port: int
    timeout: float
    unconfirmed: bool
    placement: str | None
    realm: str | None
    signature_method: str | None
    private_key: str | None


def _provider(name: str | None, wanted: _Wanted) -> Service:
    """Return the service of this name, or one of the three URLs, as the options want it."""
    urls = {leg: getattr(wanted, leg) for leg in _LEGS if getattr(wanted, leg)}
    if name is None and len(urls) < len(_LEGS):
        raise click.UsageError("expected a SERVICE ('oauth2 services' lists them), or three URLs")
    if name is None:
        for leg, url in urls.items():
            try:
                split_url(url)
            except ValueError as exc:
                raise click.UsageError(f"--{leg.replace('_', '-')}: {exc}") from exc
        host = urlsplit(urls["request_token_url"]).netloc
        provider = Service(host, host, **urls)
    else:
        provider = find(name, known_services())
    changes: dict[str, Any] = dict(urls)
    if wanted.token_method:
        methods = (wanted.token_method,)
        changes.update(request_token_method=methods, access_token_method=methods)
    if wanted.unconfirmed:
        changes["require_callback_confirmed"] = False
    return provider._replace(**changes)


def _consumer(name: str, file: str | None, profiles: ProfileStore, provider: Service) -> Consumer:
    """Return the consumer, never that of another provider: its key and secret would go there."""
    stored = {summary.name: summary.service for summary in profiles.summaries()}
    if stored.get(name, provider.id) != provider.id:
        of = stored[name] or "another provider"
        raise click.UsageError(f"--profile: expected a name of its own, as {name} is of {of}")
    given = given_profile(None, file)
    if given is not None:
        return given.consumer
    if name in stored:
        return profiles.get(name).consumer
    return ask_consumer(needs_secret=provider.consumer_secret is None)


def _walk(flow: Flow, provider: Service, wanted: _Wanted) -> Token:
    """Take the three legs; the user comes back to loopback, with a PIN, or with an address."""
    callback = wanted.callback or _callback(provider, wanted)
    if callback is None:
        return flow.fetch_access_token(redirect_url=_wait(flow, wanted))
    flow.callback = callback
    flow.fetch_request_token(**dict(wanted.asked))
    _visit(flow.authorization_url(**dict(wanted.parameters)), wanted)
    if callback != "oob":
        return flow.fetch_access_token(redirect_url=prompt("The address to which it led you"))
    if provider.verifier_used is False:
        prompt("Press Enter when you have said yes", default="")
        return flow.fetch_access_token()
    return _by_pin(flow)


def _by_pin(flow: Flow) -> Token:
    """Ask for the PIN, and again where it was mistyped, as long as there is somebody to ask."""
    while True:
        try:
            return flow.fetch_access_token(prompt("PIN"))
        except TokenRequestError as exc:
            if exc.problem != "verifier_invalid" or not sys.stdin.isatty():
                raise
            say(f"{exc}: type it once more, or stop with Ctrl-C.")


def _callback(provider: Service, wanted: _Wanted) -> str | None:
    """Return "oob" where a PIN is wanted, or needed; None for loopback."""
    is_registered = provider.accepts_any_callback is False and not wanted.port
    if provider.accepts_oob is False and is_registered:
        raise click.UsageError(
            f"expected --port, or --callback URL, as registered: {provider.name} takes no other"
        )
    is_pin = is_registered or wanted.no_browser
    return "oob" if is_pin and provider.accepts_oob is not False else None


def _visit(url: str, wanted: _Wanted) -> None:
    click.echo(f"Open this page, and say yes:\n\n  {printable(url)}\n")
    if not wanted.no_browser and not webbrowser.open(url):
        say("No browser could be opened here: open the page by yourself, or try --no-browser.")


def _wait(flow: Flow, wanted: _Wanted) -> str:
    """Let the user come back to this machine; return the address with the verifier."""

    def visit(url: str) -> None:
        _visit(url, wanted)
        click.echo(f"Waiting for you on {flow.callback}, for {wanted.timeout:g} seconds.")

    try:
        return loopback.wait(
            flow,
            visit,
            port=wanted.port,
            timeout=wanted.timeout,
            request_parameters=dict(wanted.asked),
            parameters=dict(wanted.parameters),
        )
    except OSError as exc:
        raise click.ClickException(f"127.0.0.1:{wanted.port}: {exc.strerror}") from exc


def _keep(profile: Profile, token: Token, profiles: ProfileStore, provider: Service) -> None:
    """Store the token first, and then say so."""
    warning = profiles.save(profile)
    if warning:
        say(warning)
    owner = token.extra.get("screen_name") or token.extra.get("username")
    whose = f"the token of {owner}" if owner else "a token"
    click.echo(on_one_line(f"Stored profile {profile.name}: {whose}."))
    whoami = provider.whoami(token, profile.variables)
    if whoami:
        words = ["oauth2", "request", "GET", whoami, "--profile", profile.name]
        click.echo(printable(f"Try: {shlex.join(words)}"))
