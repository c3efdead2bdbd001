"""What people and programs are told when organizations cannot be as they asked."""

from __future__ import annotations

from yumen.errors import CallerFault, Forbidden, InvalidRequest, NotFound, Retry, Unauthenticated


class SignUpClosed(Forbidden):
    """Nobody can sign up here."""

    chinese = "此处不开放注册。"


class InvitationNeeded(Forbidden):
    """Only the invited can sign up here: the invitation is missing, was used, or has run out."""

    chinese = "仅限受邀者注册：邀请缺失、已用过或已过期。"


class TooManyTries(CallerFault):
    """Too many tries: wait before the next one."""

    status = 429
    error_type = "rate_limit_error"
    retry = Retry.AFTER
    chinese = "尝试次数过多：请等待后再试。"


class WrongCode(InvalidRequest):
    """The code is wrong, was used, or has run out."""

    chinese = "验证码错误、已用过或已过期。"


class WrongPassword(Unauthenticated):
    """The address or the password is wrong."""

    chinese = "邮箱或密码错误。"


class WrongOwnPassword(InvalidRequest):
    """That is not your password."""

    chinese = "密码不正确。"


class SignInOver(Unauthenticated):
    """Signing in took too long: begin again with the password."""

    chinese = "登录已超时：请重新输入密码。"


class SecondFactorOn(InvalidRequest):
    """There is a second factor already: switch it off first."""

    chinese = "已启用两步验证：请先关闭。"


class NoSecondFactor(InvalidRequest):
    """There is no second factor."""

    chinese = "未启用两步验证。"


class ElsewhereToo(Forbidden):
    """This account belongs to another organization too, or runs the gateway: only an operator takes its second factor away."""

    chinese = "该账号还属于其他组织或负责运维网关：只有运维者可以取消其两步验证。"


class NobodysKey(Forbidden):
    """This is for people who are signed in; the key is nobody's own."""

    chinese = "此操作仅限已登录的个人；该密钥不属于任何人。"


class WrongLink(InvalidRequest):
    """The link was used, has run out, or is not whole: ask for a new one."""

    chinese = "链接已用过、已过期或不完整：请重新申请。"


class SuspendedOrganization(Forbidden):
    """That organization is suspended: ask whoever runs the gateway."""

    chinese = "该组织已停用：请联系网关的运维者。"


class WeakPassword(InvalidRequest):
    """A password has at least 12 and at most 256 characters."""

    chinese = "密码长度须为 12 到 256 个字符。"


class WrongEmail(InvalidRequest):
    """That is no mail address."""

    chinese = "邮箱地址无效。"


class WrongPhone(InvalidRequest):
    """A phone number has its country's prefix, such as +8613800138000, and fits the country."""

    chinese = "手机号须带国家区号，例如 +8613800138000，并与国家一致。"


class NotDelivered(InvalidRequest):
    """No mail could be sent to that address, and the invitation was taken back: check the address, or try again later."""

    chinese = "无法向该地址发送邮件，邀请已撤回：请检查地址或稍后再试。"


class PhoneNeeded(InvalidRequest):
    """Sign-ups from this country need a phone number."""

    chinese = "该国家或地区的注册需要手机号。"


class WrongCountry(InvalidRequest):
    """A country is named by its ISO code, such as CN."""

    chinese = "国家用 ISO 代码表示，例如 CN。"


class WrongName(InvalidRequest):
    """A name has 1 to 200 printable characters."""

    chinese = "名称须为 1 到 200 个可打印字符。"


class NameTaken(InvalidRequest):
    """That name is taken."""

    chinese = "该名称已被使用。"


class WrongPurpose(InvalidRequest):
    """Say in 1 to 2,000 characters what it is for."""

    chinese = "用途说明须为 1 到 2000 个字符。"


class WrongReason(InvalidRequest):
    """Give a reason of 1 to 2,000 characters."""

    chinese = "理由须为 1 到 2000 个字符。"


class WrongTimeZone(InvalidRequest):
    """There is no such time zone: name one such as Asia/Shanghai or UTC."""

    chinese = "没有这个时区：请使用 Asia/Shanghai 或 UTC 这样的名称。"


class WrongEnvironment(InvalidRequest):
    """An environment is production or staging."""

    chinese = "环境只能是 production 或 staging。"


class WrongRole(InvalidRequest):
    """A member's role is owner, admin, developer, billing or viewer."""

    chinese = "成员角色只能是 owner、admin、developer、billing 或 viewer。"


class WrongLimit(InvalidRequest):
    """A limit has a value above 0 that can be counted, waits at most 600 s (a month or a day not at all), and is named once in a place."""

    chinese = "限额的值须大于 0 且可计数，最多等待 600 秒（按月、按日的不可等待），同一处每种限额只能有一个。"


class WrongScope(InvalidRequest):
    """A limit is asked for the organization, or for one of its own workspaces or keys."""

    chinese = "限额只能针对本组织，或其自己的工作区或密钥。"


class NothingWanted(InvalidRequest):
    """The request asks for nothing."""

    chinese = "申请中没有任何内容。"


class UnknownPlan(InvalidRequest):
    """There is no such plan."""

    chinese = "没有这个套餐。"


class BeyondPlan(InvalidRequest):
    """The plan has neither isolation nor a policy of its own: move the organization to one that has."""

    chinese = "该套餐不含隔离和自有内容策略：请先换到包含它们的套餐。"


class StaysApart(InvalidRequest):
    """Its data lies in a database of its own, and stays isolated: export it, erase it and make it anew."""

    chinese = "其数据在专属数据库中，不能取消隔离：请先导出，再彻底删除，然后重新创建。"


class WrongPlanName(InvalidRequest):
    """A plan's name has 1 to 64 letters, digits, hyphens or underscores."""

    chinese = "套餐名由 1 到 64 个字母、数字、连字符或下划线组成。"


class PlanInUse(InvalidRequest):
    """The plan is in use, by organizations or for new sign-ups: move them to another one first."""

    chinese = "套餐正在使用（现有组织或新注册）：请先换到其他套餐。"


class WrongAlias(InvalidRequest):
    """A model alias has 1 to 100 letters, digits, dots, colons, @, hyphens or underscores, and begins with a letter or digit."""

    chinese = "模型别名由 1 到 100 个字母、数字、点、冒号、@、连字符或下划线组成，以字母或数字开头。"


class WrongAliasModel(InvalidRequest):
    """An alias means a model of another name, of at most 200 letters, digits and signs without a space."""

    chinese = "别名须指向另一个名称的模型，模型名最多 200 个字符且不含空格。"


class AliasHidesModel(InvalidRequest):
    """A model of that name still answers, and the alias would hide it: if that is meant, set it with `shadow`."""

    chinese = "该名称的模型仍可用，别名会遮蔽它：若确需如此，请加 shadow。"


class AliasOfAlias(InvalidRequest):
    """The model is an alias itself: name the model that it means."""

    chinese = "该模型本身是别名：请直接写它所指的模型。"


class AliasIsTarget(InvalidRequest):
    """Another alias means that name: let that one mean the new model first."""

    chinese = "另有别名指向该名称：请先让那个别名指向新模型。"


class TooManyAliases(InvalidRequest):
    """An organization has at most 200 model aliases."""

    chinese = "每个组织最多 200 个模型别名。"


class UnknownPolicy(InvalidRequest):
    """There is no such policy, or no such version of it."""

    chinese = "没有这个策略，或没有这个版本。"


class ForeignPolicy(InvalidRequest):
    """That policy is the gateway's operator's: it is attached and detached by the operator alone."""

    chinese = "该策略属于网关运维者：只有运维者可以附加或取消。"


class PolicyAttached(InvalidRequest):
    """Something is under that policy still: detach it everywhere first."""

    chinese = "该策略仍有附加对象：请先全部取消附加。"


class TooManyPolicies(InvalidRequest):
    """An organization has at most 100 policies, and at most 20 are attached to one organization, workspace or key."""

    chinese = "每个组织最多 100 个策略，同一组织、工作区或密钥最多附加 20 个。"


class LastOwner(InvalidRequest):
    """An organization keeps at least one owner."""

    chinese = "组织至少要保留一名所有者。"


class AlreadyMember(InvalidRequest):
    """That person is a member already."""

    chinese = "此人已是成员。"


class AlreadyDecided(InvalidRequest):
    """That was decided already."""

    chinese = "此事已有决定。"


class DefaultWorkspace(InvalidRequest):
    """The workspaces production and staging stay."""

    chinese = "production 和 staging 工作区不能归档。"


class ArchivedWorkspace(InvalidRequest):
    """The workspace is archived."""

    chinese = "该工作区已归档。"


class DefaultOrganization(InvalidRequest):
    """The operator's own organization cannot be suspended, isolated or erased."""

    chinese = "运维者自己的组织不能停用、隔离或彻底删除。"


class Unknown(NotFound):
    """There is nothing of that id here."""

    chinese = "这里没有此 id 对应的内容。"


class UnprovedAddress(Forbidden):
    """The provider does not say that this mail address is yours: confirm it there, and sign in again."""

    chinese = "登录提供方未确认该邮箱属于您：请先在该处验证邮箱，然后重新登录。"


class ClosedAccount(Unauthenticated):
    """This account is closed, or belongs to no organization any more: ask your administrator."""

    chinese = "此账号已停用，或已不属于任何组织：请联系管理员。"


class AnothersAddress(Forbidden):
    """The account with this address is not the one that you are signed in with: sign out, and begin again."""

    chinese = "该邮箱对应的账号与您当前登录的账号不同：请先退出登录，然后重试。"


class OnlyWay(InvalidRequest):
    """You have no password here, and this is the only way that you can sign in: it stays."""

    chinese = "您在此处没有密码，这是您唯一的登录方式，因此无法解除。"


class NoAccountHere(Forbidden):
    """There is no account with this address here: ask for an invitation."""

    chinese = "此处没有该邮箱的账号：请联系管理员邀请您。"
