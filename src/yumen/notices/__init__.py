"""Telling people: mail, text messages, signed webhooks, and the robots of DingTalk, Feishu and WeCom."""

from yumen.notices.address import Target, parse_target
from yumen.notices.courier import Courier, attempt
from yumen.notices.dingtalk import DingTalk
from yumen.notices.feishu import Feishu
from yumen.notices.mail import Login, MailChannel, MailServer, SmtpMailer
from yumen.notices.post import Poster
from yumen.notices.sms import SmsWebhook
from yumen.notices.values import Channel, Mailer, Message, NotSentError, Texter
from yumen.notices.webhook import Webhook
from yumen.notices.wecom import WeCom

__all__ = [
    "Channel",
    "Courier",
    "DingTalk",
    "Feishu",
    "Login",
    "MailChannel",
    "MailServer",
    "Mailer",
    "Message",
    "NotSentError",
    "Poster",
    "SmsWebhook",
    "SmtpMailer",
    "Target",
    "Texter",
    "WeCom",
    "Webhook",
    "attempt",
    "parse_target",
]
