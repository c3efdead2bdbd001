"""Providers of OpenID Connect, by whom members may sign in."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from yumen.settings.says import says


class Provider(msgspec.Struct, frozen=True):
    """One provider of OpenID Connect."""

    issuer: Annotated[
        str, says("its issuer, an https URL, such as https://accounts.google.com", "签发者（https URL），例如 https://accounts.google.com")
    ] = ""
    client_id: Annotated[str, says("what this gateway is called there", "本网关在该处的客户端 ID")] = ""
    client_secret: Annotated[
        str | None,
        says(
            "the reference of its secret there (docs/secrets.md); none for a public client",
            "客户端密钥的引用（见 docs/secrets.md）；公共客户端不填",
        ),
    ] = None
    label: Annotated[str | None, says("what the button says; else the table's name", "按钮文字；默认为表名")] = None
    organization: Annotated[
        str | None,
        says(
            "the id of the organization that newcomers join; without it only those who have an account or an invitation come in",
            "新成员加入的组织 id；不填时，仅已有账号或邀请者可以进入",
        ),
    ] = None
    role: Annotated[Literal["admin", "developer", "billing", "viewer"], says("the role of newcomers", "新成员的角色")] = "viewer"
    domains: Annotated[
        tuple[str, ...], says("mail domains of newcomers; none: nobody new comes in", "新成员的邮箱域名；不填则不接收新成员")
    ] = ()
