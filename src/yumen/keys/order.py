"""What is asked of the issuer of keys: what a new one shall be, what of a living one shall change, and what will not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET, UnsetType

from yumen.errors import OperatorError
from yumen.exchange.values import DEFAULT_ORGANIZATION, Content
from yumen.keys.labels import MAX_CHARACTERS as MAX_LABEL_CHARACTERS
from yumen.keys.labels import is_label
from yumen.keys.restrictions import MaxTokens, OnlyAddresses, OnlyModels, OnlyPaths, Restriction, read_network
from yumen.keys.values import ENVIRONMENTS, WORKSPACES, Role, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_NAME_CHARACTERS = 100
MAX_DRAIN_S = 86_400
MAX_LISTED = 1000
"""Of how many addresses, models or paths a restriction can consist."""


class KeyOrder(msgspec.Struct, frozen=True):
    """What a new key shall be. Whoever names a workspace or a member has looked them up."""

    name: str
    environment: str = "production"
    """Of the default organization's workspaces, where no workspace is named."""
    lifetime_us: int | None = None
    """None: it does not expire."""
    allowed_paths: tuple[str, ...] = ()
    workspace: Workspace | None = None
    user_id: str | None = None
    """The member whose key it is."""
    created_by: str | None = None
    """The user who makes it."""
    label: str | None = None
    takes_label: bool = False
    restrictions: tuple[Restriction, ...] = ()
    role: Role | None = None
    """Given: it becomes an admin key, of `organization_id`, without a workspace."""
    drain_s: float | None = None
    """How many seconds an answer is read on after its caller has left; 0: to its end, None: not at all."""
    content: Content = Content.OFF
    """What of its requests is written down."""
    organization_id: str = DEFAULT_ORGANIZATION
    """Of an admin key. Another's is its workspace's."""

    def home(self) -> Workspace:
        """Return the workspace that the key will belong to. Raises OperatorError where there is none."""
        if self.workspace is not None:
            if self.workspace.archived:
                raise OperatorError("the workspace {id} is archived: choose another", id=self.workspace.id)
            return self.workspace
        if self.environment not in ENVIRONMENTS:
            raise OperatorError(
                "there is no environment {name}: it is one of {choices}", name=repr(self.environment), choices=", ".join(ENVIRONMENTS)
            )
        return Workspace(WORKSPACES[self.environment], DEFAULT_ORGANIZATION, self.environment)


class KeyChange(msgspec.Struct, frozen=True):
    """What of a living key shall change. What is not set stays."""

    name: str | UnsetType = UNSET
    expires_at_us: int | UnsetType | None = UNSET
    allowed_paths: tuple[str, ...] | UnsetType = UNSET
    label: str | UnsetType | None = UNSET
    takes_label: bool | UnsetType = UNSET
    restrictions: tuple[Restriction, ...] | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    """False switches it off, True on again."""
    user_id: str | UnsetType | None = UNSET
    drain_s: float | UnsetType | None = UNSET
    content: Content | UnsetType = UNSET


def check_name(name: str) -> None:
    """Raise OperatorError where a key cannot have that name."""
    if not name.strip():
        raise OperatorError("a key needs a name that says what it is for")
    if len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        raise OperatorError("a key's name has at most {limit} printable characters", limit=MAX_NAME_CHARACTERS)


def check_label(label: str | None) -> None:
    """Raise OperatorError where a key cannot have that label."""
    if label is not None and not is_label(label):
        raise OperatorError(
            "a label has 1 to {limit} printable characters and no space at its ends, not {label}",
            limit=MAX_LABEL_CHARACTERS,
            label=repr(label),
        )


def check_drain(drain_s: float | None) -> None:
    """Raise OperatorError where answers cannot be read on for that long."""
    if drain_s is not None and not 0 <= drain_s <= MAX_DRAIN_S:
        raise OperatorError("answers are read on for at most {limit} seconds after their caller has left", limit=MAX_DRAIN_S)


def check_paths(paths: Sequence[str]) -> None:
    """Raise OperatorError where a path could never be asked for."""
    for path in paths:
        if not path.startswith("/") or not path.isprintable():
            raise OperatorError("a path that a key may use begins with a slash, such as /v1/skills*, not {path}", path=repr(path))


def check_restrictions(restrictions: Sequence[Restriction]) -> None:
    """Raise OperatorError where a restriction will not do, or two are of one kind."""
    kinds = [type(restriction) for restriction in restrictions]
    if len(set(kinds)) < len(kinds):
        raise OperatorError("a key has at most one restriction of a kind: name all addresses, models or paths in one")
    for restriction in restrictions:
        _check_restriction(restriction)


def _check_restriction(restriction: Restriction) -> None:
    match restriction:
        case OnlyAddresses(listed):
            check_listed(listed)
            for text in listed:
                check_network(text)
        case OnlyModels(listed):
            check_listed(listed)
            for model in listed:
                if not model.strip() or not model.isprintable():
                    raise OperatorError("a model is a name, or its beginning with a * at the end, not {model}", model=repr(model))
        case OnlyPaths(listed):
            check_listed(listed)
            check_paths(listed)
        case MaxTokens(tokens):
            if tokens < 1:
                raise OperatorError("the most tokens that a key's requests may ask for is at least 1, not {tokens}", tokens=tokens)


def check_listed(listed: Sequence[str]) -> None:
    """Raise OperatorError where a list of what is allowed is empty, or beyond all use."""
    if not 0 < len(listed) <= MAX_LISTED:
        raise OperatorError("a restriction allows 1 to {limit} addresses, models or paths", limit=MAX_LISTED)


def check_network(text: str) -> None:
    """Raise OperatorError where a text is no address or network."""
    try:
        read_network(text)
    except ValueError:
        raise OperatorError(
            "an address that a key may be used from is one such as 192.0.2.7 or 2001:db8::1, "
            "or a network such as 10.0.0.0/8 (without bits below its length), not {value}",
            value=repr(text),
        ) from None
