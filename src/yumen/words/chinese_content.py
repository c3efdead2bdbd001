"""What is said of the keys that stored content is sealed with, in Chinese."""

from __future__ import annotations

CONTENT = {
    "List, rotate and rewrap the keys that stored content is sealed with.": "列出、轮换和重新封装加密存储内容的密钥。",
    "List the data keys that content is sealed with, and under which key each is sealed itself.": (
        "列出加密内容的数据密钥，以及每个数据密钥由哪个密钥封装。"
    ),
    "Make an organization a new data key for what is stored from now on; the old ones open on.": (
        "为组织生成新的数据密钥，用于此后存储的内容；旧密钥仍可解密原有内容。"
    ),
    "Seal data keys under the key that the settings, or their organization, name now.": (
        "用设置（或组织）当前指明的密钥重新封装数据密钥。"
    ),
    "an organization's id or name; without it, all": "组织的 id 或名称；省略则为全部",
    "where the key is now that they were sealed under, if the settings do not say it": "原封装密钥现在的位置（若设置中没有指明）",
    "seals": "用于加密",
    "wrapped_by": "封装密钥",
    "made the data key {id}; in {seconds} seconds it seals what is stored": "已生成数据密钥 {id}；{seconds} 秒后开始用于加密新内容",
    "sealed {count} data keys anew; the old key is needed for back-ups from before alone": (
        "已重新封装 {count} 个数据密钥；旧密钥今后只用于打开此前的备份"
    ),
    "encryption": "加密",
    "a data key is gone that some of this was sealed with": "其中部分内容所用的数据密钥已不存在",
    "{count} data keys open with {reference}": "{count} 个数据密钥可用 {reference} 打开",
    "{count} data keys open with {reference}: keep a copy of it, since no back-up holds one": (
        "{count} 个数据密钥可用 {reference} 打开：请另存一份，备份中不包含它"
    ),
    "stored content is sealed in it, and opens only with {keys}, which it does not hold: keep that too, elsewhere": (
        "其中存储的内容是加密的，只有 {keys} 能打开，而备份不包含它：请另外妥善保存"
    ),
    "stored content opens only with {keys}, which was not in the archive: bring that here too": (
        "存储的内容只有 {keys} 能打开，而它不在备份中：请一并带到这里"
    ),
    "{path} is open to others: run chmod 0600 {path}": "{path} 可被他人读取：请运行 chmod 0600 {path}",
    "{reference} holds no key that protects anything: make one with openssl rand -base64 32, or take a longer text": (
        "{reference} 中的密钥太弱，起不到保护作用：请用 openssl rand -base64 32 生成，或换用更长的文字"
    ),
    "{reference} is missing in the data folder: bring back the one that was there, or set encryption.key": (
        "数据目录中缺少 {reference}：请放回原来的文件，或设置 encryption.key"
    ),
    "the data key {id} does not open: what the database holds of it is not what was written": (
        "数据密钥 {id} 无法打开：数据库中的内容已不是当初写入的内容"
    ),
    "the data key {id} was sealed under {wanted}, and here is {found}: set encryption.key to the same reference on every machine, "
    "or run yumen organizations keys rewrap with --from and where that key is now": (
        "数据密钥 {id} 由 {wanted} 封装，而这里是 {found}：请在每台机器上把 encryption.key 设为同一引用，"
        "或运行 yumen organizations keys rewrap，并用 --from 指明原密钥现在的位置"
    ),
    "{reference} is another key here than the one of this database: set encryption.key to the same reference on every machine": (
        "此处的 {reference} 与该数据库所用的密钥不同：请在每台机器上把 encryption.key 设为同一引用"
    ),
}
