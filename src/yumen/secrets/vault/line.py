"""One question to Vault and its answer; what goes wrong on the way is StoreUnavailable. The only file that knows hvac."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import hvac
import msgspec
import requests
from hvac.adapters import RawAdapter
from hvac.utils import format_url

from yumen.secrets.values import StoreUnavailable

if TYPE_CHECKING:
    from yumen.secrets.vault.places import Place
    from yumen.secrets.vault.values import VaultOptions

Question = Callable[[Any], Any]
"""Takes hvac's client, and returns the response of the one request that it makes."""

REDIRECTS = range(300, 400)
UNDERSTOOD = {200, 204, 400, 403, 404}
"""With these Vault says something about the question; with all others, about itself."""
WHY = {
    412: "{secret}: Vault has not heard of our login yet (status {status}).",
    429: "{secret}: Vault limits us (status {status}).",
    472: "{secret}: Vault is a standby (status {status}).",
    473: "{secret}: Vault is a standby (status {status}).",
    501: "{secret}: Vault is not initialized (status {status}).",
    503: "{secret}: Vault is sealed or not ready (status {status}).",
}
IN_TROUBLE = "{secret}: Vault is in trouble (status {status})."


NOTHING = msgspec.Raw(b"null")


class Auth(msgspec.Struct, frozen=True):
    """A token that Vault gives or renews."""

    client_token: str
    lease_duration: int = 0
    renewable: bool = False

    def __repr__(self) -> str:
        return f"Auth(lease_duration={self.lease_duration}, renewable={self.renewable})"


class Said(msgspec.Struct, frozen=True):
    """The JSON object that is the body of every answer of Vault's."""

    request_id: str | None = None
    errors: list[str] | None = None
    data: msgspec.Raw = NOTHING
    auth: Auth | None = None

    def __repr__(self) -> str:
        return "Said()"


class Answer(msgspec.Struct, frozen=True):
    """What Vault says about a question: a status of UNDERSTOOD, and its words."""

    status: int
    said: Said

    @property
    def empty(self) -> bool:
        """Whether it gives no data."""
        return self.said.data == NOTHING

    @property
    def right(self) -> bool:
        """Whether it is what was asked for."""
        return self.status == HTTPStatus.OK

    @property
    def forbidden(self) -> bool:
        """Whether the token may not ask that, or is none."""
        return self.status == HTTPStatus.FORBIDDEN


_read = msgspec.json.Decoder(Said).decode


class Line:
    """Asks Vault. It follows no redirect, since a token must not go to another host."""

    def __init__(self, options: VaultOptions) -> None:
        """Take where Vault is; nothing is sent before the first question."""
        self._options = options
        self._session = requests.Session()
        self._session.verify = options.authority or system_trust()

    def ask(self, about: object, question: Question, token: str = "") -> Answer:
        """Ask with a token; raise StoreUnavailable, in a sentence that says what it was about, where Vault does not answer the question."""
        try:
            response = question(self._client(token))
            status, location, body = response.status_code, response.headers.get("location", ""), response.content
        except requests.exceptions.SSLError:
            raise StoreUnavailable(
                "{secret}: Vault's certificate is not trusted (secrets.vault_authority names whom to trust).", secret=about
            ) from None
        except requests.exceptions.Timeout:
            raise StoreUnavailable(
                "{secret}: Vault did not answer within {seconds} s.", secret=about, seconds=f"{self._options.timeout_s:g}"
            ) from None
        except (OSError, ValueError) as error:  # requests' own are of both kinds; a bad address, header or file of authorities too
            raise StoreUnavailable("{secret}: Vault cannot be asked ({kind}).", secret=about, kind=type(error).__name__) from None
        return answered(about, status, location, body)

    def _client(self, token: str) -> Any:  # noqa: ANN401  (hvac has no types)
        # An empty token keeps hvac from looking for one in the environment and at home.
        return hvac.Client(
            url=self._options.url,
            token=token,
            namespace=self._options.namespace,
            timeout=self._options.timeout_s,
            session=self._session,
            allow_redirects=False,
            adapter=RawAdapter,
            ignore_exceptions=True,
        )

    def close(self) -> None:
        """Close its connections."""
        self._session.close()


def mounts_question(name: str) -> Question:
    """Return the question where a path is mounted, which hvac has no word for."""
    return lambda client: client.adapter.get(format_url("/v1/sys/internal/ui/mounts/{name}", name=name))


def read_question(place: Place, version: int | None = None) -> Question:
    """Return the question for the secret at a place."""
    if place.version == 1:
        return lambda client: client.secrets.kv.v1.read_secret(place.path, mount_point=place.mount)
    return lambda client: client.secrets.kv.v2.read_secret_version(
        place.path, version=version, mount_point=place.mount, raise_on_deleted_version=True
    )


def answered(about: object, status: int, location: str, body: bytes) -> Answer:
    """Return the answer in our words; raise StoreUnavailable where it is none to the question."""
    if status in REDIRECTS:
        host = urlsplit(location).hostname or "another path"
        raise StoreUnavailable(
            "{secret}: Vault sends us on to {host}, and we do not follow: secrets.vault_url must name who answers.", secret=about, host=host
        )
    if status not in UNDERSTOOD:
        raise StoreUnavailable(WHY.get(status, IN_TROUBLE), secret=about, status=status)
    if status == HTTPStatus.NO_CONTENT:
        return Answer(status, Said())
    try:
        said = _read(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        said = Said()
    if said.request_id is None and said.errors is None:  # a proxy's page, say: it says nothing about the secret
        raise StoreUnavailable(
            "{secret}: what answers at secrets.vault_url does not speak as Vault does (status {status}).", secret=about, status=status
        )
    return Answer(status, said)


def system_trust() -> str | bool:
    """Return where the system keeps the authorities that it trusts; True, hence requests' own list, where it keeps none."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile or paths.capath or True
