"""Every option with its type, its default and its sentence. The pages docs/settings*.md are printed from here."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from yumen.settings.says import says

Seconds = float
"""Durations end in `_s`; sizes in `_mb` (1024 × 1024 bytes) or `_bytes`."""


FailMode = Literal["fail_closed", "fail_open"]


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
    batch_poll_s: Annotated[
        Seconds, says("between two looks at a Message Batch that is under way", "两次查看进行中的 Message Batch 的间隔", above=0)
    ] = 10.0
    drain_s: Annotated[
        Seconds, says("how long running exchanges may go on after SIGTERM", "收到 SIGTERM 后,进行中的请求还可继续多久", at_least=0)
    ] = 30.0
    drain_notice_s: Annotated[
        Seconds,
        says(
            "how long new work is still taken after SIGTERM while `/readyz` says no, so that a load balancer can look elsewhere first",
            "收到 SIGTERM 后,`/readyz` 已回答未就绪、但仍接收新请求多久,以便负载均衡器先行切走",
            at_least=0,
        ),
    ] = 0.0


class Capacity(msgspec.Struct, frozen=True):
    """How large things may be, and how many."""

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
        FailMode,
        says(
            "then refuse every key (`fail_closed`), or go on with those that are remembered (`fail_open`)",
            "此时拒绝所有密钥(`fail_closed`),或继续接受已记住的密钥(`fail_open`)",
        ),
    ] = "fail_closed"
    unknown_per_second: Annotated[
        int, says("how many unknown keys are looked up in a second", "每秒最多查询多少个未知密钥", at_least=1)
    ] = 100


class Database(msgspec.Struct, frozen=True):
    """Where keys, organizations, limits and the ledger are kept; without a URL, in the data folder's SQLite file."""

    url: Annotated[
        str | None,
        says(
            "`postgresql://USER@HOST:PORT/NAME`; the password stands in `password`",
            "`postgresql://用户@主机:端口/库名`;密码写在 `password`",
        ),
    ] = None
    password: Annotated[str | None, says("the reference of the password (docs/secrets.md)", "密码的引用(见 docs/secrets.md)")] = None
    timeout_ms: Annotated[int, says("how long the database may take to answer", "数据库应答的时限(毫秒)", at_least=10)] = 5_000


class Redis(msgspec.Struct, frozen=True):
    """Where limits are counted when several processes or machines share them; without a URL, in this process."""

    url: Annotated[
        str | None,
        says(
            "`redis://HOST:PORT/DB` or `rediss://…`; the password stands in `password`",
            "`redis://主机:端口/库` 或 `rediss://…`;密码写在 `password`",
        ),
    ] = None
    password: Annotated[str | None, says("the reference of the password (docs/secrets.md)", "密码的引用(见 docs/secrets.md)")] = None
    timeout_ms: Annotated[int, says("how long Redis may take to answer", "Redis 应答的时限(毫秒)", at_least=10)] = 500
    cluster: Annotated[bool, says("the server is a Redis Cluster", "服务器是 Redis Cluster")] = False


class Limits(msgspec.Struct, frozen=True):
    """How rate limits, quotas and spend limits are counted."""

    on_unavailable: Annotated[
        FailMode,
        says(
            "when limits cannot be counted: refuse what has a limit (`fail_closed`), or let it pass and count it later (`fail_open`)",
            "无法统计限额时:拒绝受限的请求(`fail_closed`),或放行并事后记账(`fail_open`)",
        ),
    ] = "fail_closed"
    lease_s: Annotated[Seconds, says("a hold that nobody renews is released after this", "无人续期的占用在此时间后释放", at_least=1)] = 30.0
    open_paths: Annotated[
        tuple[str, ...],
        says(
            "paths whose use cannot be metered, open to limited keys all the same (a path, or its beginning with `*`)",
            "无法计量但仍对受限密钥开放的路径(完整路径,或以 `*` 结尾的前缀)",
        ),
    ] = ()


class Organizations(msgspec.Struct, frozen=True):
    """Who may sign up, and how."""

    sign_up: Annotated[Literal["closed", "invitation", "open"], says("who may sign up", "谁可以注册:关闭、仅限邀请、开放")] = "closed"
    approval: Annotated[bool, says("an administrator must approve each sign-up", "每次注册须经管理员批准")] = False
    phone_required: Annotated[
        tuple[str, ...],
        says(
            "countries (ISO codes, such as CN) whose sign-ups need a verified phone number; `*`: all",
            "哪些国家(ISO 代码,如 CN)注册时必须验证手机号;`*` 表示全部",
        ),
    ] = ()
    plan: Annotated[str, says("the plan that sign-ups start on", "注册后的初始套餐")] = "trial"
    code_minutes: Annotated[int, says("how long a code is valid", "验证码的有效分钟数", at_least=1)] = 10
    code_tries: Annotated[int, says("how often a code may be tried", "验证码可尝试的次数", at_least=1)] = 5
    codes_per_hour: Annotated[
        int,
        says(
            "codes sent to one address, and to one caller, in an hour", "每小时发往同一地址、以及来自同一调用方的验证码数量上限", at_least=1
        ),
    ] = 5


class Mail(msgspec.Struct, frozen=True):
    """The mail server; without one, `yumen signups` shows the codes."""

    server: Annotated[str | None, says("HOST:PORT", "主机:端口")] = None
    tls: Annotated[Literal["starttls", "tls", "none"], says("how it is encrypted; `none` only on loopback", "加密方式;`none` 仅限本机")] = (
        "starttls"
    )
    authority: Annotated[str | None, says("a file of certificates to trust instead of the system's", "代替系统信任的 CA 证书文件")] = None
    user: Annotated[str | None, says("the user", "用户名")] = None
    password: Annotated[str | None, says("the reference of the password (docs/secrets.md)", "密码的引用(见 docs/secrets.md)")] = None
    sender: Annotated[str, says("the sender's address", "发件人地址")] = "yumen@localhost"
    language: Annotated[Literal["en", "zh"], says("the language of mails and messages", "邮件和消息的语言")] = "en"


class Sms(msgspec.Struct, frozen=True):
    """The HTTP webhook that sends text messages."""

    webhook: Annotated[str | None, says("its URL", "其 URL")] = None
    secret: Annotated[
        str | None,
        says("the reference of the secret that signs its bodies (docs/secrets.md)", "签名密钥的引用(见 docs/secrets.md)"),
    ] = None


class Alerts(msgspec.Struct, frozen=True):
    """Who is told of limits that near their end, errors, keys and dependencies. Secrets are named by references (docs/secrets.md)."""

    mail: Annotated[tuple[str, ...], says("mail addresses", "邮件地址")] = ()
    webhook: Annotated[str | None, says("a URL that gets signed JSON", "接收签名 JSON 的 URL")] = None
    webhook_secret: Annotated[str | None, says("the source of its secret", "其密钥的来源")] = None
    dingtalk: Annotated[str | None, says("the source of a DingTalk robot's URL", "钉钉机器人 URL 的来源")] = None
    dingtalk_secret: Annotated[str | None, says("the source of its secret", "其密钥的来源")] = None
    feishu: Annotated[str | None, says("the source of a Feishu robot's URL", "飞书机器人 URL 的来源")] = None
    feishu_secret: Annotated[str | None, says("the source of its secret", "其密钥的来源")] = None
    wecom: Annotated[str | None, says("the source of a WeCom robot's URL", "企业微信机器人 URL 的来源")] = None
    percents: Annotated[tuple[int, ...], says("at which parts of a limit", "达到限额的哪些百分比时提醒")] = (50, 80, 95, 100)
    errors_per_minute: Annotated[
        int, says("so many errors of the upstream in a minute are a burst", "一分钟内上游错误达到多少次算突发", at_least=1)
    ] = 20
    expiry_days: Annotated[int, says("keys that expire within so many days are told of", "提前多少天提醒密钥将过期", at_least=0)] = 7


class Legacy(msgspec.Struct, frozen=True):
    """`POST /v1/complete`: where models that are retired go."""

    model: Annotated[str, says("the model that answers for every retired one", "所有已退役模型由哪个模型代答")] = "claude-haiku-4-5"
    models: Annotated[dict[str, str], says("the same for single models: asked = answering", "按单个模型指定:请求的模型 = 代答的模型")] = {}


class Retry(msgspec.Struct, frozen=True):
    """What happens when an upstream fails or limits us."""

    attempts: Annotated[int, says("attempts of one request, over all upstreams", "一个请求的总尝试次数(含所有上游)", at_least=1)] = 3
    first_wait_ms: Annotated[
        int,
        says(
            "the longest pause before the second attempt; it doubles each time, and each is drawn between 0 and that (full jitter)",
            "第二次尝试前的最长等待(毫秒);每次翻倍,实际等待在 0 与它之间随机",
            at_least=1,
        ),
    ] = 500
    longest_wait_s: Annotated[
        Seconds, says("no pause is longer; an upstream that asks for more is given up", "等待的上限;上游要求更久时放弃", above=0)
    ] = 30.0
    patience_s: Annotated[
        Seconds,
        says(
            "how long a caller that does not say it (`x-stainless-timeout`) waits for its answer",
            "调用方未声明(`x-stainless-timeout`)时,视其最多等待多久",
            above=0,
        ),
    ] = 60.0
    budget_percent: Annotated[
        int, says("of an upstream's requests, so many in a hundred may be retries", "每个上游的请求中,重试最多占百分之几", at_least=0)
    ] = 20
    resend_lost: Annotated[
        bool,
        says(
            "send a request again that was sent and never answered, although the upstream may charge both",
            "请求已发出却没有应答时再次发送,尽管上游可能收取两次费用",
        ),
    ] = False
    early_ping_s: Annotated[
        Seconds,
        says(
            "a stream that has no answer after so long is begun with a `ping`, and an error comes as an event; 0: never",
            "流式请求等待超过此时间时,先以 `ping` 开始应答,之后的错误以事件形式给出;0 表示从不",
            at_least=0,
        ),
    ] = 0.0
    open_after: Annotated[
        int,
        says("so many failures in a row take an upstream out of use (its circuit opens)", "连续失败多少次后停用该上游(熔断)", at_least=1),
    ] = 5
    open_s: Annotated[
        Seconds,
        says(
            "after so long one request probes it; the time doubles while probes fail, up to 16 times",
            "多久后用一个请求试探;试探失败则加倍,最多 16 倍",
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
            "the region of AWS Secrets Manager; default: as AWS's own tools find it", "AWS Secrets Manager 的区域;默认按 AWS 工具的方式查找"
        ),
    ] = None
    aws_endpoint: Annotated[str | None, says("another address of AWS Secrets Manager", "AWS Secrets Manager 的其他地址")] = None
    vault_url: Annotated[str | None, says("the address of Vault; default: VAULT_ADDR", "Vault 的地址;默认取 VAULT_ADDR")] = None
    vault_namespace: Annotated[str | None, says("the namespace; default: VAULT_NAMESPACE", "命名空间;默认取 VAULT_NAMESPACE")] = None
    vault_authority: Annotated[
        str | None,
        says(
            "a file of certificates to trust instead of the system's; default: VAULT_CACERT",
            "代替系统信任的 CA 证书文件;默认取 VAULT_CACERT",
        ),
    ] = None
    vault_login: Annotated[Literal["token", "approle", "kubernetes"], says("how to log in", "登录方式")] = "token"
    vault_token: Annotated[
        str | None,
        says(
            "the token's source: `env:NAME` or `file:PATH`; default: VAULT_TOKEN",
            "令牌的来源:`env:变量名` 或 `file:路径`;默认取 VAULT_TOKEN",
        ),
    ] = None
    vault_mount: Annotated[
        str | None, says("where the login's method is mounted, if not at its own name", "登录方法的挂载点(若不是默认名称)")
    ] = None
    vault_role: Annotated[
        str | None, says("the role (Kubernetes), or the source of the role id (AppRole)", "角色(Kubernetes),或 role id 的来源(AppRole)")
    ] = None
    vault_secret_id: Annotated[str | None, says("the source of the secret id (AppRole)", "secret id 的来源(AppRole)")] = None


class Idempotency(msgspec.Struct, frozen=True):
    """Requests that come with an `Idempotency-Key`: a repeated one gets the answer of the first, and costs nothing."""

    keep_hours: Annotated[
        int, says("how long an answer is kept (encrypted); 0: not at all", "应答保留(加密)多少小时;0 表示不保留", at_least=0)
    ] = 24
    answer_mb: Annotated[int, says("a longer answer is not kept", "超过此大小的应答不保留", at_least=1)] = 8
    buffered_mb: Annotated[
        int, says("all answers under way that may be asked for again, together", "进行中、可能被再次索取的应答的总量", at_least=1)
    ] = 64


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


class Environment(msgspec.Struct, frozen=True):
    """An environment of the Python library: where it goes and by which key (`env:NAME` or `file:PATH`)."""

    base_url: str
    key: str | None = None


class Settings(msgspec.Struct, frozen=True):
    """The gateway."""

    listen: Annotated[str, says("where callers are served, HOST:PORT", "为调用方服务的地址,HOST:PORT")] = "127.0.0.1:8010"
    control: Annotated[
        str,
        says(
            "where the operator is served (admin API, metrics), HOST:PORT; loopback",
            "为运维者服务的地址(管理 API、指标),HOST:PORT;仅限本机",
        ),
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
            "the upstream's key: `env:NAME`, `file:PATH`, `aws-sm:SECRET_ID[#FIELD]`, `vault:MOUNT/PATH#FIELD`, or `none`",
            "上游密钥的来源:`env:变量名`、`file:路径`、`aws-sm:SECRET_ID[#字段]`、`vault:挂载点/路径#字段`,或 `none`(不发送)",
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
    workers: Annotated[
        int, says("processes that serve; above 1, limited keys need Redis", "服务进程数;大于 1 时,受限密钥需要 Redis", at_least=1)
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
    legacy: Legacy = Legacy()
    sandbox: Sandbox = Sandbox()
    ledger: Ledger = Ledger()
    log: Log = Log()
    prices: Annotated[dict[str, Price], says("prices that override the built-in ones, by model", "覆盖内置价格,按模型填写")] = {}
    upstreams: Annotated[
        dict[str, Upstream],
        says(
            "several upstreams, by name; `upstream` and `credential` are not set then",
            "多个上游,按名称填写;此时不设置 `upstream` 和 `credential`",
        ),
    ] = {}
    environments: Annotated[dict[str, Environment], says("environments of the Python library, by name", "Python 库的环境,按名称填写")] = {}
