"""The sentences of alerts and notices in Chinese."""

from __future__ import annotations

ALERTS = {
    "Try the channels of alerts, and show what was told.": "向告警渠道发送测试通知，并查看已发出的告警。",
    "Send a test notice through every channel of the settings, and say which took it; exit code 1 if one did not.": (
        "向设置中的每个渠道发送测试通知，并说明哪些成功；有失败时退出码为 1。"
    ),
    "Show what was told, the newest first.": "查看已发出的告警，最新的在最前。",
    "{channel}: sent": "{channel}：已发送",
    "{channel}: not sent: {reason}": "{channel}：未发送：{reason}",
    "topic": "主题",
    "alert": "告警",
    "there is no channel for alerts: set alerts.mail, alerts.webhook, alerts.dingtalk, alerts.feishu or alerts.wecom": (
        "没有告警渠道：请设置 alerts.mail、alerts.webhook、alerts.dingtalk、alerts.feishu 或 alerts.wecom"
    ),
    "{setting} takes a URL such as https://HOST/PATH, without a user name": "{setting} 应为不带用户名的 URL，如 https://主机/路径",
    "{setting} has no TLS: use https, since a notice is nobody else's business": "{setting} 没有 TLS：请用 https，通知不应让他人看到",
    "mail.tls = none is for a mail server on this machine alone: use starttls or tls": (
        "mail.tls = none 仅可用于本机的邮件服务器：请用 starttls 或 tls"
    ),
    "mail.sender takes one plain mail address, not {value}": "mail.sender 应为单个邮件地址，而不是 {value}",
    "mail.user and mail.password go together: set both, or neither": "mail.user 与 mail.password 要么都设置，要么都不设置",
    "alerts.mail takes plain mail addresses, not {value}": "alerts.mail 应为邮件地址，而不是 {value}",
    "alerts.mail needs a mail server: set mail.server": "alerts.mail 需要邮件服务器：请设置 mail.server",
    "sms.webhook needs sms.secret: nobody else may have text messages sent": "sms.webhook 需要 sms.secret:不得让他人借此发送短信",
    "there is no mail server, so nobody of the organization can be told: set mail.server": (
        "没有配置邮件服务器，无法通知该组织的任何人：请设置 mail.server"
    ),
    "the organization has no owner and no billing member who could be told": "该组织没有可以通知的所有者或财务成员",
    "a test notice was sent a moment ago: wait half a minute": "刚刚发送过测试通知：请等待半分钟",
}
