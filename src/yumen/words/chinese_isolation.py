"""The sentences of isolating, exporting and erasing organizations in Chinese."""

from __future__ import annotations

ISOLATION = {
    "Give an organization a database, a key and upstreams of its own, and move what is its own there.": (
        "为组织设立专属的数据库、密钥和上游，并把它的数据移过去。"
    ),
    "Write everything of an organization to one archive, opened: keep it safe.": "把组织的全部数据解密后写入一个归档文件，请妥善保管。",
    "Erase an organization: keys, data, database; the audit log alone tells of it.": (
        "彻底删除组织：密钥、数据和数据库；只有审计日志留有记录。"
    ),
    "where the key is that its content is encrypted with, such as env:NAME": "加密其内容的密钥的引用，例如 env:NAME",
    "whether its content may be stored; if not, what is stored is deleted": "是否允许存储其内容；选择不存储时，已存储的内容会被删除",
    "the archive's file, a zip": "归档文件（zip）",
    "yes, erase it: nothing brings it back": "确认删除：删除后无法恢复",
    "{name} ({id}) is isolated; running gateways follow within a second": "{name}（{id}）已隔离；运行中的网关一秒之内生效",
    "its database: {place}; rows moved there: {count}": "专属数据库：{place}；已移入 {count} 行",
    "its key: data keys of its own, sealed under the gateway's key": "密钥：专属的数据密钥，由网关的密钥加密",
    "its key: {reference}": "密钥：{reference}",
    "its content: stored where its keys and sessions ask for that, encrypted": "内容：按其密钥和对话的设置加密存储",
    "its content: none is stored from now on; rows of it deleted: {count}": "内容：今后不存储；已删除 {count} 行",
    "its policies: {names}": "内容策略：{names}",
    "its upstreams: {names}; they serve nobody else": "专属上游：{names}；不为其他组织服务",
    "no upstream is its own, so its requests are refused: name {id} in the organizations of one": (
        "没有专属上游，其请求会被拒绝：请在某个上游的 organizations 中写上 {id}"
    ),
    "others used the database, so its file was not written anew, or its log not emptied: they may hold older rows until the "
    "gateway has been stopped and the file written anew: sqlite3 FILE VACUUM": (
        "数据库正被使用，未能重写其文件或清空其日志：其中可能留有旧数据，请停止网关后重写该文件：sqlite3 FILE VACUUM"
    ),
    "exported {rows} rows of {id} to {path}; content in it is readable: keep it safe": (
        "已将 {id} 的 {rows} 行导出到 {path}；其中的内容是明文，请妥善保管"
    ),
    "nothing brings an erased organization back: export it first, then say --yes": "组织删除后无法恢复：请先导出，再加上 --yes",
    "erased {name} ({id}); its data keys are destroyed": "已彻底删除 {name}（{id}）；其数据密钥已销毁",
    "its database is gone: {place}": "已删除其数据库：{place}",
    "what stays: the audit log, as it must, and what back-ups, exports, log files and the upstream's side hold": (
        "仍然保留的：按规定保留的审计日志，以及备份、导出文件、日志文件和上游一侧的数据"
    ),
    "{count} requests of {id} are under way or wait in the journal: let the gateway run until they are in the database, then erase "
    "again; its keys are revoked already": (
        "{id} 有 {count} 个请求仍在进行，或仍在日志段中等待：请让网关运行到它们写入数据库，再次删除；其密钥已撤销"
    ),
    "a row of {table} does not open: it was changed outside the gateway; nothing was exported": (
        "{table} 中有一行无法解密：它在网关之外被改动过；未导出任何数据"
    ),
    "only its upstreams are its own so far: yumen organizations isolate {id} gives it a database of its own": (
        "目前只有上游是专属的：运行 yumen organizations isolate {id} 才会为它建立专属数据库"
    ),
    "{name} is no name of a compartment": "{name} 不是有效的专属数据库名称",
    "{name} ({id}) is isolated but has no database of its own: run yumen organizations isolate {id}": (
        "{name}（{id}）已隔离但没有专属数据库：请运行 yumen organizations isolate {id}"
    ),
    "the database of {name} ({id}) cannot be written ({reason}): until it can, everybody's entries wait in the journal": (
        "{name}（{id}）的数据库无法写入（{reason}）：在此之前，所有账本记录都在日志段中等待"
    ),
    "an organization was isolated while the database was read: take the back-up again": "读取数据库时有组织被隔离：请重新备份",
    "table": "表",
    "rows": "行数",
}
