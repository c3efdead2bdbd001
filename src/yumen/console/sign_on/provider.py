"""The nouns of single sign-on: a provider as the operator named it, and a trip there and back. Faults on the way."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

import msgspec

from yumen.errors import Fault, InvalidRequest, Source
from yumen.organizations.single_sign_on import Newcomers

BYTES = 24


class Provider(msgspec.Struct, frozen=True):
    """A provider. Its secret stands in no text of it."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str | None
    newcomers: Newcomers

    def __repr__(self) -> str:
        """Name it."""
        return f"Provider({self.name})"


class Trip(msgspec.Struct, frozen=True):
    """One way to a provider and back; it lies in a cookie meanwhile, so that only the browser that set out can arrive."""

    provider: str
    state: str
    nonce: str
    verifier: str
    next: str
    """Where the visitor wanted to go."""

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier (RFC 7636)."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).decode().rstrip("=")


def set_out(provider: str, wanted: str) -> Trip:
    """Begin a trip."""
    return Trip(provider, secrets.token_urlsafe(BYTES), secrets.token_urlsafe(BYTES), secrets.token_urlsafe(BYTES * 2), wanted)


class ProviderAway(Fault):
    """The provider of this sign-in cannot be reached: try again later, or sign in with a password."""

    source = Source.UPSTREAM
    status = 502
    chinese = "暂时无法连接登录提供方：请稍后重试，或使用密码登录。"


class ProviderRefused(InvalidRequest):
    """The provider did not confirm who you are: begin again."""

    chinese = "登录提供方未能确认您的身份：请重新登录。"


class LostTrip(InvalidRequest):
    """This sign-in is out of date, or was begun in another browser: begin again."""

    chinese = "本次登录已过期，或是在其他浏览器中发起的：请重新登录。"
