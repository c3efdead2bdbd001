"""What the page to get started says, in Chinese."""

from __future__ import annotations

WELCOME: dict[str, str] = {
    "Get started": "快速开始",
    "Three steps to a first answer: make a key, tell your program of it, ask Claude.": (
        "三步得到第一个回答：创建密钥，配置程序，向 Claude 提问。"
    ),
    "A key": "密钥",
    "Copy this key now: it is shown this once. Whoever has it can ask Claude at your cost, so keep it where you keep secrets.": (
        "请立即复制此密钥：它只显示这一次。持有密钥的人可以使用 Claude，费用由您承担，请妥善保管。"
    ),
    "Copy the key": "复制密钥",
    "It is called {name}. You can limit it, or revoke it, at any time:": "它的名称是 {name}。您可以随时限制或撤销：",
    "Look at the key": "查看密钥",
    "Your programs show it to the gateway, so that it knows who asks. Give each program a key of its own; the name is for you.": (
        "程序凭密钥访问网关。建议每个程序使用单独的密钥；名称仅供您辨认。"
    ),
    "Make a key": "创建密钥",
    "Your program": "您的程序",
    "Claude's own libraries work as they are: these lines in your shell tell them where to go, and with which key.": (
        "Claude 官方 SDK 无需改动：在终端中执行以下几行，即可指定地址和密钥。"
    ),
    "The gateway has a certificate of its own, whose authority the last three lines name. On another machine, name a copy of that file.": (
        "网关使用自己的证书，最后三行指定其签发机构。在其他机器上，请指定该文件的副本。"
    ),
    "Then ask, in the language that you write in:": "然后用您熟悉的语言提问：",
    "Programming languages": "编程语言",
    "Once:": "首次安装：",
    "A first answer": "第一个回答",
    "Or ask from here: the gateway answers this page as it would your program, with the key above. It costs a fraction of a cent.": (
        "也可以在这里直接提问：网关会用上面的密钥应答本页，与应答您的程序完全一样。费用不到一美分。"
    ),
    "Try it": "试一试",
    "Model": "模型",
    "Tokens in, out": "输入、输出 token",
    "Cost": "费用",
    "Look at this request": "查看此请求",
    "Ask more in the playground": "到试验台继续提问",
    "As soon as there is a key, you can try it here, without writing a line.": "创建密钥后，无需编写代码即可在此试用。",
    "Welcome somebody who has just made a first API key, in one short sentence.": "请用一句简短的话欢迎刚创建首个 API 密钥的用户。",
    "Claude is asked…": "正在向 Claude 提问…",
    "It works: this is the answer.": "成功：以下是回答。",
}
