"""What content is encrypted with before it is stored."""

from __future__ import annotations

from typing import Annotated

import msgspec

from yumen.settings.says import says


class Encryption(msgspec.Struct, frozen=True):
    """What the content that is stored is encrypted under (docs/encryption.md)."""

    key: Annotated[
        str | None,
        says(
            "the key's reference (docs/secrets.md), the same on all machines; not set: `content.key` in the data folder, made at first use",
            "密钥的引用（见 docs/secrets.zh-CN.md），各机器须一致；未设置时使用数据目录中的 `content.key`，首次使用时生成",
        ),
    ] = None
