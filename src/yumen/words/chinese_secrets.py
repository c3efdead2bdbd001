"""The Chinese of what the command line says of secrets: references, the stores that they lead to, and what was found there."""

from __future__ import annotations

SECRETS = {
    "Try the references to secrets in the settings.": "试用设置中的密钥引用。",
    "Try every reference in the settings, and say what it leads to without showing it; exit code 1 where one fails.": (
        "逐一试用设置中的每个引用，说明结果但不显示密钥；有失败时退出码为 1。"
    ),
    "the settings hold no reference: no secret is needed": "设置中没有引用：不需要密钥",
    "setting": "设置",
    "source": "来源",
    "state": "状态",
    "found": "结果",
    "secrets": "密钥",
    "ok": "正常",
    "missing": "缺失",
    "forbidden": "无权读取",
    "unreachable": "无法连接",
    "unfit": "不可用",
    "invalid": "无效",
    "looks like a key of Claude's": "像是 Claude 的密钥",
    "looks like a key of this gateway": "像是本网关的密钥",
    "a text of fewer than 16 characters": "少于 16 个字符的文本",
    "a text of 16 to 128 characters": "16 到 128 个字符的文本",
    "a text of more than 128 characters": "多于 128 个字符的文本",
    "version {version}, there since {since}": "版本 {version}，自 {since} 起",
    "{setting} is there, in {source}": "{setting} 可用，来自 {source}",
    "{setting} takes {forms}; the secret itself must not stand in an option or a settings file": (
        "{setting} 应为 {forms}；密钥本身不得写在选项或设置文件里"
    ),
    "{setting} takes env:NAME or file:PATH: it is what opens the store": "{setting} 应为 env:变量名 或 file:路径：它用于打开密钥存储",
    "{setting} cannot be had: {reason}": "无法取得 {setting}：{reason}",
    "{url} needs a credential: set ANTHROPIC_API_KEY, or give {setting} a reference": (
        "{url} 需要凭据：设置 ANTHROPIC_API_KEY，或为 {setting} 填写引用"
    ),
    "{url} needs its {setting}, a reference or none: ANTHROPIC_API_KEY goes by itself only to Claude's own address and to loopback": (
        "{url} 需要 {setting}（引用或 none）：ANTHROPIC_API_KEY 只会自动发往 Claude 的地址和本机"
    ),
    "references of the kind {kind} need an extra: pip install 'yumen[{extra}]'": "{kind} 引用需要可选组件：pip install 'yumen[{extra}]'",
    "references to Vault need its address: set secrets.vault_url, or VAULT_ADDR": (
        "vault: 引用需要 Vault 的地址：设置 secrets.vault_url 或 VAULT_ADDR"
    ),
    "{setting} takes a URL such as https://vault.internal:8200, without user name": (
        "{setting} 应为形如 https://vault.internal:8200 的地址，不含用户名"
    ),
    "{setting} {url} has no TLS: use https, or set secrets.allow_plain_http = true if the network between is yours": (
        "{setting} {url} 没有 TLS：请用 https；若中间网络归你掌管，可设置 secrets.allow_plain_http = true"
    ),
    "secrets.vault_login = {login} needs secrets.vault_role": "secrets.vault_login = {login} 需要 secrets.vault_role",
    "the secret of {source} cannot be had: {reason}": "无法取得 {source} 的密钥：{reason}",
    "the secret of {source} is empty": "{source} 的密钥为空",
    "the secret of {source} stands in quotes: remove them": "{source} 的密钥带有引号：请去掉",
    "the secret of {source} is a JSON object: name one of its fields with #FIELD": (
        "{source} 的密钥是 JSON 对象：请用 #字段 指明其中一个字段"
    ),
    "the secret of {source} cannot be a key: it has spaces or strange characters in it": "{source} 的密钥不可能是密钥：含有空格或异常字符",
    "the secret of {source} is a key of this gateway, not one of Claude's": "{source} 的密钥是本网关的密钥，而不是 Claude 的",
    "the secret of {source} has white space around it, which was cut off": "{source} 的密钥前后有空白，已去掉",
    "the secret of {source} does not look like a key of Claude's (sk-ant-…)": "{source} 的密钥不像 Claude 的密钥（sk-ant-…）",
}
