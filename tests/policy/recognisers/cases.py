"""What each recogniser finds, and what it leaves: published examples, and numbers made by their own rules. None is anybody's."""
# ruff: noqa: RUF001  (digits in full width are what is to be found)

from __future__ import annotations

import base64
import json

from yumen.keys.form import form_key
from yumen.policy.recognisers.checksums import base62_crc32

RANDOM = "q7Zx2Lk9Vb4Nm1Tc8Hj5Rd3Wf6Yg0PsAeUiOqXtB"
"""Forty letters and digits, with which tokens are made that open nothing."""
LOWER = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
PEM_LINE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"


def pem(kind: str = "", lines: int = 6, end: str = "\n") -> str:
    """Return what looks like a private key."""
    return end.join([f"-----BEGIN {kind}PRIVATE KEY-----", *[PEM_LINE] * lines, f"-----END {kind}PRIVATE KEY-----"])


def part(data: object) -> str:
    """Return a part of a web token."""
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


JWT = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': '1234567890', 'name': 'Nobody'})}.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
GITHUB = "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"
"""Of a page on their form; revoked."""
YUMEN = form_key("production", "apikey_" + RANDOM[:24], bytes(range(32)))

TRUE: dict[str, list[str]] = {
    "cn_id": [
        "[11010519491231002X]",
        "[440524188001010014]",
        "身份证号码[11010519491231002x]。",
        "id=[11010519491231002X], next",
        "[110105 19491231 002X] ok",
        "[110105-19491231-002X]",
        "[1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X]",
        "号[１１０１０５１９４９１２３１００２Ｘ]、",
        "[110105\u200b19491231\u200b002X]",
        "[110105\u00a019491231\u00a0002X]",
        r"a\n[11010519491231002X]\n",
        "[110105\t19491231\t002X]",
        "[1101051949\n1231002X]",
        "[110105\r\n19491231\r\n002X]",
        "[110105_19491231_002X]",
        "[110105/19491231/002X]",
        "[110105  19491231  002X]",
    ],
    "cn_id_old": ["身份证[110105491231002] 旧", "ID card: [110105491231002]", "身份证号[110105-491231-002]。"],
    "cn_mobile": [
        "电话[13812345678]",
        "tel [138 1234 5678], or",
        "[138-1234-5678]",
        "[1381-234-5678]",
        "[138.1234.5678]",
        "+86 [13812345678]",
        "+86-[138-1234-5678]",
        "8 (+86)[13812345678]",
        "86[13812345678]",
        "0086 [19912345678]",
        "[１３８１２３４５６７８]",
        "[1\u200b3\u200b8\u200b1\u200b2\u200b3\u200b4\u200b5\u200b6\u200b7\u200b8]",
        "[138\u00a01234\u00a05678]",
        "[138\u20111234\u20115678]",
        "[(138) 0013 8000], or",
        "tel[(138)0013-8000]",
        "+86 [（138）00138000]",
        "[138-00138000]",
        "手机 [138 00138000]。",
        "+86 [138-00138000]",
        "[138  0013  8000]",
        "[138 - 0013 - 8000]",
        "[138\t0013\t8000]",
        "[138 0013\n8000] 是",
        "[138-0013-\n8000]",
        "[138/0013/8000]",
        "1. [138 00138000]",
        "1. [(138) 0013 8000], 2. [139-00139000]",
        "[138-00138000]\n[139-00139000]\n5 楼",
    ],
    "cn_credit_code": [
        "[91350100M000100Y43]",
        "代码:[91350100M000100Y43]。",
        "[91350100 M000100Y43]",
        "[91350100m000100y43]",
        "[９１３５０１００M０００１００Y４３]",
        "[9135 0100 M000 100Y 43]",
        "[91440300708461136T]",
    ],
    "passport": [
        "passport [E12345678]",
        "Passport No. [EA1234567].",
        "护照号码:[G12345678]",
        "港澳通行证号[C12345678]",
        "PASSPORT: [123456789]",
        "passport number [C01X00T47]",
    ],
    "passport_zone": [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n[L898902C36UTO7408122F1204159ZE184226B<<<<<10]",
        "[L898902C36UTO7408122F1204159ZE184226B<<<<<10]\n",
    ],
    "email": [
        "[alice@example.com]",
        "to: <[a.b+c@mail.example.org]>.",
        "邮箱[zhang.san@example.cn]。",
        "[jürgen@example.de], and",
        "[o'neil@example.ie]",
        "{'to': '[alice@example.com]'}",
        "-[alice@example.com]",
        "mailto:[x@example.co.uk]?subject",
        "[info＠example.com]",
        "...[john@example.com]",
        "[x@xn--fiq228c.xn--fiqs8s]",
    ],
    "us_ssn": ["[078-05-1120]", "SSN [219 09 9999]", "ssn: [078051120]", "is [123-45-6789].", "[１２３-４５-６７８９]", "[123‑45‑6789]"],
    "bank_card": [
        "[4111111111111111]",
        "卡号[4111 1111 1111 1111]。",
        "[4111-1111-1111-1111]",
        "[5555555555554444], 12/30",
        "[5555 5555 5555 4444] 2030",
        "[378282246310005]",
        "[3782 822463 10005]",
        "[6011111111111117]",
        "[30569309025904]",
        "[3056 930902 5904]",
        "[3530111333300000]",
        "[6200000000000005]",
        "[2223003122003222]",
        "[４１１１１１１１１１１１１１１１]",
        "[4111\u200b1111\u200b1111\u200b1111]",
        "[4111\u00a01111\u00a01111\u00a01111]",
        "[4111.1111.1111.1111]",
        "old card [4222222222222]",
        "卡号 [41111111 11111111], 12/30",
        "[411111 1111111111]",
        "[4111-111111111111]",
        "[4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1]",
        "[4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1]",
        "[41 11 11 11 11 11 11 11]",
        "[41.11.11.11.11.11.11.11]",
        "[4111  1111  1111  1111]",
        "[4111 - 1111 - 1111 - 1111]",
        "[4111\t1111\t1111\t1111]",
        "[4111 1111\n1111 1111] is",
        "[4111\r\n1111\r\n1111\r\n1111]",
        "[4111_1111_1111_1111]",
        "[4111111111111111]\n[5555555555554444]",
    ],
    "iban": [
        "[GB82WEST12345698765432]",
        "[GB82 WEST 1234 5698 7654 32]",
        "IBAN: [DE89370400440532013000].",
        "[DE89 3704 0044 0532 0130 00], thanks",
        "[FR1420041010050500013M02606]",
        "[FR14 2004 1010 0505 0001 3M02 606]",
        "[NL91ABNA0417164300]",
        "[NO9386011117947]",
        "[MT84MALT011000012345MTLCAST001S]",
        "[SA0380000000608010167519]",
        "[CH9300762011623852957]",
        "[GB82-WEST-1234-5698-7654-32]",
    ],
    "ip_address": [
        "[192.0.2.10]",
        "at [8.8.8.8].",
        "[10.0.0.1]:8080",
        "[203.0.113.0]/24",
        "http://[198.51.100.7]/x",
        "[10.0.0.1]-[10.0.0.9]",
        "node:[10.0.0.1]",
        "[2001:db8::1]",
        "[2001:0db8:85a3:0000:0000:8a2e:0370:7334]",
        "http://[[fe80::1]]:80/",
        "::ffff:[192.0.2.1]",
        "from [2001:db8::8a2e:370:7334]: refused",
        "[FD00:1234::1]",
        "地址[１９２．１６８．０．１]。",
        "[１９２.１６８.０.１]:８０",
    ],
    "anthropic_key": [
        f"[sk-ant-api03-{RANDOM}{RANDOM}_-{RANDOM[:11]}AA]",
        f'"x-api-key": "[sk-ant-admin01-{RANDOM}-{RANDOM}]"',
        f"KEY=[sk-ant-oat01-{RANDOM}{RANDOM}]\n",
    ],
    "yumen_key": [f"[{YUMEN}]", f"Bearer [{YUMEN}]."],
    "openai_key": [
        f"[sk-{RANDOM[:20]}T3BlbkFJ{RANDOM[20:]}]",
        f"[sk-proj-{RANDOM}_{RANDOM}]",
        f"DEEPSEEK=[sk-{LOWER}]",
        f"[sk-or-v1-{LOWER}{LOWER}]",
        f"[sk-svcacct-{RANDOM}{RANDOM}],",
    ],
    "aws_key": ["[AKIAIOSFODNN7EXAMPLE]", "id=[ASIAIOSFODNN7EXAMPLE]&"],
    "aws_secret": [
        "aws_secret_access_key = [wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY]",
        '"SecretAccessKey": "[wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY]"',
        "AWS_SECRET_KEY=[wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY]\n",
    ],
    "github_token": [
        f"[{GITHUB}]",
        f"https://[{GITHUB}]@github.com/",
        f"[gho_{RANDOM[:30]}{base62_crc32(RANDOM[:30])}].",
        f"[ghs_{RANDOM * 5}.{RANDOM * 4}.{RANDOM * 3}]",
    ],
    "github_fine_token": [f"[github_pat_{RANDOM[:22]}_{RANDOM}{RANDOM[:19]}]"],
    "gitlab_token": [f"[glpat-{RANDOM[:20]}]", f"token: [glpat-{RANDOM[:27]}.01.0z1k2m3n4]", f"[glrt-{RANDOM[:20]}]."],
    "slack_token": [f"[xoxb-123456789012-1234567890123-{RANDOM[:24]}]", f"[xapp-1-A0123456789-1234567890123-{LOWER}]"],
    "stripe_key": [f"[sk_live_{RANDOM[:24]}]", f"[rk_live_{RANDOM}]"],
    "google_key": [f"[AIza{RANDOM[:33]}-_]", f"?key=[AIza{RANDOM[:35]}]&x"],
    "google_secret": [f"[GOCSPX-{RANDOM[:28]}]"],
    "json_web_token": [f"[{JWT}]", f"Authorization: Bearer [{JWT}]\n", f"see [{JWT}]."],
    "azure_key": [
        f"[AccountKey={RANDOM}{RANDOM}a+/bcd==];EndpointSuffix",
        f"[SharedAccessKey={RANDOM}q/8=]",
    ],
    "aliyun_key": [f"[LTAI{RANDOM[:20]}]", f"id [LTAI{RANDOM[:12]}]"],
    "tencent_key": [f"[AKID{RANDOM[:32]}]"],
    "npm_token": [f"[npm_{RANDOM[:36]}]", f"_authToken=[npm_{RANDOM[:36]}]\n"],
    "pypi_token": [f"[pypi-AgEIcHlwaS5vcmc{RANDOM}{RANDOM}-_]"],
    "private_key": [
        f"[{pem()}]",
        f"key:\n[{pem('RSA ')}]\nrest",
        f"[{pem('EC ')}]",
        f"[{pem('OPENSSH ', 20)}], then",
        '"[' + pem("", 4, r"\n") + ']"',
        f"[-----BEGIN PRIVATE KEY-----\n{PEM_LINE}\n{PEM_LINE}]",
        (
            f"[-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{LOWER}\n\n{PEM_LINE}\n"
            "-----END RSA PRIVATE KEY-----]"
        ),
    ],
    "url_password": [
        "postgres://[app:hunter2]@db:5432/x",
        "https://[me:p%40ss]@example.com/",
        "redis://[:s3cr3t]@cache",
    ],
}
"""What is found stands in brackets, which the text itself has not."""
