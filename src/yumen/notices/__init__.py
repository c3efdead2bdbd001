"""Telling people: mail, text messages, signed webhooks, and the robots of DingTalk, Feishu and WeCom."""
