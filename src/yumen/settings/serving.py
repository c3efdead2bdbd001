"""How callers are served: time-outs, sizes, TLS, and how their keys are watched."""

from __future__ import annotations

from typing import Annotated

import msgspec

from yumen.settings.says import FailMode, Seconds, says


class Timeouts(msgspec.Struct, frozen=True):
    """How long things may take."""

    connect_s: Annotated[Seconds, says("to connect to the upstream, TLS included", "连接上游（含 TLS 握手）的时限", above=0)] = 5.0
    first_byte_s: Annotated[Seconds, says("until the upstream's answer begins", "等待上游应答开始的时限", above=0)] = 600.0
    between_bytes_s: Annotated[Seconds, says("between two pieces of the upstream's answer", "上游应答两段数据之间的时限", above=0)] = 120.0
    upstream_idle_s: Annotated[
        Seconds, says("an unused connection to the upstream is closed after this", "到上游的空闲连接在此时间后关闭", above=0)
    ] = 45.0
    header_s: Annotated[Seconds, says("until a caller's request head is complete", "调用方发完请求头的时限", above=0)] = 20.0
    body_s: Annotated[Seconds, says("between two pieces of a caller's body", "调用方请求体两段数据之间的时限", above=0)] = 60.0
    idle_s: Annotated[Seconds, says("between two requests of a caller's connection", "调用方连接上两个请求之间的空闲时限", above=0)] = 300.0
    write_s: Annotated[Seconds, says("how long a caller may leave its answer unread", "调用方不读取应答的最长时间", above=0)] = 600.0
    batch_poll_s: Annotated[
        Seconds, says("between two looks at a Message Batch that is under way", "两次查看进行中的 Message Batch 的间隔", above=0)
    ] = 10.0
    drain_s: Annotated[
        Seconds, says("how long running exchanges may go on after SIGTERM", "收到 SIGTERM 后，进行中的请求还可继续多久", at_least=0)
    ] = 30.0
    drain_notice_s: Annotated[
        Seconds,
        says(
            "how long new work is still taken after SIGTERM while `/readyz` says no, so that a load balancer can look elsewhere first",
            "收到 SIGTERM 后，`/readyz` 已回答未就绪、但仍接收新请求多久，以便负载均衡器先行切走",
            at_least=0,
        ),
    ] = 0.0


class Capacity(msgspec.Struct, frozen=True):
    """How large things may be, and how many."""

    header_bytes: Annotated[int, says("bytes of a request's head", "请求头的总字节数", at_least=1024)] = 65_536
    headers: Annotated[int, says("header lines of a request", "请求头的行数", at_least=1)] = 200
    message_body_mb: Annotated[int, says("a body of Messages", "Messages 请求体大小", at_least=1)] = 32
    batch_body_mb: Annotated[int, says("a body that creates a batch", "创建批处理的请求体大小", at_least=1)] = 256
    file_body_mb: Annotated[int, says("an uploaded file", "上传文件的大小", at_least=1)] = 500
    buffered_mb: Annotated[
        int,
        says("all bodies held in memory together; above it new ones get 529", "内存中全部请求体的总量；超过后新请求得到 529", at_least=1),
    ] = 256
    connections: Annotated[int, says("connections of all callers", "全部调用方的连接数", at_least=1)] = 10_000
    connections_per_address: Annotated[int, says("connections of one address", "单个地址的连接数", at_least=1)] = 10_000
    upstream_connections: Annotated[int, says("connections to the upstream", "到上游的连接数", at_least=1)] = 4_096


class Tls(msgspec.Struct, frozen=True):
    """TLS on the listening side."""

    local: Annotated[
        bool,
        says("make a local authority and a certificate in the data folder, and use them", "在数据目录里生成本地 CA 和证书并使用它们"),
    ] = False
    certificate: Annotated[str | None, says("a certificate chain's file (PEM)", "证书链文件（PEM）")] = None
    key: Annotated[str | None, says("the certificate's key file (PEM)", "证书私钥文件（PEM）")] = None
    names: Annotated[
        tuple[str, ...], says("more host names and addresses for the local certificate", "本地证书额外包含的主机名和地址")
    ] = ()


class Keys(msgspec.Struct, frozen=True):
    """How keys are watched."""

    unreadable_s: Annotated[
        Seconds,
        says("after so long without a readable key store the next setting applies", "密钥库连续多久不可读后，按下一项处理", above=0),
    ] = 30.0
    on_unreadable: Annotated[
        FailMode,
        says(
            "then refuse every key (`fail_closed`), or go on with those that are remembered (`fail_open`)",
            "此时拒绝所有密钥（`fail_closed`），或继续接受已记住的密钥（`fail_open`）",
        ),
    ] = "fail_closed"
    unknown_per_second: Annotated[
        int, says("how many unknown keys are looked up in a second", "每秒最多查询多少个未知密钥", at_least=1)
    ] = 100
