"""What a program says when it makes a client, or a copy of one: each None means that it does not say."""

from __future__ import annotations

import msgspec

from yumen.client.limits import Limit
from yumen.client.retry import Retry


class Told(msgspec.Struct, frozen=True):
    """The options of a client that are not the SDK's. It may hold a key, so it is never shown."""

    api_key: str | None = None
    environment: str | None = None
    base_url: str | None = None
    model: str | None = None
    retry: Retry | None = None
    limit: Limit | None = None
    sessions: str | None = None
    settings: str | None = None
    own_credential: bool = False
    """The SDK is given a credential of another kind: no key is looked for."""

    def __repr__(self) -> str:
        return "Told(…)"

    @property
    def moves(self) -> bool:
        """Whether a copy that is told this asks elsewhere, or with another key."""
        return self.own_credential or any(value is not None for value in (self.api_key, self.environment, self.base_url, self.settings))

    @property
    def says_no_place(self) -> bool:
        """Whether nothing is said of where to ask."""
        return self.environment is None and self.base_url is None


def after(first: Told, then: Told) -> Told:
    """Return what holds for a copy.

    A key that the program gave goes along to another address that it gives, but not to another environment, which has its own.
    """
    before = {name: getattr(first, name) for name in Told.__struct_fields__}
    if then.environment is not None:
        before |= {"api_key": None, "base_url": None, "own_credential": False}
    if then.base_url is not None:
        before["environment"] = None
    if then.api_key is not None:
        before["own_credential"] = False
    if then.own_credential:
        before["api_key"] = None
    return Told(**before | {name: value for name in Told.__struct_fields__ if (value := getattr(then, name)) not in (None, False)})
