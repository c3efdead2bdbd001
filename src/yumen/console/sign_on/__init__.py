"""Signing in by OpenID Connect: the way to a provider and back, and what its word is worth."""

from yumen.console.sign_on.provider import Provider, Trip
from yumen.console.sign_on.relying import Relying

__all__ = ["Provider", "Relying", "Trip"]
