"""What the commands that ask Claude say, in Chinese."""

from __future__ import annotations

ASKING = {
    "whom to ask: production, sandbox, or a name from [environments] of the settings": (
        "向谁提问:production、sandbox,或设置中 [environments] 里的名称"
    ),
    "which model answers": "由哪个模型回答",
    "the address to ask at, such as a gateway's": "提问的地址,例如网关的地址",
    "where the key is kept, such as env:CLAUDE_API_KEY or file:/run/secrets/claude": (
        "密钥存放处,例如 env:CLAUDE_API_KEY 或 file:/run/secrets/claude"
    ),
    "there is no credential for Claude, so the offline sandbox answers: set ANTHROPIC_API_KEY, or name one with --api-key": (
        "没有找到 Claude 的凭据,因此由离线沙箱作答:请设置 ANTHROPIC_API_KEY,或用 --api-key 指明"
    ),
}
