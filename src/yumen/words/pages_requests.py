"""The ledger's pages in Chinese."""

from __future__ import annotations

LISTED = {
    "Every request that came with a key: who asked, what came back, what it cost and how long it took.": (
        "每一个带密钥的请求：谁发起、返回了什么、费用多少、用时多久。"
    ),
    "Live": "实时",
    "Export as CSV": "导出 CSV",
    "Export as JSONL": "导出 JSONL",
    "Id": "ID",
    "The last hour": "最近 1 小时",
    "The last 24 hours": "最近 24 小时",
    "The last 7 days": "最近 7 天",
    "The last 30 days": "最近 30 天",
    "Answered (2xx)": "已应答（2xx）",
    "All errors (400 and above)": "所有错误（400 及以上）",
    "Errors of the caller's, and refusals (4xx)": "调用方错误与拒绝（4xx）",
    "Errors of upstreams and of the gateway (5xx)": "上游与网关错误（5xx）",
    "answered": "已应答",
    "refused by the gateway": "被网关拒绝",
    "error of the upstream": "上游返回错误",
    "upstream not reached": "未能连到上游",
    "broken off": "应答中断",
    "caller left": "调用方断开",
    "caller left, read to the end": "调用方断开，应答已读完",
    "repeated from before": "重放此前的应答",
    "gateway stopped": "网关中途停止",
    "The id of a request, an upstream's request, a batch or a key: its beginning is found whenever it was, any part of it within the time that is chosen.": (  # noqa: E501
        "请求、上游请求、批处理或密钥的 ID：按开头查找不限时间，按其中一段查找则限于所选时间。"
    ),
    "More filters": "更多筛选",
    "How it ended": "结束方式",
    "Fault": "故障",
    "Cost at least, in dollars": "费用不低于（美元）",
    "Took at least, in seconds": "用时不少于（秒）",
    "Only those in which a policy found something": "仅显示内容策略有发现的请求",
    "Cached": "缓存读取",
    "Took": "用时",
    "First byte": "首字节",
    "So far the requests back to this time were looked at:": "目前已查到此时为止的请求：",
    "Look further back": "继续往前查找",
    "No request fits": "没有符合的请求",
    "Within this time there is no request that fits all filters.": "所选时间内没有同时符合全部筛选条件的请求。",
    "No request in this time": "这段时间没有请求",
    "As soon as a program calls with one of your keys, its requests appear here.": "程序使用您的密钥发起调用后，请求会立即显示在这里。",
    "New requests appear here as they end.": "新请求结束后会显示在这里。",
    "The live view was closed: load the page again.": "实时视图已关闭：请刷新页面。",
    "Connecting again…": "正在重新连接…",
    "Connecting…": "正在连接…",
    "{count} new requests came in.": "新到 {count} 个请求。",
}
ONE = {
    "Request": "请求",
    "Its conversation": "所属对话",
    "What was said": "对话内容",
    "At a glance": "概要",
    "Input and output tokens": "输入与输出 token",
    "What to do": "处理建议",
    "The limit": "相关限额",
    "Ask for more": "申请提额",
    "What policies found": "内容策略发现",
    "It got the answer of": "其应答取自",
    "Where its time went": "时间分布",
    "Part": "环节",
    "from": "开始于",
    "took": "用时",
    "Drawn": "图示",
    "The gateway itself took {ms}.": "网关自身用时 {ms}。",
    "What happened": "经过",
    "Tokens and money": "Token 与费用",
    "Read from the cache": "缓存读取",
    "Written to the cache": "缓存写入",
    "{count} of them thinking": "其中思考 {count}",
    "Upstream": "上游",
    "Web searches": "网络搜索",
    "For what": "项目",
    "Prices": "价格版本",
    "Who and what": "来源与内容",
    "its requests": "该密钥的请求",
    "Asked": "请求",
    "streamed": "流式",
    "Why the answer stopped": "应答停止原因",
    "From": "来源地址",
    "Receiving the request": "接收请求",
    "In the gateway: key, limits, policies, the way": "网关内部：密钥、限额、策略、选路",
    "Waiting for room in a limit": "等待限额空位",
    "Attempt {number} at {upstream}, until its answer began": "第 {number} 次尝试（{upstream}），到应答开始",
    "Pause before the next attempt": "下次尝试前的等待",
    "Looking at the beginning of the answer": "检查应答开头",
    "The answer, from its first byte to its last": "应答：从首字节到末字节",
}
ADVICE = {
    "What was asked is not valid: the message says which field. Sending it again brings the same answer.": (
        "请求无效：错误信息会指出是哪个字段。原样重发结果相同。"
    ),
    "The key is not valid any more, or not from there: look at its expiry, its state and its list of addresses.": (
        "密钥已失效，或不允许从该地址使用：请检查有效期、状态和允许的地址。"
    ),
    "The key may not do this: look at the restrictions of the key, such as models, paths and tokens.": (
        "密钥没有此权限：请检查密钥的限制，例如模型、路径和 token 上限。"
    ),
    "There is no such thing, or it belongs to another workspace.": "对象不存在，或属于其他工作区。",
    "Send less at once, or use the Files API for what is large.": "请减少单次发送的内容，大文件请使用 Files API。",
    "A content policy forbids it: the policy's page shows the rule, and can be tried with the text.": (
        "被内容策略禁止：可在策略页面查看规则，并用该文本试验。"
    ),
    "More was asked in a minute than the limit allows: spread the calls, let the client wait as told, or ask for more.": (
        "一分钟内的请求超过限额：请分散调用、让客户端按提示等待，或申请提高限额。"
    ),
    "This one request is larger than the whole limit: make it smaller, such as by a lower max_tokens, or ask for more.": (
        "单个请求已超过整个限额：请缩小请求（例如降低 max_tokens），或申请提高限额。"
    ),
    "The period's requests are used up until it ends, unless somebody raises the limit.": (
        "本周期的请求次数已用完，请等待周期结束或提高限额。"
    ),
    "The period's money is used up until it ends, unless somebody raises the limit.": "本周期的消费限额已用完，请等待周期结束或提高限额。",
    "The conversation was still answering another question: ask one after the other.": "该对话仍在回答另一个问题：请逐个提问。",
    "The request did not arrive in time: look at the caller's connection.": "请求未能及时收完：请检查调用方的网络。",
    "The caller hung up: mostly its own time-out is shorter than the answer took. Raise it, or stream the answer.": (
        "调用方主动断开：多半是其超时短于应答时间。请延长超时，或使用流式。"
    ),
    "The gateway could not write down what it does, and does nothing unwritten: look at its disk.": (
        "网关无法写入记录，因此拒绝处理：请检查磁盘。"
    ),
    "The place where limits are counted did not answer: look at Redis, and at the system page.": (
        "限额计数存储没有应答：请检查 Redis 和系统页面。"
    ),
    "The database did not answer: look at the system page.": "数据库没有应答：请查看系统页面。",
    "The policy could not be read, and nothing passes unchecked: look at the policies and the system page.": (
        "无法读取内容策略，未经检查的内容不会放行：请查看策略和系统页面。"
    ),
    "The gateway had too much at once: try again in a moment.": "网关瞬时过载：请稍后重试。",
    "The gateway was being stopped: the client's own repetition is enough.": "网关正在停止：客户端自动重试即可。",
    "No upstream could be reached: look at the upstreams, and at the network between.": "无法连接任何上游：请检查上游和网络。",
    "The upstream got it and never answered; it is not sent twice, since it may have been charged. Send it again.": (
        "上游收到请求但没有应答；可能已计费，因此未自动重发。请手动重发。"
    ),
    "What the upstream answered could not be read: look whether its address is the right one.": (
        "无法解析上游的应答：请检查上游地址是否正确。"
    ),
    "The upstream did not answer in time: stream long answers, or let the upstream have more time.": (
        "上游未及时应答：长应答请使用流式，或延长上游超时。"
    ),
    "The upstream has too much to do, or limits us: try again, or add another upstream.": "上游繁忙或正在限流：请重试，或增加上游。",
    "All upstreams failed too often lately and rest for a moment: look at the upstreams.": (
        "所有上游近期失败过多，正在短暂停用：请查看上游页面。"
    ),
    "The upstream's credential could not be read: look at the secrets.": "无法读取上游凭据：请查看密钥来源页面。",
    "The answer broke off on its way: send it again; what was seen of it is charged.": "应答中途断开：请重发；已收到的部分会计费。",
    "Something in the gateway went wrong that should not: its log has the reason under this request's id.": (
        "网关内部出现意外错误：日志中可按此请求 ID 查到原因。"
    ),
    "Claude did not accept what was asked: the answer's message says why. Sending it again brings the same answer.": (
        "Claude 未接受该请求：应答信息说明了原因。原样重发结果相同。"
    ),
    "The upstream did not accept the gateway's credential: look at the upstreams and secrets.": (
        "上游不接受网关的凭据：请查看上游和密钥来源页面。"
    ),
    "The upstream's account may not do this.": "上游账号没有此权限。",
    "The upstream knows no such model or thing: look at the model's name.": "上游没有该模型或对象：请检查模型名称。",
    "The upstream takes no request so large.": "请求超过上游允许的大小。",
    "The upstream's own limit was reached: try again later, add an upstream, or have its limit raised.": (
        "已达上游自身限额：请稍后重试、增加上游，或提高上游限额。"
    ),
    "The upstream had an error of its own: try again.": "上游自身出错：请重试。",
    "The upstream is overloaded: try again, or add another upstream.": "上游过载：请重试，或增加上游。",
}
REQUESTS = LISTED | ONE | ADVICE
