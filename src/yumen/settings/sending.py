"""How Claude is asked: upstreams, their credentials and prices, what follows a failure, repeats, old models, the sandbox."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from yumen.settings.says import Seconds, says


class Retry(msgspec.Struct, frozen=True):
    """What happens when an upstream fails or limits us."""

    attempts: Annotated[int, says("attempts of one request, over all upstreams", "一个请求的总尝试次数（含所有上游）", at_least=1)] = 3
    first_wait_ms: Annotated[
        int,
        says(
            "the longest pause before the second attempt; it doubles each time, and each is drawn between 0 and that (full jitter)",
            "第二次尝试前的最长等待（毫秒）；每次翻倍，实际等待在 0 与它之间随机",
            at_least=1,
        ),
    ] = 500
    longest_wait_s: Annotated[
        Seconds, says("no pause is longer; an upstream that asks for more is given up", "等待的上限；上游要求更久时放弃", above=0)
    ] = 30.0
    patience_s: Annotated[
        Seconds,
        says(
            "how long a caller that does not say it (`x-stainless-timeout`) waits for its answer",
            "调用方未声明（`x-stainless-timeout`）时，视其最多等待多久",
            above=0,
        ),
    ] = 60.0
    budget_percent: Annotated[
        int, says("of an upstream's requests, so many in a hundred may be retries", "每个上游的请求中，重试最多占百分之几", at_least=0)
    ] = 20
    resend_lost: Annotated[
        bool,
        says(
            "send a request again that was sent and never answered, although the upstream may charge both",
            "请求已发出却没有应答时再次发送，尽管上游可能收取两次费用",
        ),
    ] = False
    early_ping_s: Annotated[
        Seconds,
        says(
            "a stream that has no answer after so long is begun with a `ping`, and an error comes as an event; 0: never",
            "流式请求等待超过此时间时，先以 `ping` 开始应答，之后的错误以事件形式给出；0 表示从不",
            at_least=0,
        ),
    ] = 0.0
    open_after: Annotated[
        int,
        says("so many failures in a row take an upstream out of use (its circuit opens)", "连续失败多少次后停用该上游（熔断）", at_least=1),
    ] = 5
    open_s: Annotated[
        Seconds,
        says(
            "after so long one request probes it; the time doubles while probes fail, up to 16 times",
            "多久后用一个请求试探；试探失败则加倍，最多 16 倍",
            above=0,
        ),
    ] = 5.0


class Secrets(msgspec.Struct, frozen=True):
    """Where credentials come from, and how long one is believed."""

    refresh_s: Annotated[Seconds, says("a secret is fetched anew before it is this old", "密钥在达到此时长之前重新获取", above=0)] = 300.0
    timeout_s: Annotated[Seconds, says("how long a store may take to answer", "密钥存储应答的时限", above=0)] = 10.0
    aws_region: Annotated[
        str | None,
        says(
            "the region of AWS Secrets Manager; default: as AWS's own tools find it",
            "AWS Secrets Manager 的区域；默认按 AWS 工具的方式查找",
        ),
    ] = None
    aws_endpoint: Annotated[str | None, says("another address of AWS Secrets Manager", "AWS Secrets Manager 的其他地址")] = None
    allow_plain_http: Annotated[bool, says("allow a store beyond loopback without TLS", "允许不经 TLS 访问本机以外的密钥存储")] = False
    vault_url: Annotated[str | None, says("the address of Vault; default: VAULT_ADDR", "Vault 的地址；默认取 VAULT_ADDR")] = None
    vault_namespace: Annotated[str | None, says("the namespace; default: VAULT_NAMESPACE", "命名空间；默认取 VAULT_NAMESPACE")] = None
    vault_authority: Annotated[
        str | None,
        says(
            "a file of certificates to trust instead of the system's; default: VAULT_CACERT",
            "代替系统信任的 CA 证书文件；默认取 VAULT_CACERT",
        ),
    ] = None
    vault_login: Annotated[Literal["token", "approle", "kubernetes"], says("how to log in", "登录方式")] = "token"
    vault_token: Annotated[
        str | None,
        says(
            "the token's source: `env:NAME` or `file:PATH`; default: VAULT_TOKEN",
            "令牌的来源：`env:变量名` 或 `file:路径`；默认取 VAULT_TOKEN",
        ),
    ] = None
    vault_mount: Annotated[
        str | None, says("where the login's method is mounted, if not at its own name", "登录方法的挂载点（若不是默认名称）")
    ] = None
    vault_role: Annotated[
        str | None,
        says("the role (Kubernetes), or the source of the role id (AppRole)", "角色（Kubernetes），或 role id 的来源（AppRole）"),
    ] = None
    vault_secret_id: Annotated[str | None, says("the source of the secret id (AppRole)", "secret id 的来源（AppRole）")] = None


class Idempotency(msgspec.Struct, frozen=True):
    """Requests that come with an `Idempotency-Key`: a repeated one gets the answer of the first, and costs nothing."""

    keep_hours: Annotated[
        int, says("how long an answer is kept (encrypted); 0: not at all", "应答保留（加密）多少小时；0 表示不保留", at_least=0)
    ] = 24
    answer_mb: Annotated[int, says("a longer answer is not kept", "超过此大小的应答不保留", at_least=1)] = 8
    buffered_mb: Annotated[
        int, says("all answers under way that may be asked for again, together", "进行中、可能被再次索取的应答的总量", at_least=1)
    ] = 64


class Legacy(msgspec.Struct, frozen=True):
    """`POST /v1/complete`: where models that are retired go."""

    model: Annotated[str, says("the model that answers for every retired one", "所有已退役模型由哪个模型代答")] = "claude-haiku-4-5"
    models: Annotated[dict[str, str], says("the same for single models: asked = answering", "按单个模型指定：请求的模型 = 代答的模型")] = {}


class Sandbox(msgspec.Struct, frozen=True):
    """The offline Claude."""

    strict: Annotated[bool, says("refuse unknown models, fields and betas as Claude does", "像 Claude 一样拒绝未知的模型、字段和 beta")] = (
        False
    )
    rules: Annotated[str | None, says("a TOML file of rules for its answers", "应答规则的 TOML 文件")] = None
    pace: Annotated[float, says("tokens a second; 0: no delay", "每秒输出的 token 数；0 表示不延迟", at_least=0)] = 0.0
    seed: Annotated[int, says("draws of another seed fall otherwise", "随机种子：不同种子抽到不同的结果")] = 0
    batch_ms: Annotated[float, says("how long a batch stays in progress", "批处理停留在处理中的毫秒数", at_least=0)] = 0.0


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model's prices in US dollars for a million tokens; what is left out follows from `input` as Claude's prices do."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None


class Upstream(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of several upstreams, a table `[upstreams.NAME]`."""

    url: str = ""
    """Its address with the path before `/v1`, or `sandbox`. Bedrock and Vertex need none: their region says it."""
    credential: str | None = None
    """A reference, or `none`."""
    kind: Literal["claude", "bedrock", "vertex"] = "claude"
    models: tuple[str, ...] = ()
    """What it serves; a `*` at the end: all that begin so. Empty: everything."""
    names: dict[str, str] = {}
    """What it calls a model that callers know by another name: asked = sent."""
    weight: int = 1
    """Its share among those of the same priority."""
    priority: int = 1
    """Those with a lower number come first."""
    environments: tuple[str, ...] = ()
    """Whose keys it serves; empty: everybody's."""
    organizations: tuple[str, ...] = ()
    """Whose alone it is, by their ids; empty: everybody's but those organizations' that are isolated."""
    credential_header: Literal["x-api-key", "authorization"] = "x-api-key"
    proxy: str | None = None
    """`http://…`, `https://…`, `socks5h://…`, or `none`; not set: as the environment says."""
    connect_s: Seconds | None = None
    first_byte_s: Seconds | None = None
    between_bytes_s: Seconds | None = None
    connections: int | None = None
    region: str | None = None
    """Of Bedrock and Vertex."""
    project: str | None = None
    """Of Vertex."""
    prices: dict[str, Price] = {}
    """Its own prices for a million tokens, by its own model names, in `currency`."""
    currency: str = "USD"
    usd_per_unit: Decimal | None = None
    """What one unit of another currency is worth in US dollars: limits and the ledger count dollars."""


class Environment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An environment of the Python library, and of the commands that ask Claude: where it goes and by which key."""

    base_url: str
    """Claude's address, a gateway's, or `sandbox`: the offline Claude inside the process."""
    key: str | None = None
    """A reference, as `credential` takes one. It goes to this address alone. Without one, a variable's key that may go there."""
