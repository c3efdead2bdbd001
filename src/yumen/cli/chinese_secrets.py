"""The Chinese of what the command line says of secrets: references, the stores that they lead to, and what was found there."""

from __future__ import annotations

SECRETS = {
    "{setting} takes {forms}; the secret itself must not stand in an option or a settings file": (
        "{setting} 应为 {forms};密钥本身不得写在选项或设置文件里"
    ),
    "{setting} takes env:NAME or file:PATH: it is what opens the store": "{setting} 应为 env:变量名 或 file:路径:它用于打开密钥存储",
    "{setting} cannot be had: {reason}": "无法取得 {setting}:{reason}",
    "{url} needs a credential: set ANTHROPIC_API_KEY, or give {setting} a reference": (
        "{url} 需要凭据:设置 ANTHROPIC_API_KEY,或为 {setting} 填写引用"
    ),
    "{url} needs its {setting}, a reference or none: ANTHROPIC_API_KEY goes by itself only to Claude's own address and to loopback": (
        "{url} 需要 {setting}(引用或 none):ANTHROPIC_API_KEY 只会自动发往 Claude 的地址和本机"
    ),
    "references of the kind {kind} need an extra: pip install 'yumen[{extra}]'": "{kind} 引用需要可选组件:pip install 'yumen[{extra}]'",
    "references to Vault need its address: set secrets.vault_url, or VAULT_ADDR": (
        "vault: 引用需要 Vault 的地址:设置 secrets.vault_url 或 VAULT_ADDR"
    ),
    "secrets.vault_login = {login} needs secrets.vault_role": "secrets.vault_login = {login} 需要 secrets.vault_role",
    "the secret of {source} cannot be had: {reason}": "无法取得 {source} 的密钥:{reason}",
    "the secret of {source} is empty": "{source} 的密钥为空",
    "the secret of {source} stands in quotes: remove them": "{source} 的密钥带有引号:请去掉",
    "the secret of {source} is a JSON object: name one of its fields with #FIELD": (
        "{source} 的密钥是 JSON 对象:请用 #字段 指明其中一个字段"
    ),
    "the secret of {source} cannot be a key: it has spaces or strange characters in it": "{source} 的密钥不可能是密钥:含有空格或异常字符",
    "the secret of {source} is a key of this gateway, not one of Claude's": "{source} 的密钥是本网关的密钥,而不是 Claude 的",
    "the secret of {source} has white space around it, which was cut off": "{source} 的密钥前后有空白,已去掉",
    "the secret of {source} does not look like a key of Claude's (sk-ant-…)": "{source} 的密钥不像 Claude 的密钥(sk-ant-…)",
}
