"""The Chinese of what the command line says of databases, back-ups and what the gateway depends on."""

from __future__ import annotations

DATABASES = {
    "Write everything to one file.": "把全部数据写入一个文件。",
    "Fill an empty place from a back-up.": "用备份填充一个空的位置。",
    "Write keys, organizations, ledger and journal to one file, while the gateway serves or without it.": (
        "把密钥、组织、账本和日志写入一个文件；网关是否在运行都可以。"
    ),
    "Fill an empty data folder or PostgreSQL database from a file that yumen backup wrote.": (
        "用 yumen backup 写出的文件填充空的数据目录或 PostgreSQL 数据库。"
    ),
    "the archive's file": "备份文件",
    "backed up {rows} rows of {tables} tables and {segments} journal files to {path}; it holds hashes of keys: keep it safe": (
        "已备份 {tables} 张表的 {rows} 行和 {segments} 个账本日志文件到 {path}；其中含有密钥的哈希，请妥善保管"
    ),
    "restored {rows} rows of {tables} tables to {place}, and {segments} journal files": (
        "已恢复 {tables} 张表的 {rows} 行到 {place}，以及 {segments} 个账本日志文件"
    ),
    "the database was migrated while it was read: take the back-up again, with the newer program": (
        "读取期间数据库被迁移：请用新版本程序重新备份"
    ),
    "{path} is there already: name a file that is not": "{path} 已存在：请换一个文件名",
    "{path} cannot be written: {reason}": "无法写入 {path}：{reason}",
    "the database is not empty: a back-up is restored into an empty one": "数据库不是空的：备份只能恢复到空的数据库",
    "{path} is not empty: a back-up is restored into an empty data folder": "{path} 不是空的：备份只能恢复到空的数据目录",
    "{path} was written by Yumen {program}, which is newer than this one: install that one, then restore": (
        "{path} 由更新的 Yumen {program} 写成：请先安装该版本再恢复"
    ),
    "the password must not stand in redis.url: name its source in redis.password": (
        "redis.url 中不能写密码：请在 redis.password 中写明其来源"
    ),
    "redis.url takes redis://HOST:PORT/DB or rediss://HOST:PORT/DB, with USER@ before the host at most": (
        "redis.url 应为 redis://主机:端口/库 或 rediss://主机:端口/库，主机前最多可有 用户@"
    ),
    "limits cannot be counted there ({reason}): look at redis.url and redis.password": (
        "无法在此统计限额（{reason}）：请检查 redis.url 与 redis.password"
    ),
    "limits are counted there; it takes a write in {ms} ms": "限额在此统计；写入用时 {ms} 毫秒",
    "database": "数据库",
    "{kind} {version}, {place}, answers in {ms} ms": "{kind} {version}，{place}，{ms} 毫秒内应答",
    "{kind} {version}, {place}, takes {ms} ms to answer: keys and the ledger wait for it as long": (
        "{kind} {version}，{place}，应答需要 {ms} 毫秒：密钥和账本都要等这么久"
    ),
    "no gateway has served from {path} yet": "还没有网关在 {path} 运行过",
    "{path} cannot be restored: {reason}": "无法恢复 {path}：{reason}",
    "{path} is no whole back-up ({reason})": "{path} 不是完整的备份（{reason}）",
}
