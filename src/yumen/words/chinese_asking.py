"""What the commands that ask Claude say, in Chinese."""

from __future__ import annotations

CHOOSING = {
    "whom to ask: production, sandbox, or a name from [environments] of the settings": (
        "向谁提问：production、sandbox，或设置中 [environments] 里的名称"
    ),
    "which model answers": "由哪个模型回答",
    "the address to ask at, such as a gateway's": "提问的地址，例如网关的地址",
    "where the key is kept, such as env:CLAUDE_API_KEY or file:/run/secrets/claude": (
        "密钥存放处，例如 env:CLAUDE_API_KEY 或 file:/run/secrets/claude"
    ),
    "there is no credential for Claude, so the offline sandbox answers: set ANTHROPIC_API_KEY, or name one with --api-key": (
        "没有 Claude 的凭据，因此由离线沙箱作答：请设置 ANTHROPIC_API_KEY，或用 --api-key 指明"
    ),
    "the answer was an error, {status} ({id}): {reason}": "应答是一个错误，{status}（{id}）：{reason}",
    "{url} cannot be reached: {reason}": "无法连接 {url}：{reason}",
    "the call failed: {reason}": "调用失败：{reason}",
    "the prompt is too long for {model}, and was not sent: about {tokens} tokens, at least {over} more than the {window} that it takes; "
    "most of it is in {heaviest}": (
        "提示对 {model} 来说太长，没有发送：约 {tokens} 个 token，至少比它的上限 {window} 多 {over}；占用最多的是 {heaviest}"
    ),
}

ASK = {
    "Ask Claude one question.": "向 Claude 提一个问题。",
    "Ask Claude one question; exit code 3 where the answer was cut off, 4 where Claude refused.": (
        "向 Claude 提一个问题；回答被截断时退出码为 3,Claude 拒答时为 4。"
    ),
    "the question; - stands for what comes by standard input, as does no text at all": "问题；- 表示取自标准输入，不写则全部取自标准输入",
    "the system prompt": "系统提示",
    "the longest answer, in tokens": "回答最多多少个 token",
    "go on where the answer was cut off, until it is whole": "回答被截断时接着写，直到完整",
    "print the answer as it comes (on a terminal that is the default)": "边生成边输出（在终端上为默认）",
    "there is no question: yumen ask TEXT, or by standard input": "没有问题：请用 yumen ask TEXT，或由标准输入给出",
    "Claude refused to answer": "Claude 拒绝回答",
    "the answer was cut off ({reason}): --whole goes on with it, --max-tokens leaves it more room": (
        "回答被截断（{reason}）：--whole 可接着写完，--max-tokens 可放宽长度"
    ),
}

BATCH = {
    "Ask Claude many questions, from a file.": "把文件中的许多问题交给 Claude 回答。",
    "Ask Claude many questions, from a file; exit code 1 where one got no answer.": (
        "把文件中的许多问题交给 Claude 回答；有问题没有得到回答时退出码为 1。"
    ),
    'one question a line, or JSON lines with "question" and, if you like, "id"; - is standard input': (
        '每行一个问题，或 JSON 行（含 "question"，可带 "id"）；- 表示标准输入'
    ),
    "some twenty questions in one prompt: at once, and with the fewest calls": "约二十个问题合成一个提示：立即得到回答，调用次数最少",
    "by Message Batches: half the price, within a day": "通过 Message Batches：半价，一天之内完成",
    "where the answers go; a second run asks only for what a .jsonl there lacks": "回答写到哪里；若是 .jsonl，再次运行时只问其中缺少的",
    "say how to ask: --merge or --batches": "请指明提问方式：--merge 或 --batches",
    "{count} of {total} are answered in {path} already": "{total} 个问题中有 {count} 个在 {path} 中已有回答",
    "{failed} of {count} questions got no answer: {reason}": "{count} 个问题中有 {failed} 个没有得到回答：{reason}",
    "{failed} of {count} questions got no answer, first of them number {number}: {reason}": (
        "{count} 个问题中有 {failed} 个没有得到回答，其中第一个是第 {number} 个：{reason}"
    ),
    "questions": "问题",
    "way is merge or batches, not {way}": "way 可用的值为 merge 或 batches,{way} 不可用",
    "{path} holds the questions: name another file for the answers with --out": "{path} 是问题文件：请用 --out 为回答另指一个文件",
    "there is no question: it is empty": "没有问题：内容为空",
    "the text is not UTF-8, from its character {place} on": "文本从第 {place} 个字符起不是 UTF-8",
    "{path} knows of the batches of other questions: name another file for these": "{path} 记录的是另一批问题的批处理：请换一个文件",
    "the batch {id} is not there any more": "批处理 {id} 已不存在",
    "{path}, line {number}: this is no JSON: {reason}": "{path} 第 {number} 行：不是 JSON:{reason}",
    "{path}, line {number}: there is neither question nor prompt in it": "{path} 第 {number} 行：既没有 question 也没有 prompt",
    "{path} cannot be written: {reason}": "无法写入 {path}：{reason}",
}

TOKENS = {
    "Count the tokens of a prompt, and see whether it fits.": "计算提示的 token 数，看模型是否放得下。",
    "Count the tokens of a prompt, and see whether it fits; exit code 1 where it is too long.": (
        "计算提示的 token 数，看模型是否放得下；太长时退出码为 1。"
    ),
    "a text, or a request's body as JSON with its messages; - is standard input": ("文本，或含 messages 的 JSON 请求体；- 表示标准输入"),
    "whose tokens are counted": "按哪个模型计算",
    "estimate here, and ask nobody": "只在本机估算，不发出请求",
    "not counted, so estimated: {reason}": "无法精确计数，改为估算：{reason}",
    "{tokens} tokens, exactly: {share} of the {window} that {model} takes": "精确 {tokens} 个 token:占 {model} 上限 {window} 的 {share}",
    "about {tokens} tokens, ± {error} %: {share} of the {window} that {model} takes": (
        "约 {tokens} 个 token,± {error} %:占 {model} 上限 {window} 的 {share}"
    ),
    "too long by {over} tokens": "超出 {over} 个 token",
    "an estimate cannot be sure that it fits": "估算不能保证一定放得下",
}

ASKING = CHOOSING | ASK | BATCH | TOKENS
