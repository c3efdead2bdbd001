"""The sentences of upstreams in Chinese."""

from __future__ import annotations

UPSTREAMS = {
    "Show every upstream, its circuit and its quota.": "查看每个上游、其熔断状态和剩余配额。",
    "Show every upstream: settings, circuit, quota left, requests and failures.": (
        "查看每个上游：设置、熔断状态、剩余配额、请求数和失败数。"
    ),
    "no gateway answers at {address}, so only the settings are shown": "{address} 上没有网关应答，因此只显示设置",
    "  upstream: {name}: the sandbox, an offline Claude": "  上游：{name}：沙箱（离线的 Claude）",
    "  upstream: {name}: {url}, without a credential": "  上游：{name}：{url}，不带凭据",
    "  upstream: {name}: {url}, with the credential that its cloud's own tools find": "  上游：{name}：{url}，凭据由云平台自己的工具查找",
    "  upstream: {name}: {url}, with the credential of {source}": "  上游：{name}：{url}，凭据来自 {source}",
    "{url} is a cloud's, which only a paid request would try": "{url} 是云平台的地址，只有付费请求才能试通",
    "{source} gives the upstream {name} no credential that can be used": "{source} 没有给出上游 {name} 可用的凭据",
    "url": "地址",
    "credential": "凭据",
    "environments": "环境",
    "priority": "优先级",
    "weight": "权重",
    "circuit": "熔断",
    "quota left": "剩余配额",
    "failures": "失败",
    "organizations": "组织",
    "upstream and credential are for a single upstream: with tables [upstreams.NAME] leave them out": (
        "upstream 和 credential 用于单个上游：使用 [upstreams.名称] 表时不要设置它们"
    ),
    "upstreams.{name}: a name has up to 32 small letters, digits, - and _": (
        "upstreams.{name}：名称最多 32 个字符，可用小写字母、数字、- 和 _"
    ),
    "upstreams.{name} needs its url: sandbox, or one such as https://api.anthropic.com": (
        "upstreams.{name} 需要 url：sandbox，或形如 https://api.anthropic.com 的地址"
    ),
    "upstreams.{name}: region and project are a cloud's: set its kind, bedrock or vertex": (
        "upstreams.{name}：region 和 project 属于云平台：请设置 kind（bedrock 或 vertex）"
    ),
    "upstreams.{name}: the kind {kind} needs its region": "upstreams.{name}：类型 {kind} 需要 region",
    "upstreams.{name}: the kind vertex needs its project": "upstreams.{name}：类型 vertex 需要 project",
    "upstreams.{name}: the sandbox is of the kind claude": "upstreams.{name}：沙箱的类型是 claude",
    "upstreams.{name}: {field} is a whole number of at least 1, not {value}": (
        "upstreams.{name}：{field} 应为不小于 1 的整数，而不是 {value}"
    ),
    "upstreams.{name}: {field} is a number of seconds above 0, not {value}": "upstreams.{name}：{field} 应为大于 0 的秒数，而不是 {value}",
    "upstreams.{name}: models takes names, or their beginnings with a * at the end, not {value}": (
        "upstreams.{name}：models 应为模型名称，或以 * 结尾的前缀，而不是 {value}"
    ),
    "upstreams.{name}: names takes a model's whole name and what it is called there, not {value}": (
        "upstreams.{name}：names 应为完整的模型名及其在该上游的叫法，而不是 {value}"
    ),
    "upstreams.{name}: currency is a code of three capital letters such as CNY, not {value}": (
        "upstreams.{name}：currency 应为三个大写字母的货币代码（如 CNY），而不是 {value}"
    ),
    "upstreams.{name}: there is no environment {value}: it is one of {choices}": "upstreams.{name}：没有环境 {value}，可选：{choices}",
    "upstreams.{name}: organizations takes ids such as org_…, not {value}: yumen organizations list shows them": (
        "upstreams.{name}：organizations 应为组织 ID（形如 org_…），而不是 {value}：可用 yumen organizations list 查看"
    ),
    "isolation": "隔离",
    "{name} ({id}) is served by its own upstreams alone: {upstreams}": "{name}（{id}）只由自己的上游服务：{upstreams}",
    "{name} ({id}) is isolated and has no upstream of its own, so its requests are refused: name it in the organizations of one": (
        "{name}（{id}）已隔离但没有自己的上游，其请求会被拒绝：请在某个上游的 organizations 中写明它"
    ),
    "upstreams.{name}: prices in {currency} need usd_per_unit, what one unit is worth in US dollars": (
        "upstreams.{name}：以 {currency} 计价时需要 usd_per_unit，即一个单位值多少美元"
    ),
    "upstreams.{name}: usd_per_unit is a number above 0": "upstreams.{name}：usd_per_unit 应为大于 0 的数",
    "upstreams.{name}: proxy takes http://, https://, socks5:// or socks5h:// with HOST:PORT, or none": (
        "upstreams.{name}：proxy 应为 http://、https://、socks5:// 或 socks5h:// 加 主机:端口，或 none"
    ),
    "no upstream serves keys of the environment {name}: put it into the environments of one": (
        "没有上游服务于环境 {name} 的密钥：请把它加入某个上游的 environments"
    ),
}
