"""How AWS refuses, and what callers hear of it."""

from __future__ import annotations

from tests.exchange.scripted import Call, Script, plain
from tests.upstream.clouds import AWS_ID


def refused(status: int, name: str, body: bytes) -> Script:
    """A script that refuses as AWS does."""

    async def script(call: Call) -> None:
        headers = ((b"x-amzn-ErrorType", name.encode()), (b"x-amzn-RequestId", AWS_ID.encode()), (b"retry-after", b"7"))
        await call.send(plain(body, *headers, status=status))

    return script


DENIED = b'{"Message":"User: arn:aws:sts::123456789012:assumed-role/gate/i-1 is not authorized to perform: bedrock:InvokeModel"}'
CLAUDES = b'{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: Field required"},"request_id":"req_x"}'
REFUSALS: dict[str, tuple[int, str, bytes, int, str, str]] = {
    "throttled": (429, "ThrottlingException:http://x/", b'{"message":"Too many"}', 429, "rate_limit_error", "Too many"),
    "validation": (400, "ValidationException", b'{"message":"bad \\u7389"}', 400, "invalid_request_error", "bad 玉"),
    "denied": (
        403,
        "AccessDeniedException",
        DENIED,
        403,
        "permission_error",
        "User: arn:… is not authorized to perform: bedrock:InvokeModel",
    ),
    "expired": (403, "ExpiredTokenException", b'{"message":"expired"}', 401, "authentication_error", "expired"),
    "signature": (403, "com.amazon#InvalidSignatureException", b'{"message":"no"}', 401, "authentication_error", "no"),
    "missing": (404, "ResourceNotFoundException", b'{"message":"no model"}', 404, "not_found_error", "no model"),
    "not-ready": (429, "ModelNotReadyException", b'{"message":"wait"}', 529, "overloaded_error", "wait"),
    "unavailable": (503, "ServiceUnavailableException", b'{"message":"no room"}', 529, "overloaded_error", "no room"),
    "timeout": (408, "ModelTimeoutException", b'{"message":"slow"}', 504, "timeout_error", "slow"),
    "model": (424, "ModelErrorException", b'{"message":"broke"}', 500, "api_error", "broke"),
    "quota": (400, "ServiceQuotaExceededException", b'{"message":"quota"}', 429, "rate_limit_error", "quota"),
    "unnamed": (424, "", b"{}", 500, "api_error", "The upstream answered with an error: 500."),
    "page": (502, "", b"<html>bad gateway</html>", 502, "api_error", "The upstream answered with an error: 502."),
    "empty": (503, "", b"", 529, "overloaded_error", "The upstream answered with an error: 529."),
    "long": (400, "", b'{"message":"' + b"x" * 70_000 + b'"}', 400, "invalid_request_error", "The upstream answered with an error: 400."),
}
