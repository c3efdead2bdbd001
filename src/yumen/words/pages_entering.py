"""What the ways in say, in Chinese: the first administrator, signing up, invitations, and new passwords."""

from __future__ import annotations

ENTERING: dict[str, str] = {
    "At least 12 characters. Four or more words that nobody would expect together are easy to keep and hard to guess.": (
        "至少 12 个字符。把四个以上互不相干的词连在一起，既好记，又难猜。"
    ),
    "The same again": "再次输入",
    "{count} more characters are needed.": "还差 {count} 个字符。",
    "Weak: it repeats itself.": "较弱：重复太多。",
    "Good.": "良好。",
    "Very good.": "很好。",
    "The two are not the same.": "两次输入不一致。",
    "This gateway is set up already: sign in.": "网关已完成初始设置：请登录。",
    "Set up this gateway": "初始设置",
    "Nobody looks after this gateway yet. Make its first administrator: that person may do everything here, and can invite others.": (
        "网关还没有管理员。请创建首位管理员：此人拥有全部权限，并可邀请其他人。"
    ),
    "Set-up token": "设置凭证",
    "It proves that this gateway is yours. The terminal showed it at the first start; if nobody looked at a terminal, "
    "it lies in the file first-run/setup-token of the data folder.": (
        "用来证明这个网关属于您。首次启动时已显示在终端；若当时不在终端中运行，则保存在数据目录的 first-run/setup-token 文件里。"
    ),
    "You sign in with it.": "用于登录。",
    "Your name": "您的姓名",
    "Make the administrator": "创建管理员",
    "Token lost? On the gateway's machine, this command makes a new one:": "凭证丢失？请在网关所在机器上运行以下命令重新生成：",
    "Sign up": "注册",
    "Nobody can sign up here by themselves. Ask whoever runs this gateway, or an administrator of your team, for an invitation.": (
        "此处不开放自行注册。请向网关的运维者或团队管理员索取邀请。"
    ),
    "I have an invitation": "我有邀请",
    "You get an organization of your own, with API keys for Claude and a trial to begin with.": (
        "注册后，您将拥有自己的组织和 Claude API 密钥，并从试用套餐开始。"
    ),
    "Each sign-up is looked at by whoever runs this gateway, before it can be used.": "每个注册须经网关运维者审核后方可使用。",
    "Invitation": "邀请凭证",
    "Only the invited can sign up here. The token stands in the invitation's letter.": "此处仅限受邀者注册。凭证在邀请邮件中。",
    "Who signs up?": "注册主体",
    "A company or another organization": "公司或其他机构",
    "An individual": "个人",
    "Its name, as your team will see it. An individual may leave it empty.": "团队成员将看到的名称。个人可不填。",
    "A code is sent there, and you sign in with it.": "验证码将发送到此邮箱，之后用它登录。",
    "What will you use Claude for?": "您打算用 Claude 做什么？",
    "A sentence or two is enough.": "一两句话即可。",
    "Country or region": "国家或地区",
    "Please choose": "请选择",
    "Phone": "手机号",
    "With the prefix of the country, such as +86 138 0013 8000. Where it is needed, a code is sent there too.": (
        "请带国家区号，例如 +86 138 0013 8000。需要验证时，验证码也会发送到此号码。"
    ),
    "You have an account?": "已有账号？",
    "There is a new code; the earlier one counts no longer.": "已生成新的验证码，先前的验证码已失效。",
    "All is ready": "一切就绪",
    "Your sign-up is being looked at": "注册正在审核",
    "Your sign-up was declined": "注册未获批准",
    "Confirm your phone number": "验证手机号",
    "Confirm your e-mail address": "验证邮箱",
    "Your organization is there. Sign in with your e-mail address and password, and make a first key.": (
        "您的组织已创建。请用邮箱和密码登录，然后创建首个密钥。"
    ),
    "Thank you: your addresses are confirmed. Whoever runs this gateway looks at each sign-up before it can be used.": (
        "感谢您，验证已通过。每个注册须经网关运维者审核后方可使用。"
    ),
    "You get a mail as soon as that is done; you can close this page.": "审核完成后会邮件通知您，现在可以关闭本页。",
    "This gateway sends no mail: come back to this page, or ask whoever runs the gateway.": (
        "此网关未配置邮件：请稍后回到本页查看，或询问网关运维者。"
    ),
    "Look again": "刷新状态",
    "The reason was sent to your e-mail address. If you have a question, ask whoever runs this gateway.": (
        "原因已发送到您的邮箱。如有疑问，请联系网关运维者。"
    ),
    "Ask whoever runs this gateway for the reason.": "请向网关运维者询问原因。",
    "Your addresses are confirmed, but the last step did not happen: try it once more.": "验证已通过，但最后一步未完成：请重试。",
    "Try again": "重试",
    "This gateway cannot send text messages. Whoever runs it sees your code with the command yumen signups: ask them for it.": (
        "此网关无法发送短信。运维者可用命令 yumen signups 查看您的验证码：请向其索取。"
    ),
    "This gateway cannot send mail. Whoever runs it sees your code with the command yumen signups: ask them for it.": (
        "此网关无法发送邮件。运维者可用命令 yumen signups 查看您的验证码：请向其索取。"
    ),
    "A text message with a code of eight digits was sent to your phone.": "含 8 位验证码的短信已发送到您的手机。",
    "A mail with a code of eight digits was sent to you. It may take a minute; look into the spam folder, too.": (
        "含 8 位验证码的邮件已发送。可能需要一分钟，也请查看垃圾邮件箱。"
    ),
    "Code": "验证码",
    "Confirm": "确认",
    "No code came, or it has run out?": "没有收到，或已过期？",
    "Make a new one": "重新获取",
    "You are a member of {organization} now.": "您已成为 {organization} 的成员。",
    "Accept an invitation": "接受邀请",
    "You are invited to {organization}, in the role “{role}”.": "邀请您加入 {organization}，角色为“{role}”。",
    "This address has an account already: its password accepts the invitation.": "此邮箱已有账号：输入其密码即可接受邀请。",
    "You are signed in with it.": "您已用此邮箱登录。",
    "Accept": "接受",
    "This invitation does not count: it was used, taken back, or has run out, or its link is not whole. "
    "Ask whoever invited you for a new one.": "此邀请无效：可能已使用、已撤回、已过期，或链接不完整。请向邀请人索取新的邀请。",
    "Token of the invitation": "邀请凭证",
    "It stands in the letter, and begins with invite_.": "在邀请邮件中，以 invite_ 开头。",
    "Go on": "继续",
}
