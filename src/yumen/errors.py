"""The one tree of faults: whose fault it is, whether a retry helps, and how Claude would say it."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Source(StrEnum):
    """Whose fault it is."""

    CALLER = "caller"
    GATEWAY = "gateway"
    UPSTREAM = "upstream"


class Retry(StrEnum):
    """What a retry would bring."""

    NEVER = "never"
    SAME = "same"
    ELSEWHERE = "elsewhere"
    AFTER = "after"
    UNSENT = "unsent"
    """Good where nothing can have been charged; where something can, only a person should say it again."""


class Fault(Exception):  # noqa: N818  (the house's noun for what went wrong)
    """The request failed."""

    source: ClassVar[Source] = Source.GATEWAY
    retry: ClassVar[Retry] = Retry.NEVER
    status: ClassVar[int] = 500
    error_type: ClassVar[str] = "api_error"
    chinese: ClassVar[str] = "请求失败。"

    def __init__(self, message: str | None = None, *, retry_after_s: int | None = None) -> None:
        """Take the sentence for the caller (default: the docstring's first line) and the seconds to wait."""
        super().__init__(message or first_line(type(self)))
        self.retry_after_s = retry_after_s
        self.unsent = False
        """Whether it is known that the upstream has charged nothing."""

    @property
    def message(self) -> str:
        """The sentence that the caller reads."""
        return str(self.args[0])

    @property
    def should_retry(self) -> bool:
        """What `x-should-retry` says."""
        return self.unsent if self.retry is Retry.UNSENT else self.retry is not Retry.NEVER


def first_line(fault: type[Fault]) -> str:
    """Return the first line of a fault's docstring, which is its message."""
    return (fault.__doc__ or "").strip().splitlines()[0]


# ── the caller's ────────────────────────────────────────────────────────────


class CallerFault(Fault):
    """The request cannot be served as it stands."""

    source = Source.CALLER
    status = 400
    error_type = "invalid_request_error"
    chinese = "请求本身有误，改正后再发。"


class InvalidRequest(CallerFault):
    """The request is not valid."""

    chinese = "请求格式有误：按提示改正字段或头部。"


class BodyEncodingUnsupported(CallerFault):
    """Compressed request bodies are not accepted: send the body without `content-encoding`."""

    chinese = "不接受压缩的请求体：去掉 content-encoding 再发送。"


class Unauthenticated(CallerFault):
    """The key was not accepted."""

    status = 401
    error_type = "authentication_error"
    chinese = "密钥未被接受：检查是否缺失、抄错、过期或已撤销。"


class Forbidden(CallerFault):
    """This key may not do that."""

    status = 403
    error_type = "permission_error"
    chinese = "此密钥无权进行该操作。"


class NotFound(CallerFault):
    """The requested resource could not be found."""

    status = 404
    error_type = "not_found_error"
    chinese = "找不到所请求的资源，或它属于别的所有者。"


class MethodNotAllowed(CallerFault):
    """That method is not allowed on this path."""

    status = 405
    chinese = "该路径不支持此 HTTP 方法。"


class RequestTimeout(CallerFault):
    """The request did not arrive in time."""

    status = 408
    error_type = "timeout_error"
    retry = Retry.SAME
    chinese = "请求没有及时到达：网络太慢或客户端中途停顿。"


class TooLarge(CallerFault):
    """Request exceeds the maximum size."""

    status = 413
    error_type = "request_too_large"
    chinese = "请求体超过上限（Messages 32 MB、批处理 256 MB、文件 500 MB）。"


class HeadersTooLarge(CallerFault):
    """The request's header section is too large."""

    status = 431
    chinese = "请求头太多或太大。"


class PolicyBlocked(CallerFault):
    """A content policy does not allow this."""

    error_type = "policy_blocked"
    chinese = "内容策略不允许：按提示修改内容，或询问管理员。"


class RateLimited(CallerFault):
    """This request would exceed a rate limit."""

    status = 429
    error_type = "rate_limit_error"
    retry = Retry.AFTER
    chinese = "超过速率限制：按 retry-after 等待后重试。"


class LimitNeverFits(RateLimited):
    """This request asks for more than a rate limit ever holds."""

    retry = Retry.NEVER
    chinese = "该请求所需超过速率限制的总量，等待无济于事：缩短提示，或申请提高限额。"


class QuotaExhausted(RateLimited):
    """The requests of this month are used up."""

    retry = Retry.NEVER
    chinese = "本月的请求次数已用完：下个周期开始后恢复，或申请提高限额。"


class SpendLimitReached(RateLimited):
    """The spend limit is reached."""

    error_type = "billing_error"
    retry = Retry.NEVER
    chinese = "已达到消费限额：周期结束后恢复，或申请提高限额。"


class IdempotencyKeyReused(CallerFault):
    """This idempotency key was used with another request body: a new request needs a new key."""

    chinese = "此幂等键已用于另一个请求体：新的请求要用新的键。"


class RepeatUnanswered(CallerFault):
    """A request with this idempotency key was sent before and its answer cannot be given again: to ask, and pay, anew, use a new key."""

    status = 409
    error_type = "conflict_error"
    chinese = "带此幂等键的请求此前已发送，但其应答无法再次给出：若要重新请求（并付费），请换一个新的键。"


class RepeatTooEarly(CallerFault):
    """A request with this idempotency key is still under way at another process of this gateway: try again."""

    status = 409
    error_type = "conflict_error"
    retry = Retry.AFTER
    chinese = "带此幂等键的请求仍在本网关的另一个进程中进行，稍后重试。"


class SessionBusy(CallerFault):
    """Another turn of this session is still under way: try again."""

    status = 409
    error_type = "conflict_error"
    retry = Retry.AFTER
    chinese = "该对话的另一轮仍在进行中，稍后重试。"


class CallerLeft(CallerFault):
    """The caller closed the connection before the answer ended."""

    status = 499
    error_type = "api_error"
    chinese = "调用方在应答结束前断开了连接。"


# ── the gateway's ───────────────────────────────────────────────────────────


class Internal(Fault):
    """Internal server error"""  # noqa: D400  (Claude's wording has no full stop)

    chinese = "网关内部错误：把 request_id 交给运维者查日志。"


class Overloaded(Fault):
    """Overloaded"""  # noqa: D400  (Claude's wording has no full stop)

    status = 529
    error_type = "overloaded_error"
    retry = Retry.AFTER
    chinese = "网关暂时过载，稍后重试。"


class LedgerUnavailable(Overloaded):
    """Overloaded: the gateway cannot write its ledger, so it takes no new work; its operator must free disk space."""

    chinese = "网关无法写入账本（磁盘已满？），暂停接收新请求；运维者需要腾出磁盘空间。"


class KeysUnreadable(Overloaded):
    """Overloaded: the gateway cannot read its keys, since its database does not answer; try again."""

    chinese = "网关的数据库没有应答，暂时读不到密钥，请稍后重试；若持续，运维者需检查数据库。"


class PolicyUnavailable(Fault):
    """The content policy of this request cannot be read, so nothing is sent: its administrator must look at it."""

    status = 503
    chinese = "此请求的内容策略无法读取，因此不发送任何内容；运维者需检查策略。"


class ContentKeyUnavailable(Overloaded):
    """Overloaded: the key that this organization's content is encrypted with cannot be fetched; try again."""

    chinese = "暂时取不到本组织的内容加密密钥，稍后重试；若持续，运维者需检查密钥来源。"


class NoUpstreamOfItsOwn(Fault):
    """This organization is isolated, and no upstream of its own serves this request: the gateway's operator must name one."""

    status = 503
    chinese = "本组织已隔离，而没有属于它自己的上游可处理此请求；网关的运维者需在上游设置的 organizations 中写明本组织。"


class LimitsUnavailable(Overloaded):
    """Overloaded: the gateway cannot count its limits; try again."""

    chinese = "网关暂时无法统计限额，稍后重试；若持续，运维者需检查 Redis 或数据库。"


class LimitsNotShared(Fault):
    """This key has limits, which several workers cannot count without Redis: the operator must set redis.url or run one worker."""

    chinese = "此密钥有限额，而多个工作进程没有 Redis 无法共同计数；运维者需设置 redis.url，或只运行一个工作进程。"


class RepeatsUnreadable(Overloaded):
    """Overloaded: the gateway cannot look up idempotency keys now, and will not risk that this request is paid twice; try again."""

    chinese = "网关暂时无法查询幂等键，为避免重复计费而暂不受理该请求，请稍后重试；若持续，运维者需检查数据库。"


class SessionsUnreadable(Overloaded):
    """Overloaded: the gateway cannot read its stored sessions; try again."""

    chinese = "网关暂时读不到存储的对话，请稍后重试；若持续，运维者需检查数据库。"


class SessionBroken(Fault):
    """What is stored of this session is not what was written: begin another session, and tell the gateway's operator."""

    chinese = "该对话的存储内容已被改动，无法打开：请另开一个对话，并告知网关的运维者。"


class ShuttingDown(Overloaded):
    """Overloaded: the gateway is shutting down; try again."""

    retry = Retry.SAME
    chinese = "网关正在关闭，请重试。"


# ── the upstream's ──────────────────────────────────────────────────────────


class UpstreamFault(Fault):
    """The upstream did not answer as it should."""

    source = Source.UPSTREAM
    status = 502
    retry = Retry.SAME
    chinese = "上游没有正常应答。"


class UpstreamUnreachable(UpstreamFault):
    """The upstream cannot be reached."""

    retry = Retry.ELSEWHERE
    chinese = "无法连接上游：检查地址、DNS、代理和证书。"


class UpstreamLost(UpstreamFault):
    """The upstream closed the connection before it answered."""

    retry = Retry.UNSENT
    chinese = "上游在应答之前关闭了连接。"


class UpstreamRubbish(UpstreamFault):
    """The upstream's answer is not HTTP."""

    retry = Retry.UNSENT
    chinese = "上游的应答不是合法的 HTTP。"


class UpstreamTimeout(UpstreamFault):
    """The upstream did not answer in time."""

    status = 504
    error_type = "timeout_error"
    retry = Retry.UNSENT
    chinese = "上游没有在时限内应答。"


class CredentialUnavailable(UpstreamFault):
    """The upstream's credential cannot be fetched from where it is kept; the gateway's operator must look at its log."""

    status = 503
    retry = Retry.ELSEWHERE
    chinese = "无法从密钥存储取得上游凭据；请网关的运维者查看日志。"


class UpstreamBusy(UpstreamFault):
    """Overloaded: every connection to the upstream is in use."""

    status = 529
    error_type = "overloaded_error"
    retry = Retry.AFTER
    chinese = "到上游的连接已全部占用，稍后重试。"


class UpstreamsResting(UpstreamFault):
    """Overloaded: every upstream that serves this request failed several times in a row and is left alone for a while; try again."""

    status = 529
    error_type = "overloaded_error"
    retry = Retry.AFTER
    chinese = "能处理此请求的上游均连续失败，暂停使用一会儿；稍后重试。"


class Truncated(UpstreamFault):
    """The upstream's answer ended before it was complete."""

    retry = Retry.UNSENT
    chinese = "上游的应答没有完整结束。"


# ── the operator's ──────────────────────────────────────────────────────────


class OperatorError(Exception):
    """A setting, file or command of the operator's is wrong; the message is one sentence that says what to do."""

    def __init__(self, sentence: str, **values: object) -> None:
        """Take the sentence; with values, their places stand in it as `{name}`, so that it can be said in another language."""
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values
