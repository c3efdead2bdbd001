"""The sentences of models and their aliases in Chinese."""

from __future__ import annotations

MODELS = {
    "Show the models in use and when they end; set aliases.": "查看在用模型及其退役日期，设置模型别名。",
    "List the models in use, who calls them, and those that are about to end.": "列出在用模型、调用它们的密钥，以及即将退役的模型。",
    "List, set and remove model aliases.": "列出、设置和删除模型别名。",
    "List model aliases: all, or those of one organization.": "列出模型别名：全部，或某个组织的。",
    "Let a name mean a model; running gateways follow within a second.": "让某个名称指向一个模型；运行中的网关一秒内生效。",
    "Let a name mean itself again.": "删除别名，名称恢复原义。",
    "in use means: called within so many days": "“在用”指最近若干天内被调用过",
    "all models of the catalogue instead": "改为列出目录中的全部模型",
    "the name that callers ask for": "调用方请求的名称",
    "the model that is asked in its place": "实际请求的模型",
    "even if a model of that name still answers": "即使该名称的模型仍可用也设置",
    "{name} means {model} now; running gateways follow within a second": "{name} 现指向 {model}；运行中的网关一秒内生效",
    "{name} means itself again, and {model} no longer": "{name} 恢复原义，不再指向 {model}",
    "{model} stops answering on {day}, in {days} days": "{model} 将于 {day} 停止服务，还有 {days} 天",
    "{model} answers no more, and is still asked for": "{model} 已停止服务，但仍有请求",
    "the catalogue has no model of its line that could take its place": "目录中没有同系列的模型可以接替它",
    "to let {successor} take its place: {command}": "若要由 {successor} 接替：{command}",
    "state": "状态",
    "created": "创建时间",
    "retires": "退役日期",
    "aliases": "别名",
    "alias": "别名",
    "successor": "接替模型",
}
