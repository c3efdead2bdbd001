"""What the library says where a client cannot be made, in Chinese."""

from __future__ import annotations

CLIENT = {
    "there is no environment {name}: set [environments.{name}] with its base_url in yumen.toml, or choose one of {there}": (
        "没有名为 {name} 的环境：请在 yumen.toml 中设置 [environments.{name}] 及其 base_url，或从 {there} 中选择"
    ),
    "no key for {url}: pass api_key with a reference such as env:CLAUDE_API_KEY, set ANTHROPIC_API_KEY or CLAUDE_API_KEY, "
    'or choose environment="sandbox", which needs none': (
        "没有可用于 {url} 的密钥：请用 api_key 传入引用（例如 env:CLAUDE_API_KEY），或设置 ANTHROPIC_API_KEY 或 CLAUDE_API_KEY，"
        '或选择无需密钥的 environment="sandbox"'
    ),
    "anthropic {release} is too old for yumen.Claude: pip install 'anthropic>={oldest}'": (
        "anthropic {release} 过旧，无法使用 yumen.Claude：请执行 pip install 'anthropic>={oldest}'"
    ),
}
