"""Who signs up, and who is told of what."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from yumen.settings.says import says


class Organizations(msgspec.Struct, frozen=True):
    """Who may sign up, and how."""

    sign_up: Annotated[Literal["closed", "invitation", "open"], says("who may sign up", "谁可以注册：关闭、仅限邀请、开放")] = "closed"
    approval: Annotated[bool, says("an administrator must approve each sign-up", "每次注册须经管理员批准")] = False
    phone_required: Annotated[
        tuple[str, ...],
        says(
            "countries (ISO codes, such as CN) whose sign-ups need a verified phone number; `*`: all",
            "哪些国家（ISO 代码，如 CN）注册时必须验证手机号；`*` 表示全部",
        ),
    ] = ()
    plan: Annotated[str, says("the plan that sign-ups start on", "注册后的初始套餐")] = "trial"
    code_minutes: Annotated[int, says("how long a code is valid", "验证码的有效分钟数", at_least=1)] = 10
    code_tries: Annotated[int, says("how often a code may be tried", "验证码可尝试的次数", at_least=1)] = 5
    codes_per_hour: Annotated[
        int,
        says(
            "codes sent to one address, and to one caller, in an hour", "每小时发往同一地址、以及来自同一调用方的验证码数量上限", at_least=1
        ),
    ] = 5


class Mail(msgspec.Struct, frozen=True):
    """The mail server; without one, `yumen signups` shows the codes."""

    server: Annotated[str | None, says("HOST:PORT", "主机:端口")] = None
    tls: Annotated[
        Literal["starttls", "tls", "none"], says("how it is encrypted; `none` only on loopback", "加密方式；`none` 仅限本机")
    ] = "starttls"
    authority: Annotated[str | None, says("a file of certificates to trust instead of the system's", "代替系统信任的 CA 证书文件")] = None
    user: Annotated[str | None, says("the user", "用户名")] = None
    password: Annotated[str | None, says("the reference of the password (docs/secrets.md)", "密码的引用（见 docs/secrets.md）")] = None
    sender: Annotated[str, says("the sender's address", "发件人地址")] = "yumen@localhost"
    language: Annotated[Literal["en", "zh"], says("the language of mails and messages", "邮件和消息的语言")] = "en"


class Sms(msgspec.Struct, frozen=True):
    """The HTTP webhook that sends text messages."""

    webhook: Annotated[str | None, says("its URL", "其 URL")] = None
    secret: Annotated[
        str | None,
        says("the reference of the secret that signs its bodies (docs/secrets.md)", "签名密钥的引用（见 docs/secrets.md）"),
    ] = None


class Alerts(msgspec.Struct, frozen=True):
    """Who is told of limits that near their end, errors, keys and dependencies. Secrets are named by references (docs/secrets.md)."""

    mail: Annotated[tuple[str, ...], says("mail addresses", "邮件地址")] = ()
    webhook: Annotated[str | None, says("a URL that gets signed JSON", "接收签名 JSON 的 URL")] = None
    webhook_secret: Annotated[str | None, says("the source of its secret", "其密钥的来源")] = None
    dingtalk: Annotated[str | None, says("the source of a DingTalk robot's URL", "钉钉机器人 URL 的来源")] = None
    dingtalk_secret: Annotated[str | None, says("the source of its secret", "其密钥的来源")] = None
    feishu: Annotated[str | None, says("the source of a Feishu robot's URL", "飞书机器人 URL 的来源")] = None
    feishu_secret: Annotated[str | None, says("the source of its secret", "其密钥的来源")] = None
    wecom: Annotated[str | None, says("the source of a WeCom robot's URL", "企业微信机器人 URL 的来源")] = None
    percents: Annotated[tuple[int, ...], says("at which parts of a limit", "达到限额的哪些百分比时告警")] = (50, 80, 95, 100)
    errors_per_minute: Annotated[
        int, says("so many errors of the upstream in a minute are a burst", "一分钟内上游错误达到多少次算突发", at_least=1)
    ] = 20
    expiry_days: Annotated[int, says("keys that expire within so many days are told of", "密钥过期前多少天发出告警", at_least=0)] = 7
