"""What `yumen analyze` says, in Chinese."""

from __future__ import annotations

ANALYZE = {
    "Answer questions about CSV, Parquet, JSON, Excel and SQLite files, with the numbers, the SQL and a chart.": (
        "回答关于 CSV、Parquet、JSON、Excel、SQLite 数据的问题，给出数字、SQL 和图表。"
    ),
    "Answer questions about data files.": "回答关于数据文件的问题。",
    "the files, then the question; without one, a conversation begins": "先写文件，再写问题；不写问题则开始对话",
    "draw the result into this .png or .svg": "把结果画成此 .png 或 .svg 文件",
    "the longest that one query may take": "单次查询的最长用时（秒）",
    "the most rows that one query may give": "单次查询的最多行数",
    "the most memory that the data may take": "数据最多占用的内存（MB）",
    "name a data file before the question: yumen analyze sales.csv {question}": (
        "请在问题之前写数据文件：yumen analyze sales.csv {question}"
    ),
    "{table}: {rows} rows of {columns}": "{table}：{rows} 行，列为 {columns}",
    "not all rows are shown: --json has those that were given": "未显示全部行：--json 给出所得到的各行",
    "the chart is {path}": "图表：{path}",
    "no font with Chinese letters was found, so the chart's are boxes: draw an SVG, or install one (such as Noto Sans CJK)": (
        "没有找到含中文的字体，图中汉字显示为方框：请改画 SVG，或安装字体（如 Noto Sans CJK）"
    ),
    "there was nothing to draw: a chart needs a column of names or days, and one of numbers": (
        "没有可画的内容：图表需要一列名称或日期，以及一列数字"
    ),
    "analysis needs {library}: pip install 'yumen[analyze]'": "数据分析需要 {library}：pip install 'yumen[analyze]'",
    "{path} is not an Excel file that can be read: {reason}": "{path} 不是可以读取的 Excel 文件：{reason}",
    "{path} is not a SQLite file that can be read: {reason}": "{path} 不是可以读取的 SQLite 文件：{reason}",
    "there is no file {path}": "没有文件 {path}",
    "{path} is of no kind that can be read: {kinds}": "{path} 不是可读取的类型：{kinds}",
    "there is no table in these files": "这些文件中没有表",
    "{path} is neither UTF-8 nor GB 18030": "{path} 既不是 UTF-8，也不是 GB 18030",
    "the data could not be loaded: it needs more memory or time than it has (--memory MB)": "数据无法载入：内存或时间不够（--memory MB）",
    "a chart is a .png or a .svg, and {path} is neither": "图表应为 .png 或 .svg,{path} 都不是",
    "Claude refuses to answer this question": "Claude 拒绝回答此问题",
    "Claude ended without an answer ({reason})": "Claude 没有给出回答即结束（{reason}）",
    "Claude asked the data {count} times and did not come to an answer": "Claude 查询数据 {count} 次，仍未得出答案",
}
