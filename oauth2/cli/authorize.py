"""``oauth2 authorize``: the three-legged flow, from a terminal."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from contextlib import nullcontext
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
from ..reasons import reason_of
from ..redaction import printable
from ..services import Service, ServiceError
from ..urls import split_url
from .browser import open_browser
from .callback_options import HOSTS, callback_options
from .credentials import ask_consumer, file_option, given_profile, require_own_name, save, store
from .explaining import explain_option, explained_errors
from .options import pair_option, signing_options
from .pasted import pasted_answer
from .running import SANDBOX, consumer_at
from .services import complete_service, service_of
from .terminal import on_one_line, prompt, say

__all__ = ["authorize"]

_LEGS = ("request_token_url", "authorize_url", "access_token_url")
_METHODS = click.Choice(["POST", "GET"])
_LONGEST = 30.0  # seconds for one response of the provider


@click.command(short_help="Walk through the three-legged flow, and store the token.")
@click.argument("service", required=False, shell_complete=complete_service)
@click.option(
    "--request-token-url", metavar="URL", help="Leg 1, of a provider that is not a SERVICE."
)
@click.option("--authorize-url", metavar="URL", help="Leg 2: the page for the user.")
@click.option("--access-token-url", metavar="URL", help="Leg 3: where the verifier is exchanged.")
@click.option("--token-method", type=_METHODS, help="The method of legs 1 and 3.")
@click.option("-p", "--profile", "name", metavar="NAME", help="Store the token as this.")
@file_option
@click.option(
    "--var", "variables", **pair_option("NAME=VALUE"), help="The value of a {NAME} in URLs."
)
@click.option(
    "--request-param",
    "request_token_parameters",
    **pair_option("NAME=VALUE"),
    help="Send with leg 1.",
)
@click.option(
    "--param",
    "authorize_parameters",
    **pair_option("NAME=VALUE"),
    help="Add to the URL of leg 2.",
)
@callback_options
@signing_options
@explain_option
def authorize(service: str | None, name: str | None, explains: bool, **options: Any) -> None:
    """Get an access token: open the browser, wait for the user, and store it as a profile.

    SERVICE is one of 'oauth2 services', or sandbox while one runs; for another, give the three
    URLs. Key and secret of the consumer are read from the environment, a file or the profile, or
    asked for.

    \b
      $ oauth2 authorize tumblr --no-browser
      $ oauth2 authorize --profile photos \\
          --request-token-url https://photos.example.net/request_token \\
          --authorize-url https://photos.example.net/authorize \\
          --access-token-url https://photos.example.net/access_token
    """
    profiles = store()
    profiles.check_writable()  # or a token would be issued that cannot be kept
    given = _Options(**options)
    provider = _provider(service, given)
    try:
        expanded = provider.expand(dict(given.variables))
    except ServiceError as exc:
        raise click.UsageError(f"--var: {exc}") from exc
    name = name or provider.id
    consumer = _consumer(name, given.credentials_file, profiles, expanded)
    profile = _profile(name, consumer, provider, given)
    if any(summary.name == name and summary.token_key for summary in profiles.summaries()):
        given = given._replace(replaced=name)
    flow = _flow(consumer, provider, given)
    with explained_errors(flow.client) if explains else nullcontext():
        token = _walk(flow, provider, given)
    realm = given.realm if given.realm or given.realm is False else expanded.realm
    _keep(replace(profile, realm=realm, token=token), token, profiles, provider)


class _Options(NamedTuple):
    """The options, as the command line gives them; ``replaced`` is a profile with an old token."""

    request_token_url: str | None
    authorize_url: str | None
    access_token_url: str | None
    token_method: str | None
    credentials_file: str | None
    variables: Sequence[tuple[str, str]]
    request_token_parameters: Sequence[tuple[str, str]]
    authorize_parameters: Sequence[tuple[str, str]]
    no_browser: bool
    callback: str | None
    callback_host: str | None
    port: int
    timeout: float
    unconfirmed: bool
    placement: str | None
    realm: str | bool | None
    signature_method: str | None
    private_key: str | None
    replaced: str | None = None


def _provider(name: str | None, options: _Options) -> Service:
    """Return the service of this name, or one of the three URLs, with what the options change."""
    urls = {leg: getattr(options, leg) for leg in _LEGS if getattr(options, leg)}
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
        provider = service_of(name)
    changes: dict[str, Any] = dict(urls)
    if options.token_method:
        methods = (options.token_method,)
        changes.update(request_token_method=methods, access_token_method=methods)
    if options.unconfirmed:
        changes["require_callback_confirmed"] = False
    return provider._replace(**changes)


def _profile(name: str, consumer: Consumer, provider: Service, options: _Options) -> Profile:
    """Return the profile to store; raises ProfileError for a name that it cannot have."""
    return Profile(
        name,
        consumer,
        service=provider.id,
        signature_method=options.signature_method or provider.signature_method,
        placement=options.placement,
        private_key=options.private_key and str(Path(options.private_key).absolute()),
        variables=dict(options.variables),
    )


def _flow(consumer: Consumer, provider: Service, options: _Options) -> Flow:
    return provider.flow(
        consumer,
        variables=dict(options.variables),
        signature_method=options.signature_method,
        private_key=Path(options.private_key).read_bytes() if options.private_key else None,
        placement=options.placement,
        realm=options.realm,
        timeout=min(options.timeout, _LONGEST),
    )


def _consumer(name: str, file: str | None, profiles: ProfileStore, provider: Service) -> Consumer:
    """Return the consumer, never that of another provider: its key and secret would go there."""
    require_own_name(name, provider.id, profiles)
    if provider.id == SANDBOX and file is None:
        running = consumer_at(provider.request_token_url)
        if running is not None:  # it may have another consumer than when this was stored
            return running
    given = given_profile(None, file)
    if given is not None:
        return given.consumer
    if name in {summary.name for summary in profiles.summaries()}:
        return profiles.get(name).consumer
    return ask_consumer(needs_secret=provider.consumer_secret is None)


def _walk(flow: Flow, provider: Service, options: _Options) -> Token:
    """Take the three legs: by a redirect to loopback, a PIN, or an address that is typed."""
    callback = options.callback or _callback(provider, options)
    if callback is None:
        return flow.fetch_access_token(redirect_url=_wait(flow, options))
    flow.callback = callback
    flow.fetch_request_token(**dict(options.request_token_parameters))
    _visit(flow.authorization_url(**dict(options.authorize_parameters)), options)
    if callback != "oob":
        return _by_hand(flow, "The address that the browser ended at")
    if provider.verifier_used is False:
        prompt("Press Enter when you have authorized the application", default="")
        return flow.fetch_access_token()
    return _by_hand(flow, "PIN")


def _by_hand(flow: Flow, what: str) -> Token:
    """Ask for what the provider shows, and again where it was mistyped, in a terminal."""
    while True:
        try:
            return flow.fetch_access_token(**pasted_answer(prompt(what)))
        except TokenRequestError as exc:
            if exc.problem != "verifier_invalid" or not sys.stdin.isatty():
                raise
            say(f"{reason_of(exc)}: type it once more, or stop with Ctrl-C.")


def _callback(provider: Service, options: _Options) -> str | None:
    """Return "oob" where a PIN is asked for, or needed; None for loopback."""
    is_named = options.port or options.callback_host
    is_registered = provider.accepts_any_callback is False and not is_named
    if provider.accepts_oob is False and is_registered:
        raise click.UsageError(
            "expected --port, --callback-host or --callback, as registered:"
            f" {provider.name} accepts no other"
        )
    is_pin = is_registered or options.no_browser
    return "oob" if is_pin and provider.accepts_oob is not False else None


def _visit(url: str, options: _Options) -> None:
    if options.replaced is not None:
        click.echo(f"Profile {options.replaced} has a token, which the new one will replace.")
    click.echo(f"Open this page and authorize the application:\n\n  {printable(url)}\n")
    if not options.no_browser and not open_browser(url):
        say("No browser could be opened: open the page yourself, or try --no-browser.")


def _wait(flow: Flow, options: _Options) -> str:
    """Wait for the redirect to this machine; return its address, with the verifier."""

    def visit(url: str) -> None:
        _visit(url, options)
        click.echo(f"Waiting for you on {flow.callback}, for {options.timeout:g} seconds.")

    try:
        return loopback.wait(
            flow,
            visit,
            host=options.callback_host or HOSTS[0],
            port=options.port,
            timeout=options.timeout,
            request_parameters=dict(options.request_token_parameters),
            parameters=dict(options.authorize_parameters),
        )
    except OSError as exc:
        raise click.ClickException(f"127.0.0.1:{options.port}: {exc.strerror}") from exc


def _keep(profile: Profile, token: Token, profiles: ProfileStore, provider: Service) -> None:
    """Store the token first, and then say so."""
    save(profile, profiles)
    owner = token.extra.get("screen_name") or token.extra.get("username")
    whose = f"the token of {owner}" if owner else "a token"
    click.echo(on_one_line(f"Stored profile {profile.name}: {whose}."))
    whoami = provider.whoami(token, profile.variables)
    if whoami:
        words = ["oauth2", "request", "GET", whoami, "--profile", profile.name]
        click.echo(printable(f"Try: {shlex.join(words)}"))
