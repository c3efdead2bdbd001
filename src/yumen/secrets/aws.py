"""Secrets in AWS Secrets Manager, `aws-sm:SECRET_ID[#FIELD]`: needs the extra `yumen[aws]`. The only file that knows boto3."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import botocore.exceptions as foreign
import msgspec
from botocore.config import Config
from botocore.parsers import ResponseParserError
from botocore.session import Session

from yumen.secrets.fields import field_of_text
from yumen.secrets.values import About, Reference, SecretForbidden, SecretMissing, Stage, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS = {Stage.CURRENT: "AWSCURRENT", Stage.PENDING: "AWSPENDING", Stage.PREVIOUS: "AWSPREVIOUS"}
"""Asked for by name, always: what stands without a label is not everywhere the current one."""

WORDS = {
    "ResourceNotFoundException": "{secret}: AWS has no such secret, or none with this label.",
    "InvalidRequestException": "{secret}: the secret is deleted, or has no value, in AWS.",
    "InvalidParameterException": "{secret}: AWS takes this for no name of a secret.",
    "ValidationException": "{secret}: AWS takes this for no name of a secret.",
}
"""What AWS says clearly, by its code, since statuses differ. Every other code may pass."""
FORBIDDEN = {
    "AccessDeniedException": "{secret}: AWS does not let us read it (secretsmanager:GetSecretValue).",
    "AccessDenied": "{secret}: AWS does not let us read it (secretsmanager:GetSecretValue).",
    "DecryptionFailure": "{secret}: AWS cannot decrypt it with its key (kms:Decrypt).",
    "UnrecognizedClientException": "{secret}: AWS does not know our credentials.",
    "InvalidClientTokenId": "{secret}: AWS does not know our credentials.",
    "InvalidSignatureException": "{secret}: AWS does not take our signature: the secret access key is wrong, or this machine's clock.",
    "SignatureDoesNotMatch": "{secret}: AWS does not take our signature: the secret access key is wrong, or this machine's clock.",
}
"""The same of what it does not let us do."""
PASSING = {
    "ExpiredTokenException": "{secret}: our credentials for AWS have expired (status {status}).",
    "ExpiredToken": "{secret}: our credentials for AWS have expired (status {status}).",
    "InternalServiceError": "{secret}: AWS is in trouble (status {status}).",
    "ServiceUnavailable": "{secret}: AWS is in trouble (status {status}).",
    "Throttling": "{secret}: AWS limits us (status {status}).",
    "ThrottlingException": "{secret}: AWS limits us (status {status}).",
    "ThrottledException": "{secret}: AWS limits us (status {status}).",
    "TooManyRequestsException": "{secret}: AWS limits us (status {status}).",
    "RequestLimitExceeded": "{secret}: AWS limits us (status {status}).",
}
UNANSWERED = "{secret}: AWS Secrets Manager did not answer the question (status {status})."

MISCONFIGURED = (
    foreign.ParamValidationError,
    foreign.PartialCredentialsError,
    foreign.ProfileNotFound,
    foreign.ConfigParseError,
    foreign.ConfigNotFound,
    foreign.InvalidRegionError,
    foreign.InvalidConfigError,
)
BACKOFF_S = 1.0
"""The longest that botocore waits before the second try, in its mode `standard`."""


class AwsOptions(msgspec.Struct, frozen=True):
    """Where AWS Secrets Manager is, and how long it may take to answer, a second try included."""

    region: str | None = None
    """Default: as AWS's own tools find it."""
    endpoint: str | None = None
    timeout_s: float = 10.0


class AwsSource:
    """A `Source`. Credentials come by AWS's standard chain; what that chain asks for them has the same time-outs."""

    def __init__(self, options: AwsOptions) -> None:
        """Take where; nothing is looked up before the first fetch."""
        self.options = options
        self._lock = threading.Lock()
        self._session: boto3.Session | None = None
        self._clients: dict[str | None, Any] = {}
        self._about: dict[str, About | None] = {}

    def fetch(self, reference: Reference, stage: Stage = Stage.CURRENT) -> str:
        """Return the secret's text, or its field's, as it is stored with the label of the stage.

        Raises SecretMissing and StoreUnavailable, and nothing else.
        """
        with translated(reference, self.options):
            client = self._client(region_of(reference.name) or self.options.region)
            said = client.get_secret_value(SecretId=reference.name, VersionStage=LABELS[stage])
        if stage is Stage.CURRENT:
            self._about[reference.name] = about_of(said)
        return field_of_text(reference, text_of(reference, said))

    def about(self, reference: Reference) -> About | None:
        """Return what AWS said of the current value when it last gave it; None: nothing."""
        return self._about.get(reference.name)

    def close(self) -> None:
        """Close the connections to AWS."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _client(self, region: str | None) -> Any:  # noqa: ANN401  (boto3 has no types)
        """Return the region's client, made once: making one is slow and for one thread at a time, using one is neither."""
        with self._lock:
            if region not in self._clients:
                self._session = self._session or session(self.options.timeout_s)
                if self._session.get_credentials() is None:  # a client would never look again
                    raise foreign.NoCredentialsError
                self._clients[region] = self._session.client("secretsmanager", region_name=region, endpoint_url=self.options.endpoint)
            return self._clients[region]


def session(timeout_s: float) -> boto3.Session:
    """Return a session whose every client, that of a role's credentials too, gives up after so many seconds."""
    core = Session()
    core.set_default_client_config(patience(timeout_s))
    return boto3.Session(botocore_session=core)


def patience(timeout_s: float) -> Config:
    """Return time-outs and retries that fit together into so many seconds: two tries and the wait between, or one where that is all."""
    tries = 2 if timeout_s >= 2 * BACKOFF_S else 1
    share_s = (timeout_s - BACKOFF_S * (tries - 1)) / tries
    retries = {"mode": "standard", "total_max_attempts": tries}
    return Config(connect_timeout=share_s / 3, read_timeout=share_s * 2 / 3, retries=retries)


def region_of(name: str) -> str | None:
    """Return the region that a secret's ARN names (`arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`); None for a plain name."""
    parts = name.split(":")
    return parts[3] or None if len(parts) >= 7 and parts[0] == "arn" else None  # noqa: PLR2004  (an ARN's parts)


def text_of(reference: Reference, said: dict[str, object]) -> str:
    """Return the text that AWS gave; bytes are text where they are UTF-8."""
    match said:
        case {"SecretString": str(text)} if text:
            return text
        case {"SecretBinary": bytes(binary)} if binary:
            try:
                return binary.decode()
            except UnicodeDecodeError:
                raise SecretMissing("{secret}: the secret is there, but its bytes are no text in UTF-8.", secret=reference) from None
    raise StoreUnavailable("{secret}: what answers for AWS Secrets Manager does not speak as it does.", secret=reference)


def about_of(said: dict[str, object]) -> About | None:
    """Return what AWS says of the value that it gives; None where what answers says nothing."""
    match said:
        case {"VersionId": str(version), "CreatedDate": datetime() as since}:
            return About(version, f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    return None


@contextmanager
def translated(reference: Reference, options: AwsOptions) -> Iterator[None]:
    """Turn what boto3 raises into one of our two errors, with one sentence that is ours."""
    try:
        yield
    except foreign.ClientError as error:
        raise judged(reference, error) from None
    except foreign.NoRegionError:
        raise SecretMissing("{secret}: no AWS region is known (secrets.aws_region, AWS_REGION).", secret=reference) from None
    except MISCONFIGURED as error:
        raise SecretMissing("{secret}: our settings for AWS are not valid ({kind}).", secret=reference, kind=type(error).__name__) from None
    except (foreign.NoCredentialsError, foreign.CredentialRetrievalError):
        # A machine's metadata service that answers late looks so too: this may pass.
        raise StoreUnavailable(
            "{secret}: AWS's chain finds no credentials (a role, AWS_ACCESS_KEY_ID, AWS_PROFILE).", secret=reference
        ) from None
    except (foreign.ConnectTimeoutError, foreign.ReadTimeoutError):
        raise StoreUnavailable(
            "{secret}: AWS Secrets Manager did not answer within {seconds} s.", secret=reference, seconds=f"{options.timeout_s:g}"
        ) from None
    except (foreign.BotoCoreError, foreign.HTTPClientError, ResponseParserError, OSError) as error:
        raise StoreUnavailable(
            "{secret}: AWS Secrets Manager cannot be asked ({kind}).", secret=reference, kind=type(error).__name__
        ) from None
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        # boto3 says so that an address is none, and stumbles so over answers that are not AWS's.
        raise StoreUnavailable(
            "{secret}: AWS Secrets Manager cannot be understood ({kind}).", secret=reference, kind=type(error).__name__
        ) from None


def judged(reference: Reference, error: foreign.ClientError) -> SecretMissing | StoreUnavailable:
    """Return what an error of AWS's means, by its code."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in FORBIDDEN:
        return SecretForbidden(FORBIDDEN[code], secret=reference)
    if code in WORDS:
        return SecretMissing(WORDS[code], secret=reference)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return StoreUnavailable(PASSING.get(code, UNANSWERED), secret=reference, status=status)
