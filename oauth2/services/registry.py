"""The registry of providers: those of ``services.json``, and those of the user's own files."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from importlib import resources
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ..async_flow import AsyncFlow
from ..client import Client
from ..credentials import Consumer, Token
from ..encoding import escape
from ..flow import Flow
from ..signature import signature_method as method_of
from .clients import make_client
from .schema import ServiceError, json_type, validated
from .suggestion import suggestion
from .variables import expanded, is_base_url, is_name, is_start, names_in, spelled

__all__ = ["Service", "UnknownService", "find", "load"]

_NONE: Mapping[str, str] = MappingProxyType({})


class UnknownService(ServiceError, LookupError):
    """No service has this name."""


class Service(NamedTuple):
    """What a provider needs: its three URLs, and where it differs from others.

    A ``{name}`` in a URL or in ``realm`` stands for a variable, which ``url_vars``
    explains. ``placement`` is where OAuth parameters go while a token is fetched;
    afterwards they go into the header. ``consumer_secret`` is ``""`` where a consumer has
    none, else None. ``verifier_used`` is None where nobody knows. ``authorize_names``,
    ``require_callback_confirmed``, ``request_token_callback`` and ``redirect_has_token`` are as
    those of Flow. ``signed_calls`` is False where the token is all that OAuth is for, and calls
    are not signed. ``spellings`` says how the values of variables are written in the "url" and in
    the "realm", where these differ: "lower-hyphen" or "UPPER_UNDERSCORE". ``checked`` has the
    "date" on which all this was compared with its "sources": "server" is the provider's own code,
    "documentation" its own pages, "client" the code of a client, "report" an issue or a question,
    "page" what somebody else wrote.

    >>> service = Service("mine", "Mine", "{base}/request", "{base}/authorize", "{base}/access")
    >>> flow = service.flow(Consumer("key", "secret"), variables={"base": "https://my.example/"})
    >>> flow.access_token_url
    'https://my.example/access'
    """

    id: str
    name: str
    request_token_url: str
    authorize_url: str
    access_token_url: str
    aliases: Collection[str] = ()
    whoami_url: str | None = None
    signature_methods: Collection[str] = ("HMAC-SHA1",)
    consumer_secret: str | None = None
    request_token_method: Collection[str] = ("POST",)
    access_token_method: Collection[str] = ("POST",)
    placement: str = "header"
    realm: str | None = None
    callback: Mapping[str, Any] = _NONE
    verifier_used: bool | None = None
    require_callback_confirmed: bool = True
    authorize_names: Mapping[str, str] = MappingProxyType({"oauth_token": "oauth_token"})
    request_token_params: Mapping[str, str] = _NONE
    authorize_params: Mapping[str, str] = _NONE
    url_vars: Mapping[str, str] = _NONE
    url_defaults: Mapping[str, str] = _NONE
    quirks: Collection[str] = ()
    status: Mapping[str, Any] = _NONE
    request_token_callback: str | None = None
    redirect_has_token: bool = True
    signed_calls: bool = True
    spellings: Mapping[str, str] = _NONE
    checked: Mapping[str, Any] = _NONE

    @property
    def signature_method(self) -> str:
        """The first signature method that is not PLAINTEXT, if there is one."""
        return next((name for name in self.signature_methods if name != "PLAINTEXT"), "PLAINTEXT")

    @property
    def accepts_oob(self) -> bool | None:
        """Whether it can show a PIN instead of a redirect; None where nobody knows."""
        return self.callback.get("oob")

    @property
    def accepts_any_callback(self) -> bool | None:
        """Whether a flow may name any callback; else it is registered with the consumer."""
        return self.callback.get("dynamic")

    def client(
        self,
        consumer: Consumer,
        token: Token | None = None,
        *,
        variables: Mapping[str, str] = _NONE,
        signature_method: str | None = None,
        method: str | None = None,
        private_key: str | bytes | None = None,
        **options: Any,
    ) -> Client:
        """Return a Client that signs as this provider wants it.

        ``signature_method`` is the name of another one (``method`` is its name in 2.1),
        ``private_key`` PEM for those of RSA. ``options`` are further arguments of Client;
        None leaves the provider's own. Raises as `expand` and
        `oauth2.signature.signature_method` do.
        """
        name = signature_method or method or self.signature_method
        realm = self.realm and self.filled(variables).realm
        given = {option: value for option, value in options.items() if value is not None}
        return make_client(Client, consumer, token, name, private_key, {"realm": realm, **given})

    def flow(
        self,
        consumer: Consumer,
        *,
        callback: str = "oob",
        client: Client | None = None,
        http: Any = None,
        variables: Mapping[str, str] = _NONE,
        **options: Any,
    ) -> Flow:
        """Return a Flow with this provider's URLs and options, which sends by client or http.

        ``options`` are those of `client`, for the Client that is made where neither is given;
        beside ``http``, they are ``signature_method`` (a name), ``private_key``, ``placement``,
        ``realm`` and ``timeout``. Raises as `client` and Flow do.
        """
        service = self.filled(variables)
        provider = service._provider(callback)
        if http is not None:
            settings = service._settings(**options)
            return Flow(consumer, client=client, http=http, **provider, **settings)
        options["placement"] = options.get("placement") or service.placement
        return Flow(consumer, client=client or service.client(consumer, **options), **provider)

    def async_flow(
        self,
        consumer: Consumer,
        *,
        http: Any,
        callback: str = "oob",
        variables: Mapping[str, str] = _NONE,
        **options: Any,
    ) -> AsyncFlow:
        """Return what `flow` does for this ``http``, as an AsyncFlow."""
        service = self.filled(variables)
        settings = service._settings(**options)
        return AsyncFlow(consumer, http=http, **service._provider(callback), **settings)

    def _provider(self, callback: str) -> dict[str, Any]:
        """Return the arguments of a flow that are this provider's, once it is filled in."""
        return {
            "request_token_url": self.request_token_url,
            "authorize_url": self.authorize_url,
            "access_token_url": self.access_token_url,
            "callback": callback,
            "request_token_method": _method(self.request_token_method),
            "access_token_method": _method(self.access_token_method),
            "require_callback_confirmed": self.require_callback_confirmed,
            "authorize_names": self.authorize_names,
            "request_token_callback": self.request_token_callback,
            "redirect_has_token": self.redirect_has_token,
        }

    def _settings(
        self,
        signature_method: str | None = None,
        private_key: str | bytes | None = None,
        placement: str | None = None,
        realm: str | bool | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """Return the arguments by which a flow signs for this provider without a Client."""
        return {
            "signature_method": method_of(signature_method or self.signature_method, private_key),
            "placement": placement or self.placement,
            "realm": self.realm if realm is None else realm,
            "timeout": timeout,
        }

    def expand(self, variables: Mapping[str, str] = _NONE) -> Service:
        """Return it with a value, or else its default, for each variable in URLs and realm.

        Raises ServiceError for a variable that is missing, wrong, or that it does not have.
        """
        templates = [self.request_token_url, self.authorize_url, self.access_token_url]
        names = names_in([*templates, self.realm or ""])
        given = {**self.url_defaults, **variables}
        unknown = ", ".join(sorted(given.keys() - set(names)))
        if unknown:
            known = f"the variables {', '.join(names)}" if names else "no variables"
            raise ServiceError(f"{self.name}: expected {known}, got {unknown}")
        missing = [f"{name} ({self._explained(name)})" for name in names if name not in given]
        if missing:
            raise ServiceError(f"{self.name}: expected the variables {', '.join(missing)}")
        values = {name: self._checked(name, given[name], templates) for name in names}
        in_url = spelled(values, self.spellings.get("url"))
        in_realm = spelled(values, self.spellings.get("realm"))
        return self._replace(
            request_token_url=expanded(self.request_token_url, in_url),
            authorize_url=expanded(self.authorize_url, in_url),
            access_token_url=expanded(self.access_token_url, in_url),
            whoami_url=self.whoami_url and expanded(self.whoami_url, in_url),
            realm=self.realm and expanded(self.realm, in_realm),
            url_defaults=_NONE,
        )

    def filled(self, variables: Mapping[str, str] = _NONE) -> Service:
        """Return what `expand` does; its name in 2.1, which a subclass may override."""
        return self.expand(variables)

    def whoami(self, token: Token, variables: Mapping[str, str] = _NONE) -> str | None:
        """Return the URL that tells whose token it is, in answer to a signed call.

        None where there is none, or where calls are not signed.
        What the provider sent along with the token (``token.extra``) is expanded, too.
        """
        if not self.signed_calls:
            return None
        url = self.filled(variables).whoami_url or ""
        url = expanded(url, {name: escape(value) for name, value in token.extra.items()})
        return None if names_in([url]) else url or None

    def _explained(self, name: str) -> str:
        return self.url_vars.get(name, "of your own installation")

    def _checked(self, name: str, value: str, templates: list[str]) -> str:
        """Return a variable's value without trailing slashes."""
        starts_url = is_start(name, templates)
        expected = "an http or https URL" if starts_url else "a name without a slash"
        cut = value.rstrip("/")
        if not (is_base_url if starts_url else is_name)(cut):
            explained = self._explained(name)
            raise ServiceError(
                f"{self.name}: {name}: expected {expected} ({explained}), got {value!r}"
            )
        return cut


def _method(methods: Collection[str]) -> str:
    return "POST" if "POST" in methods else next(iter(methods))


def load(*paths: str | PathLike[str]) -> dict[str, Service]:
    """Return all services by id: those of the package, and those of further files.

    An entry of a later file replaces an earlier one of the same id, and needs ``id`` and
    the three URLs only. Raises ServiceError that names file, entry and field.
    """
    packaged = resources.files(__package__).joinpath("services.json")
    services = {}
    for path in (packaged, *map(Path, paths)):
        try:
            text = path.read_text(encoding="utf-8")
            entries = json.loads(text)
        except OSError as exc:
            raise ServiceError(f"{path}: cannot be read: {exc.strerror}") from exc
        except ValueError as exc:
            raise ServiceError(f"{path}: expected JSON in UTF-8: {exc}") from exc
        if not isinstance(entries, list):
            raise ServiceError(f"{path}: expected a list of services, got {json_type(entries)}")
        for number, entry in enumerate(entries, 1):
            try:
                fields = validated(entry)
            except ServiceError as exc:
                name = entry.get("id") if isinstance(entry, dict) else None
                label = repr(name) if isinstance(name, str) else number
                raise ServiceError(f"{path}: entry {label}: {exc}") from exc
            services[fields["id"].lower()] = Service(**{"name": fields["id"], **fields})
    return services


def find(name: str, services: Mapping[str, Service]) -> Service:
    """Return a service by its id or an alias, in any case; raises UnknownService."""
    wanted = name.lower()
    aliases = {alias.lower(): service for service in services.values() for alias in service.aliases}
    by_name = {**aliases, **services}
    if wanted not in by_name:
        meant = suggestion(wanted, by_name)
        raise UnknownService(f"no service {name!r}{meant}: 'oauth2 services' lists them all")
    return by_name[wanted]
