"""Every option with its type, its default and its sentence, by sections. The pages docs/settings*.md are printed from here."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from yumen.settings.contents import Contents
from yumen.settings.encryption import Encryption
from yumen.settings.people import Alerts, Mail, Organizations, Sms
from yumen.settings.says import says
from yumen.settings.sending import Environment, Idempotency, Legacy, Price, Retry, Sandbox, Secrets, Upstream
from yumen.settings.serving import Capacity, Keys, Timeouts, Tls
from yumen.settings.sessions import Sessions
from yumen.settings.single_sign_on import Provider
from yumen.settings.stores import Database, Ledger, Limits, Log, Redis


class Settings(msgspec.Struct, frozen=True):
    """The gateway."""

    listen: Annotated[str, says("where callers are served, HOST:PORT", "为调用方服务的地址，HOST:PORT")] = "127.0.0.1:8010"
    control: Annotated[
        str,
        says(
            "where the console, the admin API and the metrics are served, HOST:PORT; loopback",
            "控制台、管理 API 与指标的服务地址，HOST:PORT；仅限本机",
        ),
    ] = "127.0.0.1:8011"
    control_behind_tls_proxy: Annotated[
        bool,
        says(
            "a proxy with TLS and authentication stands before a control address beyond loopback",
            "控制地址超出本机时，声明前面有带 TLS 和认证的代理",
        ),
    ] = False
    data: Annotated[str, says("the data folder: keys, ledger, journal, log", "数据目录：密钥、账本、日志")] = "~/.local/share/yumen"
    public_url: Annotated[
        str | None, says("the address that callers know, where it is not the listening one", "调用方使用的地址（与监听地址不同时填写）")
    ] = None
    console_url: Annotated[
        str | None,
        says(
            "the address by which browsers reach the console, where it is not the control address (behind a TLS proxy)",
            "浏览器访问控制台所用的地址（位于 TLS 代理之后、与控制地址不同时填写）",
        ),
    ] = None
    upstream: Annotated[
        str | None,
        says(
            "a URL, or `sandbox`. Not set: Claude when ANTHROPIC_API_KEY or CLAUDE_API_KEY is set, else the sandbox",
            "一个 URL，或 `sandbox`。未设置时：有 ANTHROPIC_API_KEY 或 CLAUDE_API_KEY 则为 Claude，否则为沙箱",
        ),
    ] = None
    credential: Annotated[
        str | None,
        says(
            "the upstream's key: `env:NAME`, `file:PATH`, `aws-sm:SECRET_ID[#FIELD]`, `vault:MOUNT/PATH#FIELD`, or `none`",
            "上游密钥的来源：`env:变量名`、`file:路径`、`aws-sm:SECRET_ID[#字段]`、`vault:挂载点/路径#字段`，或 `none`（不发送）",
        ),
    ] = None
    allow_plain_http: Annotated[bool, says("allow an upstream beyond loopback without TLS", "允许不经 TLS 访问本机以外的上游")] = False
    trusted_proxies: Annotated[
        tuple[str, ...],
        says("addresses or networks whose X-Forwarded-For is believed", "哪些地址或网段的 X-Forwarded-For 可信"),
    ] = ()
    cors_origins: Annotated[
        tuple[str, ...], says("origins whose pages may call from a browser; `*`: all", "允许从浏览器调用的来源；`*` 表示全部")
    ] = ()
    unowned: Annotated[
        Literal["refuse", "forward"],
        says(
            "ids of batches and files that nobody here created: `refuse` with 404, or `forward` (before a sandbox)",
            "对不是在此创建的批处理和文件 id：以 404 拒绝（`refuse`），或转发（`forward`，仅用于沙箱）",
        ),
    ] = "refuse"
    policy: Annotated[
        str | None,
        says(
            "the file of a content policy that everything is under (docs/policy.md); read at the start",
            "对一切请求生效的内容策略文件（见 docs/policy.zh-CN.md）；启动时读取",
        ),
    ] = None
    workers: Annotated[
        int, says("processes that serve; above 1, limited keys need Redis", "服务进程数；大于 1 时，受限密钥需要 Redis", at_least=1)
    ] = 1
    timeouts: Timeouts = Timeouts()
    capacity: Capacity = Capacity()
    tls: Tls = Tls()
    keys: Keys = Keys()
    database: Database = Database()
    redis: Redis = Redis()
    limits: Limits = Limits()
    organizations: Organizations = Organizations()
    mail: Mail = Mail()
    sms: Sms = Sms()
    alerts: Alerts = Alerts()
    retry: Retry = Retry()
    secrets: Secrets = Secrets()
    idempotency: Idempotency = Idempotency()
    sessions: Sessions = Sessions()
    contents: Contents = Contents()
    encryption: Encryption = Encryption()
    legacy: Legacy = Legacy()
    sandbox: Sandbox = Sandbox()
    ledger: Ledger = Ledger()
    log: Log = Log()
    prices: Annotated[dict[str, Price], says("prices that override the built-in ones, by model", "覆盖内置价格，按模型填写")] = {}
    upstreams: Annotated[
        dict[str, Upstream],
        says(
            "several upstreams, by name; `upstream` and `credential` are not set then",
            "多个上游，按名称填写；此时不设置 `upstream` 和 `credential`",
        ),
    ] = {}
    single_sign_on: Annotated[
        dict[str, Provider],
        says(
            "providers of OpenID Connect, by name (docs/signing-in.md)", "OpenID Connect 提供方，按名称填写（见 docs/signing-in.zh-CN.md）"
        ),
    ] = {}
    environments: Annotated[
        dict[str, Environment],
        says(
            "environments of the Python library, by name: `base_url` (or `sandbox`) and `key`, a reference (docs/library.md)",
            "Python 库的环境，按名称填写：`base_url`（或 `sandbox`）和 `key`（引用，见 docs/library.zh-CN.md）",
        ),
    ] = {}
