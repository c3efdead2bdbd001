"""What people are told by mail and text message, in English and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.notices.values import Message
from yumen.organizations.values import NEW_ORGANIZATION

if TYPE_CHECKING:
    from yumen.organizations.values import IncreaseRequest, Invite, SignUp

US_PER_MINUTE = 60_000_000
US_PER_DAY = 86_400_000_000


class Letters:
    """Words letters in one language. What others wrote stands in them as it is, and is named as theirs."""

    def __init__(self, language: str = "en", console_url: str = "") -> None:
        """Write `en` or `zh`, with links to the console at that address; without one, with what a link would hold."""
        self._chinese = language == "zh"
        self._console_url = console_url.rstrip("/")

    def code(self, code: str, life_us: int) -> Message:
        """Send a code."""
        minutes = life_us // US_PER_MINUTE
        return self._say(
            ("Your code", f"Your code is {code}. It is valid for {minutes} minutes. If you did not ask for it, do nothing."),
            ("您的验证码", f"您的验证码是 {code}，{minutes} 分钟内有效。如果不是您本人操作，请忽略。"),
        )

    def somebody_tried(self) -> Message:
        """Tell somebody who has an account that their address was used to sign up."""
        link = f"\n{self._link('/sign-in')}"
        english = (
            "Somebody, perhaps you, signed up with this address. It has an account already: sign in with it. "
            "If it was not you, do nothing; whoever it was has learnt nothing."
        )
        chinese = "有人（可能是您本人）用此邮箱注册。该邮箱已有账号，请直接登录。如果不是您，无需处理，对方没有得到任何信息。"
        return self._say(("You have an account already", english + link), ("您已有账号", chinese + link))

    def password_reset(self, token: str) -> Message:
        """Send what sets a new password."""
        way = self._way("/password/reset", token)
        english = (
            "Somebody, perhaps you, asked for a new password for this address. Set it within an hour here:\n\n"
            f"{way}\n\nIf it was not you, do nothing: your password stays as it is.\n"
        )
        chinese = (
            f"有人（可能是您本人）申请为此邮箱重设密码。请在一小时内在此设置：\n\n{way}\n\n如果不是您本人操作，请忽略：密码保持不变。\n"
        )
        return self._say(("A new password", english), ("重设密码", chinese))

    def invitation(self, invite: Invite, organization: str, token: str) -> Message:
        """Invite somebody."""
        way = self._way("/invitations/accept", token)
        days = (invite.expires_us - invite.created_us) // US_PER_DAY
        if invite.organization_id == NEW_ORGANIZATION:
            english = f"You are invited to sign up, with an organization of your own. Do so within {days} days here:\n\n{way}\n"
            return self._say(
                ("An invitation to sign up", english), ("邀请注册", f"邀请您注册自己的组织。请在 {days} 天内在此注册：\n\n{way}\n")
            )
        return self._say(
            (
                f"An invitation: {organization}",
                f"You are invited to join {organization} as {invite.role}. Accept within {days} days here:\n\n{way}\n",
            ),
            (f"邀请：{organization}", f"邀请您以 {invite.role} 身份加入 {organization}。请在 {days} 天内在此接受：\n\n{way}\n"),
        )

    def sign_up_waits(self, sign_up: SignUp) -> Message:
        """Tell the operators that a sign-up is to be decided."""
        about = (
            f"{sign_up.organization_name} ({sign_up.kind}), {sign_up.name} <{sign_up.email}> {sign_up.phone or ''}\n\n{sign_up.purpose}\n"
        )
        body = f"{about}\nyumen signups approve {sign_up.id}\n{self._link('/sign-ups')}"
        return self._say(("A sign-up waits for approval", body), ("有注册等待批准", body))

    def sign_up_decided(self, sign_up: SignUp) -> Message:
        """Tell the applicant what was decided."""
        if sign_up.organization_id is not None:
            begin = self._link("/sign-in?next=/welcome")
            return self._say(
                ("Your sign-up was approved", f"{sign_up.organization_name} is ready: sign in with this address.\n{begin}"),
                ("您的注册已获批准", f"{sign_up.organization_name} 已就绪，请用此邮箱登录。\n{begin}"),
            )
        return self._say(
            ("Your sign-up was declined", f"The sign-up of {sign_up.organization_name} was declined: {sign_up.reason}"),
            ("您的注册未获批准", f"{sign_up.organization_name} 的注册未获批准：{sign_up.reason}"),
        )

    def asked(self, request: IncreaseRequest, organization: str) -> Message:
        """Tell the operators that somebody asks for more."""
        body = f"{wanted_text(request)}\n\n{request.reason}\n\nyumen requests approve {request.id}\n{self._link('/increases')}"
        return self._say((f"{organization} asks for more", body), (f"{organization} 申请提高限额", body))

    def answered(self, request: IncreaseRequest, organization: str) -> Message:
        """Tell both sides what was decided."""
        body = f"{wanted_text(request)}\n\n{request.answer or ''}\n{self._link('/limits')}"
        if request.status == "approved":
            return self._say(
                (f"{organization}: approved, in force now", body),
                (f"{organization}：已批准，现已生效", body),
            )
        return self._say((f"{organization}: declined", body), (f"{organization}：未批准", body))

    def _link(self, path: str) -> str:
        """Return a page's address in a line of its own, after an empty one, or nothing where no console is known."""
        return f"\n{self._console_url}{path}\n" if self._console_url else ""

    def _way(self, path: str, token: str) -> str:
        """Return the link that a token goes with, or where no console is known the token."""
        return f"{self._console_url}{path}?token={token}" if self._console_url else token

    def _say(self, english: tuple[str, str], chinese: tuple[str, str]) -> Message:
        return Message(*(chinese if self._chinese else english))


def wanted_text(request: IncreaseRequest) -> str:
    """Return what a request is about, a line each."""
    wanted = request.wanted
    lines = [f"{each.scope.kind} {each.scope.id}: {each.limit.kind} = {each.limit.value}" for each in wanted.limits]
    lines += ["isolation"] if wanted.isolation else []
    lines += [f"policy {wanted.policy}"] if wanted.policy is not None else []
    return "\n".join(lines)
