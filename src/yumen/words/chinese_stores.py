"""The Chinese of why a secret cannot be had of its store."""

from __future__ import annotations

STORES = {
    "{secret}: a file keeps one value alone.": "{secret}：文件只保存一个值。",
    "{secret}: is longer than {kilobytes} KB, so it is no secret.": "{secret}：超过 {kilobytes} KB，不会是密钥。",
    "{secret}: may not be read by the user of this process: {reason}.": "{secret}：本进程的用户无权读取：{reason}。",
    "{secret}: cannot be read: {reason}.": "{secret}：无法读取：{reason}。",
    "{secret}: cannot be read now: {reason}.": "{secret}：暂时无法读取：{reason}。",
    "{secret}: is no text in UTF-8.": "{secret}：不是 UTF-8 文本。",
    "{secret}: the secret is there, but has no such field.": "{secret}：密钥存在，但没有这个字段。",
    "{secret}: the field is there, but holds no text.": "{secret}：字段存在，但内容不是文本。",
    "{secret}: the secret is there, but is not a JSON object, so it has no fields.": "{secret}：密钥存在，但不是 JSON 对象，没有字段。",
    "{secret}: the environment keeps one value alone.": "{secret}：环境变量只保存一个值。",
    "{secret}: the variable {name} is not set.": "{secret}：未设置变量 {name}。",
    "{secret}: the store has not answered {questions} questions, so it is not asked another.": (
        "{secret}：密钥存储有 {questions} 次询问尚未应答，因此不再询问。"
    ),
    "{secret}: the store did not answer within {seconds} s.": "{secret}：密钥存储未在 {seconds} 秒内应答。",
    "{secret}: the store cannot be asked ({kind}).": "{secret}：无法询问密钥存储（{kind}）。",
    # ── AWS Secrets Manager ──
    "{secret}: what answers for AWS Secrets Manager does not speak as it does.": "{secret}：应答者不像 AWS Secrets Manager。",
    "{secret}: no AWS region is known (secrets.aws_region, AWS_REGION).": "{secret}：不知道 AWS 区域（secrets.aws_region、AWS_REGION）。",
    "{secret}: our settings for AWS are not valid ({kind}).": "{secret}：AWS 的配置无效（{kind}）。",
    "{secret}: AWS's chain finds no credentials (a role, AWS_ACCESS_KEY_ID, AWS_PROFILE).": (
        "{secret}：AWS 凭据链没有找到凭据（角色、AWS_ACCESS_KEY_ID、AWS_PROFILE）。"
    ),
    "{secret}: AWS Secrets Manager did not answer within {seconds} s.": "{secret}：AWS Secrets Manager 未在 {seconds} 秒内应答。",
    "{secret}: AWS Secrets Manager cannot be asked ({kind}).": "{secret}：无法询问 AWS Secrets Manager({kind})。",
    "{secret}: AWS Secrets Manager cannot be understood ({kind}).": "{secret}：无法理解 AWS Secrets Manager 的应答（{kind}）。",
    "{secret}: AWS Secrets Manager did not answer the question (status {status}).": (
        "{secret}：AWS Secrets Manager 没有回答该问题（状态 {status}）。"
    ),
    "{secret}: the secret is there, but its bytes are no text in UTF-8.": "{secret}：密钥存在，但其字节不是 UTF-8 文本。",
    "{secret}: AWS has no such secret, or none with this label.": "{secret}：AWS 中没有这个密钥，或没有带此标签的版本。",
    "{secret}: AWS takes this for no name of a secret.": "{secret}：AWS 不认为这是密钥名称。",
    "{secret}: the secret is deleted, or has no value, in AWS.": "{secret}：该密钥在 AWS 中已删除，或没有值。",
    "{secret}: AWS cannot decrypt it with its key (kms:Decrypt).": "{secret}：AWS 无法用其密钥解密（kms:Decrypt）。",
    "{secret}: AWS does not know our credentials.": "{secret}：AWS 不认识我们的凭据。",
    "{secret}: AWS does not let us read it (secretsmanager:GetSecretValue).": "{secret}：AWS 不允许读取（secretsmanager:GetSecretValue）。",
    "{secret}: AWS does not take our signature: the secret access key is wrong, or this machine's clock.": (
        "{secret}：AWS 不接受我们的签名：secret access key 有误，或本机时钟不准。"
    ),
    "{secret}: AWS is in trouble (status {status}).": "{secret}：AWS 出现故障（状态 {status}）。",
    "{secret}: AWS limits us (status {status}).": "{secret}：被 AWS 限流（状态 {status}）。",
    "{secret}: our credentials for AWS have expired (status {status}).": "{secret}：我们的 AWS 凭据已过期（状态 {status}）。",
    # ── Vault ──
    "{secret}: a secret in Vault is named vault:MOUNT/PATH#FIELD.": "{secret}：Vault 中的密钥写作 vault:挂载点/路径#字段。",
    "{secret}: another login to Vault takes longer than {seconds} s.": "{secret}：另一次 Vault 登录超过了 {seconds} 秒。",
    "{secret}: the pod's token in {path} cannot be read ({kind}).": "{secret}：无法读取 {path} 中的 Pod 令牌（{kind}）。",
    "{secret}: Vault refuses our login by {way} (status {status}): the role is wrong, or what proves it.": (
        "{secret}：Vault 拒绝以 {way} 登录（状态 {status}）：角色或其凭证有误。"
    ),
    "{secret}: we cannot log in to Vault: {reason}": "{secret}：无法登录 Vault:{reason}",
    "{secret}: Vault's certificate is not trusted (secrets.vault_authority names whom to trust).": (
        "{secret}：Vault 的证书不受信任（secrets.vault_authority 指定信任谁）。"
    ),
    "{secret}: Vault cannot be asked ({kind}).": "{secret}：无法询问 Vault({kind})。",
    "{secret}: Vault did not answer within {seconds} s.": "{secret}：Vault 未在 {seconds} 秒内应答。",
    "{secret}: Vault sends us on to {host}, and we do not follow: secrets.vault_url must name who answers.": (
        "{secret}：Vault 要求转到 {host}，网关不跟随：secrets.vault_url 必须写真正应答的地址。"
    ),
    "{secret}: what answers at secrets.vault_url does not speak as Vault does (status {status}).": (
        "{secret}：secrets.vault_url 处的应答者不像 Vault（状态 {status}）。"
    ),
    "{secret}: Vault has not heard of our login yet (status {status}).": "{secret}：Vault 还不知道我们的登录（状态 {status}）。",
    "{secret}: Vault is a standby (status {status}).": "{secret}：Vault 处于备用状态（状态 {status}）。",
    "{secret}: Vault is not initialized (status {status}).": "{secret}：Vault 尚未初始化（状态 {status}）。",
    "{secret}: Vault is sealed or not ready (status {status}).": "{secret}：Vault 已封存或未就绪（状态 {status}）。",
    "{secret}: Vault is in trouble (status {status}).": "{secret}：Vault 出现故障（状态 {status}）。",
    "{secret}: Vault limits us (status {status}).": "{secret}：被 Vault 限流（状态 {status}）。",
    "{secret}: Vault says of our token what we do not understand.": "{secret}：无法理解 Vault 对我们令牌的说明。",
    "{secret}: Vault says of the secret what we do not understand.": "{secret}：无法理解 Vault 对该密钥的应答。",
    "{secret}: Vault knows us, but the policies of our token do not let us read it.": "{secret}：Vault 认识我们，但令牌的策略不允许读取。",
    "{secret}: Vault lets us in, but our policies do not let us read it.": "{secret}：Vault 允许登录，但策略不允许读取。",
    "{secret}: Vault takes our token no longer; give another (secrets.vault_token).": (
        "{secret}：Vault 不再接受我们的令牌；请换一个（secrets.vault_token）。"
    ),
    "{secret}: Vault has no such secret.": "{secret}：Vault 中没有这个密钥。",
    "{secret}: Vault has no such secret (status {status}).": "{secret}：Vault 中没有这个密钥（状态 {status}）。",
    "{secret}: Vault keeps no value that is to come.": "{secret}：Vault 不保存将来的值。",
    "{secret}: Vault has no version before the first.": "{secret}：Vault 中没有第一个版本之前的版本。",
    "{secret}: Vault keeps version {version} of the secret no longer.": "{secret}：Vault 不再保存该密钥的版本 {version}。",
    "{secret}: version 1 of Vault's key-value store keeps no value before.": "{secret}：Vault 键值存储的版本 1 不保存之前的值。",
    "{secret}: version {version} of the secret was deleted in Vault.": "{secret}：该密钥的版本 {version} 已在 Vault 中删除。",
    "{secret}: version {version} of the secret was destroyed in Vault.": "{secret}：该密钥的版本 {version} 已在 Vault 中销毁。",
    "{secret}: what is mounted at {mount} in Vault is no key-value store, but of the kind {kind}.": (
        "{secret}：Vault 中挂载在 {mount} 的不是键值存储，而是 {kind}。"
    ),
}
