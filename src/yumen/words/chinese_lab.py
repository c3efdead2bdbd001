"""What `yumen lab` says, in Chinese."""

from __future__ import annotations

LAB = {
    "Make experiments with Claude.": "用 Claude 做实验。",
    "Ask one question at several temperatures, or efforts, and measure how the answers differ.": (
        "在不同的 temperature 或 effort 下反复提同一个问题，并度量回答之间的差异。"
    ),
    "the question; @FILE reads it from a file": "问题；@FILE 表示从文件读取",
    "temperatures from 0 to 1 (0,0.3,0.7,1 unless --effort is given)": "temperature 取值，0 到 1（未给 --effort 时为 0,0.3,0.7,1）",
    "efforts, as the axis, or as a second one beside temperatures": "effort 取值，作为坐标轴；与 --temperatures 同用时为第二条轴",
    "answers at each setting": "每组参数的回答数",
    "ask for JSON of this schema, and check it": "要求按此模式输出 JSON，并逐一检查",
    "what of a text is the answer, for the agreement": "文本中哪一部分算作答案（计算一致率用）",
    "the system prompt": "系统提示词",
    "the longest answer, in tokens": "回答的最大长度，单位 token",
    "the folder of samples and report; a second run goes on there": "样本与报告所在目录；再次运行时接着做",
    "stop before this run could cost more": "本次运行可能超出此费用之前停止",
    "do not ask before money is spent": "花钱之前不再询问",
    "questions at a time": "同时提问的个数",
    "{model} is asked: {other} does not take these settings": "改问 {model}：{other} 不接受这些参数",
    "{count} samples are there already; {missing} are missing": "已有 {count} 个样本，还缺 {missing} 个",
    "the budget ended the run with {left} samples to go; the same command goes on": "预算已到，还差 {left} 个样本；重复同一命令即可继续",
    "the price of this model is not known, so there is no ceiling for {count} calls": "该模型价格未知，无法给出 {count} 次调用的费用上限",
    "a budget needs a price: set one for this model under [prices] in yumen.toml": (
        "预算需要价格：请在 yumen.toml 的 [prices] 中为该模型设置价格"
    ),
    "{count} calls cost at most about ${most}": "{count} 次调用，费用上限约 ${most}",
    "nobody can be asked whether that is all right: say --yes, or --budget USD": "没有终端可供确认：请加 --yes 或 --budget USD",
    "Go on?": "继续吗？",
    "nothing was asked": "没有提问",
    "--temperatures takes numbers parted by commas, not {text}": "--temperatures 应为逗号分隔的数字，而不是 {text}",
    "--budget takes dollars, such as 0.50, not {text}": "--budget 应为美元金额，如 0.50，而不是 {text}",
    "{path} is not JSON: {reason}": "{path} 不是 JSON:{reason}",
    "{path} is not a JSON schema: it must be an object": "{path} 不是 JSON 模式：应为一个对象",
    "the schema is checked but for {keywords}": "模式中的 {keywords} 不作检查",
    "--answer takes a regular expression: {reason}": "--answer 应为正则表达式：{reason}",
    "samples": "样本",
    "The offline sandbox answered, not Claude; its temperature is real, its words are not.": (
        "沙箱输出，并非 Claude:temperature 是真实的，文字不是。"
    ),
    "in brackets: 95 % confidence; the report is {path}": "方括号内为 95 % 置信区间；报告见 {path}",
    "a temperature lies between 0 and 1, and {value} does not": "temperature 应在 0 到 1 之间，{value} 不在其中",
    "{model} refuses temperature: newer models take the default 1 alone. Vary the effort instead (--effort {efforts}), "
    "or ask a model that takes a temperature (--model {other})": (
        "{model} 拒绝 temperature：较新的模型只接受默认值 1。可改用 effort（--effort {efforts}），或换用接受它的模型（--model {other}）"
    ),
    "{model} does not know the effort {effort}: it has {efforts}": "{model} 没有 effort {effort}：可用的有 {efforts}",
    "{model} has no effort; try --model {other}": "{model} 没有 effort 参数；可试 --model {other}",
    "Claude did not answer: {reason}": "Claude 没有应答：{reason}",
    "{path} is not the file of an experiment: {reason}": "{path} 不是实验的样本文件：{reason}",
    "{path} holds another experiment's samples; name another folder with --out": "{path} 中是另一个实验的样本；请用 --out 指定其他目录",
}
