"""What the pages of signing in and of the own account say, in Chinese."""

from __future__ import annotations

SIGNING_IN: dict[str, str] = {
    "Sign in": "登录",
    "E-mail": "邮箱",
    "Password": "密码",
    "You are signed out.": "您已退出登录。",
    "Forgotten your password?": "忘记密码？",
    "No account yet?": "还没有账号？",
    "Confirm that it is you": "确认是您本人",
    "Now type the six digits that your authenticator app shows for Yumen.": "请输入身份验证器应用中 Yumen 显示的六位数字。",
    "Code": "验证码",
    "Phone lost? A recovery code does as well; each counts once.": "手机不在身边？也可以输入恢复码，每个恢复码只能用一次。",
    "Begin again": "重新开始",
    "No recovery code left? An administrator of your organization, or whoever runs this gateway, can take the second factor away.": (
        "恢复码也用完了？您所在组织的管理员或网关运维者可以取消您的两步验证。"
    ),
    "A new password": "重设密码",
    "If {email} has an account here, a letter with a link is on its way.": "如果 {email} 在此有账号，重设密码的邮件正在发送。",
    "The link counts once, for an hour. No letter after some minutes? Look among the spam, or ask whoever runs this gateway.": (
        "链接一小时内有效，只能使用一次。几分钟后仍未收到？请查看垃圾邮件，或联系网关运维者。"
    ),
    "This gateway sends no mail. Whoever runs it can give you a token, with this command on its machine:": (
        "此网关不发送邮件。请让网关运维者在网关所在机器上运行以下命令，并把凭证交给您："
    ),
    "I have a token": "我已有凭证",
    "Type the address that you sign in with: a link that sets a new password is sent there.": (
        "请输入您登录所用的邮箱，我们会发送一个用于设置新密码的链接。"
    ),
    "Send the link": "发送链接",
    "Back to signing in": "返回登录",
    "Set a new password": "设置新密码",
    "Token": "凭证",
    "It stands in the letter, or comes from whoever runs this gateway.": "见邮件正文，或由网关运维者提供。",
    "New password": "新密码",
    "All your sessions end, on every device.": "您在所有设备上的登录都会失效。",
    "Set the password": "设置密码",
    "Ask for a new link": "重新申请链接",
    "Your new password counts now: sign in with it.": "新密码已生效，请用它登录。",
    "You are here by a key": "您正在使用密钥访问",
    "Names, passwords and second factors belong to people. You signed in with an admin key that is no person's own.": (
        "姓名、密码和两步验证属于个人账号。您使用的管理密钥不属于任何个人。"
    ),
    "Who you are": "个人资料",
    "Save the name": "保存姓名",
    "Your name is changed.": "姓名已修改。",
    "Second factor": "两步验证",
    "on": "已启用",
    "off": "未启用",
    "Signing in takes your password and a code from your phone.": "登录时需要密码和手机上的验证码。",
    "Recovery codes left: {count}": "剩余恢复码：{count} 个",
    "Recovery codes, or switch off": "管理恢复码或关闭",
    "Whoever learns your password can sign in as you. With a second factor they would need your phone too.": (
        "仅凭密码，任何知道它的人都能以您的身份登录。启用两步验证后，还必须有您的手机。"
    ),
    "Set up a second factor": "启用两步验证",
    "Present password": "当前密码",
    "All your other sessions end. This one goes on.": "您的其他登录会失效，当前登录不受影响。",
    "Change the password": "修改密码",
    "Your new password counts now, and all your other sessions have ended.": "新密码已生效，您的其他登录均已失效。",
    "You sign in with your company's account, and have no password here.": "您使用公司账号登录，在此没有密码。",
    "Where you are signed in": "登录会话",
    "A session ends by itself twelve hours after it was opened.": "会话在登录十二小时后自动结束。",
    "End all others": "结束其他会话",
    "End all other sessions?": "结束其他所有会话？",
    "Every other browser in which you are signed in will ask for your password again.": "您已登录的其他浏览器都需要重新输入密码。",
    "End them": "全部结束",
    "Opened": "登录时间",
    "From": "来源地址",
    "Last used": "最近使用",
    "End": "结束",
    "this one": "当前会话",
    "End this session?": "结束此会话？",
    "The browser at {address} will ask for your password again.": "位于 {address} 的浏览器需要重新输入密码。",
    "End it": "结束会话",
    "The session has ended.": "会话已结束。",
    "Other sessions that have ended: {count}": "已结束的其他会话：{count} 个",
    "You are here by an admin key, and have no session open.": "您正在使用管理密钥访问，没有打开的会话。",
    "Your organizations": "您的组织",
    "Change over": "切换",
    "you are here": "当前所在",
    "suspended": "已停用",
    "Go there": "切换到此",
    "Go to {name}": "切换到 {name}",
    "A code from your phone, beside the password: whoever learns the password alone cannot sign in.": (
        "登录时除密码外还需手机上的验证码：只知道密码的人无法登录。"
    ),
    "Set it up in two minutes": "两分钟即可完成",
    "Have an authenticator app on your phone, such as Google Authenticator, Microsoft Authenticator or 1Password; "
    "any that shows six digits will do.": (
        "在手机上安装身份验证器应用，例如 Google Authenticator、Microsoft Authenticator 或 1Password；能显示六位验证码的应用均可。"
    ),
    "Scan a picture with it, and type the code that it shows.": "用它扫描二维码，并输入它显示的验证码。",
    "Keep the recovery codes that you are shown then, for the day the phone is lost.": "妥善保存随后显示的恢复码，以备手机丢失时使用。",
    "Begin": "开始",
    "Recovery codes": "恢复码",
    "On since": "启用于",
    "New codes take the place of all before.": "生成新恢复码后，之前的全部失效。",
    "From your app, or a recovery code.": "应用中的验证码，或一个恢复码。",
    "Make new codes": "生成新恢复码",
    "Switch it off": "关闭两步验证",
    "From then on your password alone opens your account.": "关闭后，仅凭密码即可登录您的账号。",
    "Switch off": "关闭",
    "You have no password here; an administrator of your organization can take the second factor away.": (
        "您在此没有密码；您所在组织的管理员可以取消两步验证。"
    ),
    "The second factor is switched off.": "两步验证已关闭。",
    "1. Scan this with your app": "1. 用应用扫描二维码",
    "QR code for your authenticator app; the same secret stands below as text": "供身份验证器应用扫描的二维码；下方有同一密钥的文本",
    "Reading this on the phone itself?": "正在手机上查看？",
    "Open it in the app": "在应用中打开",
    "Or type this secret into the app:": "或在应用中手动输入此密钥：",
    "2. Type the code that it shows": "2. 输入应用显示的验证码",
    "Six digits; they change every thirty seconds.": "六位数字，每三十秒更换一次。",
    "Switch it on": "启用",
    "Your recovery codes": "您的恢复码",
    "They are shown this once. Keep them where your phone is not: in a password manager, or on paper.": (
        "仅显示这一次。请保存在手机以外的地方，例如密码管理器或纸上。"
    ),
    "The second factor is on. If the phone is lost, each of these signs you in once in the place of its code.": (
        "两步验证已启用。若手机丢失，每个恢复码可代替验证码登录一次。"
    ),
    "Copy all": "全部复制",
    "Download": "下载",
    "I have kept them": "我已保存",
}
