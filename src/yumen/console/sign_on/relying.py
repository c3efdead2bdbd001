"""The relying party: asks a provider where to go, exchanges what came back for its word, and checks that (OpenID Connect Core 1.0)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import httpx2
import jwt
import msgspec

from yumen.console.sign_on.provider import ProviderAway, ProviderRefused
from yumen.errors import OperatorError
from yumen.organizations.single_sign_on import Vouched

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.console.sign_on.provider import Provider, Trip

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""All of them by public keys: `none`, or the client's secret as the key, would let somebody else sign."""
SCOPES = "openid email profile"
WELL_KNOWN = "/.well-known/openid-configuration"
TIMEOUT_S = 10.0
MAX_BYTES = 1024 * 1024
FRESH_NS = 3600 * 1_000_000_000
"""How long what a provider says of itself is believed."""
REST_NS = 5 * 1_000_000_000
"""How long one that could not be reached is left alone: whoever comes meanwhile is told at once."""
PERSONAL = ("email", "email_verified", "name", "preferred_username")
LEEWAY_S = 60
"""Clocks differ."""


class Metadata(msgspec.Struct, frozen=True):
    """What a provider says of itself (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None


class Tokens(msgspec.Struct, frozen=True):
    """What comes for a code: the provider's word, and what asks it for more of the person."""

    id_token: str
    access_token: str = ""

    def __repr__(self) -> str:
        """Say nothing of it."""
        return "Tokens()"


class Known(msgspec.Struct, frozen=True):
    """A provider's metadata and keys, and when they were read."""

    metadata: Metadata
    keys: jwt.PyJWKSet
    read_ns: int


class Relying:
    """Speaks with one provider. For one event loop."""

    def __init__(self, provider: Provider, client: httpx2.AsyncClient, clock: Clock) -> None:
        """Speak with that provider. Raises OperatorError where its issuer will not do."""
        check_address(provider.issuer, f"single_sign_on.{provider.name}.issuer")
        self.provider = provider
        self._client = client
        self._clock = clock
        self._known: Known | None = None
        self._failed_ns: int | None = None
        """When it could not be reached; None: the last time it could."""
        self._lock = asyncio.Lock()

    async def way_to(self, trip: Trip, back: str) -> str:
        """Return the address at the provider to send a browser to; it comes back to `back`. Raises ProviderAway."""
        endpoint = (await self._look()).metadata.authorization_endpoint
        asked = {
            "response_type": "code",
            "scope": SCOPES,
            "client_id": self.provider.client_id,
            "redirect_uri": back,
            "state": trip.state,
            "nonce": trip.nonce,
            "code_challenge": trip.challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def arrived(self, trip: Trip, code: str, back: str) -> Vouched:
        """Exchange a code for the provider's word, and check it. Raises ProviderAway or ProviderRefused."""
        known = await self._look()
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": trip.verifier}
        secret = self.provider.client_secret
        if secret is None:
            asked["client_id"] = self.provider.client_id
        auth = httpx2.USE_CLIENT_DEFAULT if secret is None else httpx2.BasicAuth(self.provider.client_id, secret)
        status, said = await self._ask("POST", known.metadata.token_endpoint, data=asked, auth=auth)
        if status != httpx2.codes.OK:
            raise ProviderRefused
        try:
            tokens = msgspec.json.decode(said, type=Tokens)
        except msgspec.MsgspecError:
            raise ProviderRefused from None
        try:
            claims = judge(tokens.id_token, await self._key_of(tokens.id_token), self.provider)
        except jwt.PyJWTError:
            raise ProviderRefused from None
        if claims.get("nonce") != trip.nonce:
            raise ProviderRefused
        return self._vouched(claims if "email" in claims else claims | await self._more(known.metadata, claims, tokens.access_token))

    async def _more(self, metadata: Metadata, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
        """Ask for what the token itself does not say (Core 1.0, 5.3): only what is said of the same subject counts."""
        if metadata.userinfo_endpoint is None or not access_token or not is_safe(metadata.userinfo_endpoint):
            return {}
        said: dict[str, Any] = await self._read(metadata.userinfo_endpoint, dict[str, Any], f"Bearer {access_token}")
        if said.get("sub") != claims["sub"]:
            raise ProviderRefused
        return {name: value for name, value in said.items() if name in PERSONAL}

    def _vouched(self, claims: dict[str, Any]) -> Vouched:
        return Vouched(
            issuer=self.provider.issuer,
            subject=str(claims["sub"]),
            email=str(claims.get("email") or ""),
            proved=claims.get("email_verified") in (True, "true"),
            name=str(claims.get("name") or claims.get("preferred_username") or ""),
        )

    async def _key_of(self, token: str) -> jwt.PyJWK:
        """Return the key that a token names; one that is not known yet may be new, so the keys are read again once."""
        named = jwt.get_unverified_header(token).get("kid")
        for fresh in (False, True):
            keys = (await self._look(fresh=fresh)).keys.keys
            found = next((key for key in keys if named is None or key.key_id == named), None)
            if found is not None:
                return found
        raise ProviderRefused

    async def _look(self, *, fresh: bool = False) -> Known:
        """Return what the provider says of itself, read within the hour, or anew. Raises ProviderAway."""
        async with self._lock:
            known = self._known
            if self._failed_ns is not None and self._clock.elapsed_ns() - self._failed_ns < REST_NS:
                raise ProviderAway
            if known is None or fresh or self._clock.elapsed_ns() - known.read_ns > FRESH_NS:
                self._failed_ns = self._clock.elapsed_ns()
                known = self._known = await self._read_anew()
                self._failed_ns = None
        return known

    async def _read_anew(self) -> Known:
        metadata: Metadata = await self._read(self.provider.issuer.rstrip("/") + WELL_KNOWN, Metadata)
        endpoints = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
        if metadata.issuer != self.provider.issuer or not all(is_safe(endpoint) for endpoint in endpoints):
            raise ProviderAway
        keys = await self._read(metadata.jwks_uri, dict[str, Any])
        return Known(metadata, keys_of(keys), self._clock.elapsed_ns())

    async def _read(self, address: str, kind: type[Any], authorization: str | None = None) -> Any:  # noqa: ANN401  (what kind says)
        status, said = await self._ask("GET", address, headers={} if authorization is None else {"authorization": authorization})
        if status != httpx2.codes.OK:
            raise ProviderAway
        try:
            return msgspec.json.decode(said, type=kind)
        except msgspec.MsgspecError:
            raise ProviderAway from None

    async def _ask(self, method: str, address: str, **more: Any) -> tuple[int, bytes]:  # noqa: ANN401  (what the client takes)
        """Return an answer's status and body. Raises ProviderAway, where it is too long as well."""
        body = bytearray()
        try:
            async with self._client.stream(method, address, **more) as response:
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > MAX_BYTES:
                        raise ProviderAway
                return response.status_code, bytes(body)
        except httpx2.HTTPError:
            raise ProviderAway from None


def judge(token: str, key: jwt.PyJWK, provider: Provider) -> dict[str, Any]:
    """Return what a token says, once its signature, issuer, audience and time were checked. Raises PyJWTError."""
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=list(ALGORITHMS),
        audience=provider.client_id,
        issuer=provider.issuer,
        leeway=LEEWAY_S,
        options={"require": ["iss", "sub", "aud", "exp", "iat"]},
    )
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise jwt.InvalidAudienceError
    return claims


def keys_of(document: dict[str, Any]) -> jwt.PyJWKSet:
    """Return a provider's keys. Raises ProviderAway where none of them can be used."""
    try:
        return jwt.PyJWKSet.from_dict(document)
    except (jwt.PyJWTError, TypeError, AttributeError):
        raise ProviderAway from None


def is_safe(address: str) -> bool:
    """Whether an address may be spoken with: by TLS, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))


def check_address(address: str, setting: str) -> None:
    """Raise OperatorError where a provider's address will not do."""
    if not is_safe(address):
        raise OperatorError("{setting}: an issuer is an https URL (plain http only on this machine)", setting=setting)
