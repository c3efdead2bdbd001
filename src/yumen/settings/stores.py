"""Where things are kept, counted and written down."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from yumen.settings.says import FailMode, Seconds, says


class Database(msgspec.Struct, frozen=True):
    """Where keys, organizations, limits and the ledger are kept; without a URL, in the data folder's SQLite file."""

    url: Annotated[
        str | None,
        says(
            "`postgresql://USER@HOST:PORT/NAME`; the password stands in `password`",
            "`postgresql://用户@主机:端口/库名`；密码写在 `password`",
        ),
    ] = None
    password: Annotated[str | None, says("the reference of the password (docs/secrets.md)", "密码的引用（见 docs/secrets.md）")] = None
    timeout_ms: Annotated[int, says("how long the database may take to answer", "数据库应答的时限（毫秒）", at_least=10)] = 5_000


class Redis(msgspec.Struct, frozen=True):
    """Where limits are counted when several processes or machines share them; without a URL, in this process."""

    url: Annotated[
        str | None,
        says(
            "`redis://HOST:PORT/DB` or `rediss://…`; the password stands in `password`",
            "`redis://主机:端口/库` 或 `rediss://…`；密码写在 `password`",
        ),
    ] = None
    password: Annotated[str | None, says("the reference of the password (docs/secrets.md)", "密码的引用（见 docs/secrets.md）")] = None
    timeout_ms: Annotated[int, says("how long Redis may take to answer", "Redis 应答的时限（毫秒）", at_least=10)] = 500
    cluster: Annotated[bool, says("the server is a Redis Cluster", "服务器是 Redis Cluster")] = False


class Limits(msgspec.Struct, frozen=True):
    """How rate limits, quotas and spend limits are counted."""

    on_unavailable: Annotated[
        FailMode,
        says(
            "when limits cannot be counted: refuse what has a limit (`fail_closed`), or let it pass and count it later (`fail_open`)",
            "无法统计限额时：拒绝受限的请求（`fail_closed`），或放行并事后记账（`fail_open`）",
        ),
    ] = "fail_closed"
    lease_s: Annotated[Seconds, says("a hold that nobody renews is released after this", "无人续期的占用在此时间后释放", at_least=1)] = 30.0
    open_paths: Annotated[
        tuple[str, ...],
        says(
            "paths whose use cannot be metered, open to limited keys all the same (a path, or its beginning with `*`)",
            "无法计量但仍对受限密钥开放的路径（完整路径，或以 `*` 结尾的前缀）",
        ),
    ] = ()


class Ledger(msgspec.Struct, frozen=True):
    """What is written down."""

    on_full: Annotated[
        Literal["refuse", "serve"],
        says(
            "when the ledger cannot be written (disk full): `refuse` new work with 529, or `serve` on, counting and logging what is lost",
            "账本无法写入（磁盘已满）时：以 529 拒绝新请求（`refuse`），或继续服务并计数、记录丢失的条目（`serve`）",
        ),
    ] = "refuse"
    retention_days: Annotated[int, says("how long entries are kept", "条目保留天数", at_least=1)] = 400


class Log(msgspec.Struct, frozen=True):
    """The log file `claude_api.log` in the data folder, and the console."""

    format: Annotated[Literal["text", "json"], says("the form of its lines", "日志行的格式")] = "text"
    level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], says("the least that is written", "写入的最低级别")] = "INFO"
    file_mb: Annotated[int, says("the file is rotated at this size", "日志文件达到此大小时轮换", at_least=1)] = 50
    retention_days: Annotated[int, says("how long rotated files are kept", "轮换后的日志保留天数", at_least=1)] = 180
