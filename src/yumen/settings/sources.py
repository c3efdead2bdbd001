"""The stores that references lead to, made of the settings; each is opened when the first reference leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import OperatorError
from yumen.exchange.values import Secret
from yumen.secrets.env import EnvSource
from yumen.secrets.file import FileSource
from yumen.secrets.reference import parse_reference
from yumen.secrets.rules import judge_text
from yumen.secrets.values import SecretMissing, StoreUnavailable
from yumen.settings.address import check_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.secrets.rules import Judge
    from yumen.secrets.values import Reference, Source
    from yumen.secrets.vault import VaultSource
    from yumen.settings.sending import Secrets


def tell_nobody(_: str) -> None:
    """Take a value that must be hidden from a log, where there is none: a command prints no secret by itself."""


class Sources:
    """Every store. What is fetched blocks; whoever serves fetches in a thread."""

    def __init__(self, settings: Secrets, environ: Mapping[str, str], register: Callable[[str], object] = tell_nobody) -> None:
        """Open none yet. `register` is told each value that must never be seen."""
        self._settings = settings
        self._environ = environ
        self._register = register
        self._sources: dict[str, Source] = {"env": EnvSource(environ), "file": FileSource()}
        self.vault: VaultSource | None = None
        """Vault, once a reference led there: its token wants to be renewed."""
        self._closing: list[Callable[[], None]] = []

    def of(self, reference: Reference) -> Source:
        """Return the store of a reference. Raises OperatorError where its extra is not installed, or the settings do not say enough."""
        if reference.kind not in self._sources:
            self._sources[reference.kind] = self._opened(reference.kind)
        return self._sources[reference.kind]

    def secret(self, text: str, setting: str, judge: Judge = judge_text) -> Secret:
        """Return what a setting's reference leads to, read this once. Raises OperatorError where that is nothing that can be used."""
        reference = parse_reference(text, setting)
        try:
            judged = judge(self.of(reference).fetch(reference))
        except (SecretMissing, StoreUnavailable) as error:
            raise OperatorError("{setting} cannot be had: {reason}", setting=setting, reason=error) from None
        if judged.flaw is not None:
            raise OperatorError(judged.flaw.value, source=reference.source)
        self._register(judged.value)
        return Secret(judged.value, reference.source)

    def hide(self, value: str) -> None:
        """Tell whoever must hide secrets of one that is only known now."""
        self._register(value)

    def close(self) -> None:
        """Close the connections to stores."""
        for close in self._closing:
            close()

    def _opened(self, kind: str) -> Source:
        try:
            return self._open_aws() if kind == "aws-sm" else self._open_vault()
        except ModuleNotFoundError as error:
            extra = "aws" if kind == "aws-sm" else "vault"
            raise OperatorError(
                "references of the kind {kind} need an extra: pip install 'yumen[{extra}]'", kind=f"{kind}:", extra=extra
            ) from error

    def _open_aws(self) -> Source:
        from yumen.secrets.aws import AwsOptions, AwsSource  # noqa: PLC0415  (an optional extra)

        chosen, endpoint = self._settings, self._settings.aws_endpoint
        if endpoint is not None:
            endpoint = check_store(endpoint, "secrets.aws_endpoint", allow_plain_http=chosen.allow_plain_http)
        # Of all of AWS's tools boto3 alone does not read AWS_REGION, which is what Lambda and EKS set.
        region = chosen.aws_region or self._environ.get("AWS_REGION") or None
        source = AwsSource(AwsOptions(region, endpoint, chosen.timeout_s))
        self._closing.append(source.close)
        return source

    def _open_vault(self) -> Source:
        from yumen.settings.vault import open_vault  # noqa: PLC0415  (an optional extra)

        self.vault = open_vault(self._settings, self._environ, self._register)
        self._closing.append(self.vault.close)
        return self.vault
