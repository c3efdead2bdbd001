"""Every option with its type, its default and its sentence. The pages docs/settings*.md are printed from here."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from yumen.settings.says import says

Seconds = float
"""Durations end in `_s`; sizes in `_mb` (1024 × 1024 bytes) or `_bytes`."""


class Timeouts(msgspec.Struct, frozen=True):
    """How long things may take."""

    connect_s: Annotated[Seconds, says("to connect to the upstream, TLS included", "连接上游(含 TLS 握手)的时限", above=0)] = 5.0
    first_byte_s: Annotated[Seconds, says("until the upstream's answer begins", "等待上游应答开始的时限", above=0)] = 600.0
    between_bytes_s: Annotated[Seconds, says("between two pieces of the upstream's answer", "上游应答两段数据之间的时限", above=0)] = 120.0
    upstream_idle_s: Annotated[
        Seconds, says("an unused connection to the upstream is closed after this", "到上游的空闲连接在此时间后关闭", above=0)
    ] = 45.0
    header_s: Annotated[Seconds, says("until a caller's request head is complete", "调用方发完请求头的时限", above=0)] = 20.0
    body_s: Annotated[Seconds, says("between two pieces of a caller's body", "调用方请求体两段数据之间的时限", above=0)] = 60.0
    idle_s: Annotated[Seconds, says("between two requests of a caller's connection", "调用方连接上两个请求之间的空闲时限", above=0)] = 300.0
    write_s: Annotated[Seconds, says("how long a caller may leave its answer unread", "调用方不读取应答的最长时间", above=0)] = 600.0
    drain_s: Annotated[
        Seconds, says("how long running exchanges may go on after SIGTERM", "收到 SIGTERM 后,进行中的请求还可继续多久", at_least=0)
    ] = 30.0


class Limits(msgspec.Struct, frozen=True):
    """How much there may be."""

    header_bytes: Annotated[int, says("bytes of a request's head", "请求头的总字节数", at_least=1024)] = 65_536
    headers: Annotated[int, says("header lines of a request", "请求头的行数", at_least=1)] = 200
    message_body_mb: Annotated[int, says("a body of Messages", "Messages 请求体大小", at_least=1)] = 32
    batch_body_mb: Annotated[int, says("a body that creates a batch", "创建批处理的请求体大小", at_least=1)] = 256
    file_body_mb: Annotated[int, says("an uploaded file", "上传文件的大小", at_least=1)] = 500
    buffered_mb: Annotated[
        int,
        says("all bodies held in memory together; above it new ones get 529", "内存中全部请求体的总量;超过后新请求得到 529", at_least=1),
    ] = 256
    connections: Annotated[int, says("connections of all callers", "全部调用方的连接数", at_least=1)] = 10_000
    connections_per_address: Annotated[int, says("connections of one address", "单个地址的连接数", at_least=1)] = 10_000
    upstream_connections: Annotated[int, says("connections to the upstream", "到上游的连接数", at_least=1)] = 4_096


class Tls(msgspec.Struct, frozen=True):
    """TLS on the listening side."""

    local: Annotated[
        bool,
        says("make a local authority and a certificate in the data folder, and use them", "在数据目录里生成本地 CA 和证书并使用它们"),
    ] = False
    certificate: Annotated[str | None, says("a certificate chain's file (PEM)", "证书链文件(PEM)")] = None
    key: Annotated[str | None, says("the certificate's key file (PEM)", "证书私钥文件(PEM)")] = None
    names: Annotated[
        tuple[str, ...], says("more host names and addresses for the local certificate", "本地证书额外包含的主机名和地址")
    ] = ()


class Keys(msgspec.Struct, frozen=True):
    """How keys are watched."""

    unreadable_s: Annotated[
        Seconds,
        says("after so long without a readable key store the next setting applies", "密钥库连续多久不可读后,按下一项处理", above=0),
    ] = 30.0
    on_unreadable: Annotated[
        Literal["refuse", "serve"],
        says("then `refuse` every key, or `serve` those that are remembered", "此时拒绝所有密钥(`refuse`),或继续接受已记住的密钥(`serve`)"),
    ] = "refuse"
    unknown_per_second: Annotated[
        int, says("how many unknown keys are looked up in a second", "每秒最多查询多少个未知密钥", at_least=1)
    ] = 100


class Legacy(msgspec.Struct, frozen=True):
    """`POST /v1/complete`: where models that are retired go."""

    model: Annotated[str, says("the model that answers for every retired one", "所有已退役模型由哪个模型代答")] = "claude-haiku-4-5"
    models: Annotated[dict[str, str], says("the same for single models: asked = answering", "按单个模型指定:请求的模型 = 代答的模型")] = {}


class Sandbox(msgspec.Struct, frozen=True):
    """The offline Claude."""

    strict: Annotated[bool, says("refuse unknown models, fields and betas as Claude does", "像 Claude 一样拒绝未知的模型、字段和 beta")] = (
        False
    )
    rules: Annotated[str | None, says("a TOML file of rules for its answers", "应答规则的 TOML 文件")] = None
    pace: Annotated[float, says("tokens a second; 0: no delay", "每秒输出的 token 数;0 表示不延迟", at_least=0)] = 0.0
    seed: Annotated[int, says("draws of another seed fall otherwise", "随机种子:不同种子抽到不同的结果")] = 0
    batch_ms: Annotated[float, says("how long a batch stays in progress", "批处理停留在处理中的毫秒数", at_least=0)] = 0.0


class Ledger(msgspec.Struct, frozen=True):
    """What is written down."""

    on_full: Annotated[
        Literal["refuse", "serve"],
        says(
            "when the ledger cannot be written (disk full): `refuse` new work with 529, or `serve` on, counting and logging what is lost",
            "账本无法写入(磁盘已满)时:以 529 拒绝新请求(`refuse`),或继续服务并计数、记录丢失的条目(`serve`)",
        ),
    ] = "refuse"
    retention_days: Annotated[int, says("how long entries are kept", "条目保留天数", at_least=1)] = 400


class Log(msgspec.Struct, frozen=True):
    """The log file `claude_api.log` in the data folder, and the console."""

    format: Annotated[Literal["text", "json"], says("the form of its lines", "日志行的格式")] = "text"
    level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], says("the least that is written", "写入的最低级别")] = "INFO"
    file_mb: Annotated[int, says("the file is rotated at this size", "日志文件达到此大小时轮换", at_least=1)] = 50
    retention_days: Annotated[int, says("how long rotated files are kept", "轮换后的日志保留天数", at_least=1)] = 180


class Price(msgspec.Struct, frozen=True):
    """A model's prices in US dollars for a million tokens; what is left out follows from `input` as Claude's prices do."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None


class Environment(msgspec.Struct, frozen=True):
    """An environment of the Python library: where it goes and by which key (`env:NAME` or `file:PATH`)."""

    base_url: str
    key: str | None = None


class Settings(msgspec.Struct, frozen=True):
    """The gateway."""

    listen: Annotated[str, says("where callers are served, HOST:PORT", "为调用方服务的地址,HOST:PORT")] = "127.0.0.1:8010"
    control: Annotated[
        str, says("where the operator is served (metrics), HOST:PORT; loopback", "为运维者服务的地址(指标),HOST:PORT;仅限本机")
    ] = "127.0.0.1:8011"
    control_behind_tls_proxy: Annotated[
        bool,
        says(
            "a proxy with TLS and authentication stands before a control address beyond loopback",
            "控制地址超出本机时,声明前面有带 TLS 和认证的代理",
        ),
    ] = False
    data: Annotated[str, says("the data folder: keys, ledger, journal, log", "数据目录:密钥、账本、日志")] = "~/.local/share/yumen"
    public_url: Annotated[
        str | None, says("the address that callers know, where it is not the listening one", "调用方使用的地址(与监听地址不同时填写)")
    ] = None
    upstream: Annotated[
        str | None,
        says(
            "a URL, or `sandbox`. Not set: Claude when ANTHROPIC_API_KEY or CLAUDE_API_KEY is set, else the sandbox",
            "一个 URL,或 `sandbox`。未设置时:有 ANTHROPIC_API_KEY 或 CLAUDE_API_KEY 则为 Claude,否则为沙箱",
        ),
    ] = None
    credential: Annotated[
        str | None,
        says(
            "the upstream's key: `env:NAME`, `file:PATH`, or `none`",
            "上游密钥的来源:`env:变量名`、`file:路径`,或 `none`(不发送)",
        ),
    ] = None
    allow_plain_http: Annotated[bool, says("allow an upstream beyond loopback without TLS", "允许不经 TLS 访问本机以外的上游")] = False
    trusted_proxies: Annotated[
        tuple[str, ...],
        says("addresses or networks whose X-Forwarded-For is believed", "哪些地址或网段的 X-Forwarded-For 可信"),
    ] = ()
    cors_origins: Annotated[
        tuple[str, ...], says("origins whose pages may call from a browser; `*`: all", "允许从浏览器调用的来源;`*` 表示全部")
    ] = ()
    unowned: Annotated[
        Literal["refuse", "forward"],
        says(
            "ids of batches and files that nobody here created: `refuse` with 404, or `forward` (before a sandbox)",
            "对不是在此创建的批处理和文件 id:以 404 拒绝(`refuse`),或转发(`forward`,仅用于沙箱)",
        ),
    ] = "refuse"
    timeouts: Timeouts = Timeouts()
    limits: Limits = Limits()
    tls: Tls = Tls()
    keys: Keys = Keys()
    legacy: Legacy = Legacy()
    sandbox: Sandbox = Sandbox()
    ledger: Ledger = Ledger()
    log: Log = Log()
    prices: Annotated[dict[str, Price], says("prices that override the built-in ones, by model", "覆盖内置价格,按模型填写")] = {}
    environments: Annotated[dict[str, Environment], says("environments of the Python library, by name", "Python 库的环境,按名称填写")] = {}
