"""The command line in Chinese: every sentence's twin. A test holds that none is missing, and none is left over."""

from __future__ import annotations

from yumen.words.chinese_alerts import ALERTS
from yumen.words.chinese_analyze import ANALYZE
from yumen.words.chinese_asking import ASKING
from yumen.words.chinese_calls import CALLS
from yumen.words.chinese_chat import CHAT
from yumen.words.chinese_check import CHECK
from yumen.words.chinese_client import CLIENT
from yumen.words.chinese_clouds import CLOUDS
from yumen.words.chinese_code import CODE
from yumen.words.chinese_content import CONTENT
from yumen.words.chinese_databases import DATABASES
from yumen.words.chinese_documents import DOCUMENTS
from yumen.words.chinese_explain import EXPLAINED
from yumen.words.chinese_isolation import ISOLATION
from yumen.words.chinese_keys import KEYS
from yumen.words.chinese_lab import LAB
from yumen.words.chinese_limit_pages import LIMIT_PAGES
from yumen.words.chinese_matching import MATCHING
from yumen.words.chinese_models import MODELS
from yumen.words.chinese_organizations import ORGANIZATIONS
from yumen.words.chinese_policy import POLICY
from yumen.words.chinese_repeats import REPEATS
from yumen.words.chinese_secrets import SECRETS
from yumen.words.chinese_sessions import SESSIONS
from yumen.words.chinese_stores import STORES
from yumen.words.chinese_summarize import SUMMARIZE
from yumen.words.chinese_support import SUPPORT
from yumen.words.chinese_upstreams import UPSTREAMS
from yumen.words.chinese_write import WRITE

COMMANDS = {
    "A gate between your programs and Claude: keys, a ledger, byte-for-byte forwarding, and an offline Claude for tests.": (
        "程序与 Claude 之间的关口：密钥、账本、逐字节转发，以及供测试用的离线 Claude。"
    ),
    "Show the version.": "显示版本。",
    "Run the gateway.": "运行网关。",
    "Run the gateway. SIGTERM lets running exchanges end, then stops it.": "运行网关。收到 SIGTERM 后先让进行中的请求结束，再停止。",
    "Make a key and show it, this once.": "创建密钥并显示，仅此一次。",
    "List the keys; their text is not kept.": "列出密钥（密钥原文不保存）。",
    "Make a key that takes another's place; the old one works until the grace has passed.": (
        "创建新密钥替换旧密钥；旧密钥在宽限期内仍可使用。"
    ),
    "Let a key count no longer; a running gateway refuses it within a second.": "撤销密钥；运行中的网关一秒之内即拒绝它。",
    "Show the ledger: one line for each call.": "查看账本：每次调用一行。",
    "Show the ledger: one line for each call, the newest last.": "查看账本：每次调用一行，最新的在最后。",
    "Tell one call's life: where its time went, what it used, how it ended.": "讲述一次调用的经过：时间花在哪里、用了多少、如何结束。",
    "Add up tokens and money.": "汇总 token 与费用。",
    "Check that all is well, and say what to do where it is not.": "检查一切是否正常，并说明如何处理问题。",
    "Check that all is well, and say what to do where it is not; exit code 1 where something fails.": (
        "检查一切是否正常，并说明如何处理问题；有失败项时退出码为 1。"
    ),
    "Run the offline Claude alone.": "单独运行离线的 Claude。",
    "Run the offline Claude alone; any key opens it.": "单独运行离线的 Claude；任何密钥都可使用。",
    "Print the shell exports that point a client at the gateway.": "输出让客户端指向网关的 shell 环境变量。",
    'Print the shell exports that point a client at the gateway: eval "$(yumen env)".': (
        '输出让客户端指向网关的 shell 环境变量：eval "$(yumen env)"。'
    ),
}

OPTIONS = {
    "the settings file (docs/settings.md)": "设置文件（见 docs/settings.zh-CN.md）",
    "print JSON, one object a line": "输出 JSON，每行一个对象",
    "any other setting, such as timeouts.drain_s=5": "其他任意设置，例如 timeouts.drain_s=5",
    "local: serve TLS by a local authority made in the data folder": "local:用在数据目录中生成的本地 CA 提供 TLS",
    "what the key is for, such as the program's name": "密钥的用途，例如程序名",
    "a key's id or name": "密钥的 id 或名称",
    "when it ends, such as 90d; without it, never": "有效期，例如 90d；不填则不过期",
    "a path beyond the known endpoints that it may use; a * at the end: all that begin so": (
        "允许它使用的、已知端点之外的路径；以 * 结尾表示所有以此开头的路径"
    ),
    "how long the old key works on": "旧密钥还可使用多久",
    "only calls by this key (its id or name)": "只看此密钥的调用（id 或名称）",
    "only calls that asked for, or were answered by, this model": "只看请求此模型或由此模型应答的调用",
    "only calls that got this status": "只看得到此状态码的调用",
    "only calls that ended so, such as answered, refused, error or failed": "只看如此结束的调用，例如 answered、refused、error、failed",
    "only calls since then: 24h ago, or a date": "只看此时之后的调用：如 24h（之前），或日期",
    "only calls before then: 24h ago, or a date": "只看此时之前的调用：如 24h（之前），或日期",
    "how many of the newest are shown": "显示最新的多少条",
    "go on with each new call until interrupted": "持续显示新的调用，直到中断",
    "the request's id, which the answer's request-id header says": "请求的 id，见应答的 request-id 头",
    "where to listen": "监听地址",
    "make a key of that name and export it": "创建此名称的密钥并输出",
}

SAID = {
    "Yumen {version} is ready.": "玉门（Yumen）{version} 已就绪。",
    "  callers:  {url}": "  调用地址：{url}",
    "  console:  {url}": "  控制台：{url}",
    "  control:  {url}": "  控制端口：{url}",
    "  upstream: the sandbox, an offline Claude; nothing leaves this machine": "  上游：沙箱（离线的 Claude），数据不会离开本机",
    "limits are counted in this process alone: before a second machine shares the database, set redis.url": (
        "限额只在本进程内计数：让第二台机器共用数据库之前，请先设置 redis.url"
    ),
    "{workers} workers and no redis.url: each would count limits for itself, so keys with limits are refused; "
    "set redis.url, or serve with one worker": (
        "有 {workers} 个工作进程而没有 redis.url：各进程只能各自计数，因此有限额的密钥会被拒绝；请设置 redis.url，或只用一个工作进程"
    ),
    "  upstream: {url}, without a credential": "  上游：{url}，不带凭据",
    "  upstream: {url}, with the credential of {source}": "  上游：{url}，凭据来自 {source}",
    "  data:     {path}": "  数据目录：{path}",
    "Your first key is shown this once. Paste these lines into the shell of your program:": (
        "首个密钥只显示这一次。把下面几行粘贴到运行程序的 shell 中："
    ),
    "Your first key lies in {path}; remove the file when the key is where you keep secrets.": (
        "首个密钥保存在 {path}；把它存入你保管密钥的地方后，请删除该文件。"
    ),
    "Keys: yumen keys list --data {data}; a new one: yumen keys create NAME --data {data}": (
        "查看密钥：yumen keys list --data {data}；新建密钥：yumen keys create NAME --data {data}"
    ),
    "The first request, by curl:": "第一个请求，用 curl:",
    "in Python (pip install anthropic):": "用 Python(pip install anthropic):",
    "in Node (npm install @anthropic-ai/sdk):": "用 Node(npm install @anthropic-ai/sdk):",
    "The sandbox, an offline Claude, is ready on {url}; any key opens it.": "沙箱（离线的 Claude）已就绪：{url}；任何密钥都可使用。",
    "the key of {name} ({id}) is shown this once: keep it where secrets are kept": "{name}（{id}）的密钥只显示这一次：请妥善保管",
    "revoked {id} ({name}); a running gateway refuses it within a second": "已撤销 {id}（{name}）；运行中的网关一秒之内即拒绝它",
    "ANTHROPIC_API_KEY is not among them: keys are not kept; --new NAME makes one": (
        "其中没有 ANTHROPIC_API_KEY：密钥原文不保存；用 --new NAME 新建一个"
    ),
    "{reason} (see {path} --help)": "{reason}（见 {path} --help）",
    "a defect of the program: {error}; set {variable}=1 to see where": "程序缺陷：{error}；设置 {variable}=1 可查看位置",
    "the variable {name} is no setting; did you mean {near}?": "环境变量 {name} 不是设置项；是否想写 {near}?",
    "{where}: white space around {name} was cut off": "{where}：{name} 两端的空白已去除",
}

COLUMNS = {
    "time": "时间",
    "request": "请求",
    "key": "密钥",
    "model": "模型",
    "status": "状态",
    "outcome": "结果",
    "input": "输入",
    "output": "输出",
    "cost": "费用",
    "first byte": "首字节",
    "duration": "总时长",
    "requests": "请求数",
    "cache read": "读缓存",
    "cache written": "写缓存",
    "environment": "环境",
    "created_at": "创建时间",
    "expires_at": "到期时间",
    "name": "名称",
    "id": "id",
    "day": "日期",
}

FOUND = {
    "data folder": "数据目录",
    "ledger": "账本",
    "journal": "日志段",
    "keys": "密钥",
    "clock": "时钟",
    "credential": "凭据",
    "upstream": "上游",
    "{path} holds no gateway's data yet: run yumen serve, or name the right folder with --data": (
        "{path} 中还没有网关的数据：运行 yumen serve，或用 --data 指定正确的目录"
    ),
    "{path} is its owner's alone": "{path} 仅所有者可访问",
    "{mb} MB are free": "剩余 {mb} MB",
    "only {mb} MB are free: make room, or the ledger cannot be written": "仅剩 {mb} MB：请腾出空间，否则账本将无法写入",
    "a gateway serves from it": "有网关正在使用它",
    "no gateway serves from it now": "目前没有网关在使用它",
    "{entries} entries, the database is sound": "{entries} 条记录，数据库完好",
    "the database is damaged ({detail}): stop the gateway and restore it from a copy": "数据库已损坏（{detail}）：停止网关并从备份恢复",
    "the database cannot be read ({reason})": "数据库无法读取（{reason}）",
    "{torn} torn lines, as a power cut leaves them; their exchanges may be missing": "{torn} 行残缺（如断电所致）；对应的调用可能缺失",
    "{segments} segments, {waiting} entries wait for the database": "{segments} 段，{waiting} 条等待写入数据库",
    "keys that count: {count}": "有效密钥：{count} 个",
    "no key counts, so nobody can call: yumen keys create NAME makes one": "没有有效密钥，无人可调用：用 yumen keys create NAME 新建",
    "it says {now} (UTC)": "现在是 {now}（UTC）",
    "it says {now}, but the newest entry is of {newest}: set it right, or keys expire at the wrong time": (
        "现在是 {now}，但最新记录的时间是 {newest}：请校准时钟，否则密钥会在错误的时间过期"
    ),
    "it is {seconds} s apart from the upstream's: set it right": "与上游相差 {seconds} 秒：请校准时钟",
    "the sandbox, which is always there": "沙箱，始终可用",
    "none is sent to {url}": "不向 {url} 发送凭据",
    "the one of {source} goes to {url}": "来自 {source}，发往 {url}",
    "{url} answers": "{url} 有应答",
    "{url} cannot be reached ({reason}): check the address, DNS, HTTPS_PROXY and certificates": (
        "无法连接 {url}（{reason}）：检查地址、DNS、HTTPS_PROXY 与证书"
    ),
    "{url} does not accept it (status {status}): put in one that is valid": "{url} 不接受它（状态码 {status}）：请换成有效的凭据",
}

WRONG = {
    "--outcome takes one of {choices}, not {value}": "--outcome 应为 {choices} 之一，而不是 {value}",
    "--set takes NAME=VALUE, not {value}": "--set 应为 名称=值，而不是 {value}",
    "--tls takes local or off, not {value}; a certificate of your own goes to --tls-certificate and --tls-key": (
        "--tls 应为 local 或 off，而不是 {value}；自有证书请用 --tls-certificate 和 --tls-key"
    ),
    "cannot listen on {address}: {reason}": "无法监听 {address}：{reason}",
    "cannot listen on the control address {host}:{port}: {reason}": "无法监听控制地址 {host}:{port}:{reason}",
    "the ledger has no call {id}: yumen logs shows those it has": "账本中没有调用 {id}：用 yumen logs 查看已有的调用",
    "{path} holds no gateway's data yet: name the right folder with --data, or run yumen serve first": (
        "{path} 中还没有网关的数据：用 --data 指定正确的目录，或先运行 yumen serve"
    ),
    "{option} takes a duration such as 90d, 24h, 15m or 30s, not {value}": "{option} 应为时长，如 90d、24h、15m 或 30s，而不是 {value}",
    "{option} takes a duration ago such as 24h, or a date such as 2026-11-22 or 2026-11-22T23:18:00Z, not {value}": (
        "{option} 应为多久之前（如 24h）或日期（如 2026-11-22、2026-11-22T23:18:00Z），而不是 {value}"
    ),
    "there is no environment {name}: it is one of {choices}": "没有环境 {name}：应为 {choices} 之一",
    "the key {id} was revoked and has no successor: yumen keys create makes a new one": "密钥 {id} 已撤销，不能轮换：请新建",
    "the key was not made: just now its workspace was archived, or its member removed": "未创建密钥：其工作区刚刚归档，或其成员刚刚移除",
    "a key needs a name that says what it is for": "密钥需要一个说明用途的名称",
    "a key that ends at once opens nothing: give it a longer life": "立即到期的密钥毫无用处：请给出更长的有效期",
    "a path that a key may use begins with a slash, such as /v1/skills*, not {path}": (
        "密钥可用的路径以斜杠开头，如 /v1/skills*，而不是 {path}"
    ),
    "there is no key {name}: yumen keys list shows them": "没有密钥 {name}：用 yumen keys list 查看",
    "{count} keys are named {name}: name one by its id, {ids}": "有 {count} 个密钥名为 {name}：请用 id 指定，{ids}",
    "{path} cannot be read: {reason}": "无法读取 {path}：{reason}",
    "{path} is not valid TOML: {reason}": "{path} 不是合法的 TOML:{reason}",
    "{where}: there is no setting {name}; did you mean {near}?": "{where}：没有设置项 {name}；是否想写 {near}?",
    "{where}: there is no setting {name}; docs/settings.md lists them": "{where}：没有设置项 {name}；完整列表见 docs/settings.zh-CN.md",
    "{where}: {name} is a section: its settings stand below [{name}]": "{where}：{name} 是一个小节：其设置写在 [{name}] 之下",
    "{where}: {name} is too large: {value}": "{where}：{name} 太大：{value}",
    "{where}: {name} will not do: {reason}": "{where}：{name} 不合适：{reason}",
    "{where}: {name} takes a string": "{where}：{name} 应为字符串",
    "{where}: {name} takes a string, not {value}": "{where}：{name} 应为字符串，而不是 {value}",
    "{where}: {name} takes a list of strings, not {value}": "{where}：{name} 应为字符串列表，而不是 {value}",
    "{where}: {name} takes true or false, not {value}": "{where}：{name} 应为 true 或 false，而不是 {value}",
    "{where}: {name} takes one of {choices}, not {value}": "{where}：{name} 应为 {choices} 之一，而不是 {value}",
    "{where}: {name} takes a whole number, not {value}": "{where}：{name} 应为整数，而不是 {value}",
    "{where}: {name} takes a whole number of at least {limit}, not {value}": "{where}：{name} 应为不小于 {limit} 的整数，而不是 {value}",
    "{where}: {name} takes a number of at least {limit}, not {value}": "{where}：{name} 应为不小于 {limit} 的数，而不是 {value}",
    "{where}: {name} takes a number above {limit}, not {value}": "{where}：{name} 应为大于 {limit} 的数，而不是 {value}",
    "{name} takes HOST:PORT, such as 127.0.0.1:8010 or [::1]:8010, not {value}": (
        "{name} 应为 主机:端口，如 127.0.0.1:8010 或 [::1]:8010，而不是 {value}"
    ),
    "control {address} is reachable from other machines: use a loopback address, "
    "or set control_behind_tls_proxy = true when a proxy with TLS and authentication stands before it": (
        "控制地址 {address} 可从其他机器访问：请用本机地址，若前面有带 TLS 和认证的代理则设置 control_behind_tls_proxy = true"
    ),
    "trusted_proxies takes addresses or networks: {reason}": "trusted_proxies 应为地址或网段：{reason}",
    "{setting} takes sandbox or a URL such as https://api.anthropic.com, without user name and query, not {value}": (
        "{setting} 应为 sandbox 或不带用户名和查询的 URL（如 https://api.anthropic.com），而不是 {value}"
    ),
    "{setting} {url} has no TLS: use https, or set allow_plain_http = true if the network between is yours": (
        "{setting} {url} 没有 TLS：请用 https；若中间网络归你掌管，可设置 allow_plain_http = true"
    ),
    "the database is at version {version}, which a newer Yumen wrote; this one knows up to {head}: install the newer one": (
        "数据库版本为 {version}，由更新的 Yumen 写成；当前程序只支持到 {head}：请安装新版本"
    ),
    "the database {place} cannot be used: {reason}": "数据库 {place} 无法使用：{reason}",
    "database.url takes postgresql://USER@HOST:PORT/NAME, with ?sslmode=… or ?host=… at most": (
        "database.url 的形式为 postgresql://用户@主机:端口/库名，最多再加 ?sslmode=… 或 ?host=…"
    ),
    "the password must not stand in database.url: name its source in database.password": (
        "密码不得写在 database.url 里：请在 database.password 中写明其来源"
    ),
    "database.url: sslmode takes one of {choices}": "database.url:sslmode 只能是 {choices} 之一",
    "cannot write {path}: {reason}; choose another data folder with --data, or mend this one": (
        "无法写入 {path}：{reason}；用 --data 另选数据目录，或修复此目录"
    ),
    "another yumen serves from {path}: stop it first, or give this one a folder of its own with --data": (
        "另一个 yumen 正在使用 {path}：先停止它，或用 --data 另选目录"
    ),
    "cannot make the data folder {path}: {reason}; choose another with --data": "无法创建数据目录 {path}：{reason}；用 --data 另选目录",
    "{path} is open to others (mode {mode}): run chmod {wanted} {path}": "{path} 对他人开放（权限 {mode}）：运行 chmod {wanted} {path}",
    "the rules file {path} cannot be read: {reason}": "无法读取规则文件 {path}：{reason}",
    "the rules file {path} is not right: {reason}": "规则文件 {path} 有误：{reason}",
    "the rules file {path} names two rules {rule}; give each its own name": "规则文件 {path} 中有两条规则名为 {rule}；请各取其名",
    "the rules file {path}: rule {rule} has a bad regular expression: {reason}": "规则文件 {path}：规则 {rule} 的正则表达式有误：{reason}",
    "tls.certificate and tls.key go together: set both, or neither": "tls.certificate 与 tls.key 要么都设置，要么都不设置",
    "a worker ended at its start ({code}); the log says more": "一个工作进程在启动时退出（{code}）；详见日志",
    "the certificate {path} and its key cannot be used: {reason}": "证书 {path} 及其私钥无法使用：{reason}",
    "the key {path} does not belong to the certificate {certificate}": "私钥 {path} 与证书 {certificate} 不匹配",
    "the key {path} is protected by a passphrase: give one that is not": "私钥 {path} 有密码保护：请改用没有密码的私钥",
    "{path} holds no certificate in PEM form": "{path} 中没有 PEM 格式的证书",
    "the price of {model} is not usable: {reason}": "{model} 的价格不可用：{reason}",
    "the upstream's address {url} is not of the form https://host[:port][/path]": "上游地址 {url} 不符合 https://主机[:端口][/路径] 的形式",
    "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: pip install 'yumen[otel]'": (
        "设置了 OTEL_EXPORTER_OTLP_ENDPOINT，但没有安装 OpenTelemetry：pip install 'yumen[otel]'"
    ),
}

CHINESE = (
    ALERTS
    | ANALYZE
    | CODE
    | ASKING
    | CALLS
    | CHAT
    | CHECK
    | CLIENT
    | CLOUDS
    | CONTENT
    | DOCUMENTS
    | LAB
    | LIMIT_PAGES
    | SUMMARIZE
    | SUPPORT
    | MATCHING
    | MODELS
    | POLICY
    | REPEATS
    | ISOLATION
    | KEYS
    | COMMANDS
    | OPTIONS
    | SAID
    | EXPLAINED
    | COLUMNS
    | FOUND
    | WRONG
    | DATABASES
    | ORGANIZATIONS
    | SECRETS
    | SESSIONS
    | STORES
    | UPSTREAMS
    | WRITE
)
