"""What Claude is used for: long conversations, styles, and the four assistants."""

from __future__ import annotations

from examples.tour.house import House
from examples.tour.pitfalls import said
from examples.tour.step import Both, Chapter, Step

LONG = """from yumen import Claude

claude = Claude(model="claude-sonnet-5")
conversation = claude.conversation("a-long-one", max_tokens=20)
for number in range(10):
    conversation.say(f"第{number}章。" + "玉门关外，商队验过文书，缴了关税，一一登记在册。" * 460)
print(sum(len(turn.question) for turn in conversation.turns) > 300_000, len(conversation.turns), "turns")"""
STYLE = """from yumen import Claude

print(Claude(model="claude-haiku-4-5").conversation("in-style", style="concise").say("Hello").truncated)"""
FAQ = """# 退款

退款在七个工作日内原路退回。

# Shipping

Parcels leave the warehouse within two days.
"""
SALES = "region,amount\nnorth,10\nsouth,30\nnorth,5\n"


def long_conversation(house: House) -> list[str]:
    """A conversation of about a hundred thousand tokens."""
    return said(house, LONG, "True 10 turns")


def style(house: House) -> list[str]:
    """A style by its name."""
    return said(house, STYLE, "False")


def support(house: House) -> list[str]:
    """Customer service from a folder of documents."""
    knowledge = house.folder / "knowledge"
    knowledge.mkdir()
    (knowledge / "faq.md").write_text(FAQ)
    out = house.yumen("support", "--knowledge", "knowledge", "退款要多久？")
    assert "七个工作日" in out
    assert "faq.md" in out
    return ["… 退款在七个工作日内原路退回。… faq.md"]


def summarize(house: House) -> list[str]:
    """A summary, and a text from a brief."""
    (house.folder / "report.md").write_text(FAQ * 5)
    assert house.yumen("summarize", "report.md").strip()
    assert house.yumen("write", "A short note on gates").strip()
    return ["a summary; a text"]


def code(house: House) -> list[str]:
    """Code, explained with line references."""
    (house.folder / "gate.py").write_text('def open_gate(key: str) -> bool:\n    """Open for the right key."""\n    return key == "jade"\n')
    out = house.yumen("code", "explain", "gate.py")
    assert "open_gate" in out
    return ["… open_gate …"]


def analyze(house: House) -> list[str]:
    """Figures from a table, with the SQL."""
    (house.folder / "sales.csv").write_text(SALES)
    out = house.yumen("analyze", "sales.csv", "sum of amount by region")
    assert "30" in out
    assert "15" in out
    assert "SELECT" in out.upper()
    return ["north 15, south 30, and the SQL"]


CHAPTER = Chapter(
    Both("What for", "能做什么"),
    [
        Step(
            Both("A conversation of 100,000 tokens", "10 万 token 的长对话"),
            Both("Held, stored after every turn, and fitted to the model's window.", "装得下、每轮落盘，并适配模型的上下文窗口。"),
            LONG,
            long_conversation,
            "python",
        ),
        Step(
            Both("A style of one's own", "定制对话风格"),
            Both("Styles are small text files that a team keeps in its repository.", "风格就是团队放在仓库里的小文本文件。"),
            STYLE,
            style,
            "python",
        ),
        Step(
            Both("Customer service", "智能客服自动应答"),
            Both("Answers from a folder of documents, and cites them.", "依据文件夹里的文档作答，并注明出处。"),
            'yumen support --knowledge knowledge "退款要多久？"',
            support,
        ),
        Step(
            Both("Summaries and texts", "文档摘要与内容生成"),
            Both("Text, Markdown, HTML, PDF and DOCX.", "支持纯文本、Markdown、HTML、PDF 和 DOCX。"),
            'yumen summarize report.md\nyumen write "A short note on gates"',
            summarize,
        ),
        Step(
            Both("Code", "编程辅助与代码解释"),
            Both("Reads what it needs, inside the folder alone, with line references.", "只读所给文件夹里需要的文件，并标出行号。"),
            "yumen code explain gate.py",
            code,
        ),
        Step(
            Both("Data", "多轮对话式数据分析"),
            Both("Claude asks DuckDB, read-only; the answer shows its SQL.", "Claude 通过只读的 DuckDB 查询，回答附上 SQL。"),
            'yumen analyze sales.csv "sum of amount by region"',
            analyze,
        ),
    ],
)
