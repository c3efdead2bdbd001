CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE api_keys (
	id VARCHAR NOT NULL, 
	public_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	environment VARCHAR NOT NULL, 
	workspace_id VARCHAR NOT NULL, 
	hash BLOB NOT NULL, 
	allowed_paths JSON NOT NULL, 
	created_us BIGINT NOT NULL, 
	expires_us BIGINT, 
	revoked_us BIGINT, 
	replaced_by VARCHAR, organization_id VARCHAR DEFAULT 'org_00000000000000000default' NOT NULL, user_id VARCHAR, created_by VARCHAR, label VARCHAR, takes_label BOOLEAN DEFAULT 0 NOT NULL, restrictions JSON DEFAULT '[]' NOT NULL, role VARCHAR, inactive_us BIGINT, drain_s FLOAT, content VARCHAR DEFAULT 'off' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (public_id)
);
CREATE INDEX ix_api_keys_name ON api_keys (name);
CREATE TABLE resources (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	workspace_id VARCHAR NOT NULL, 
	upstream VARCHAR NOT NULL, 
	created_us BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_resources_workspace_id_kind_created_us ON resources (workspace_id, kind, created_us);
CREATE TABLE entries (
	sequence INTEGER NOT NULL, 
	request_id VARCHAR NOT NULL, 
	time_us BIGINT NOT NULL, 
	kind VARCHAR NOT NULL, 
	key_id VARCHAR NOT NULL, 
	environment VARCHAR NOT NULL, 
	workspace_id VARCHAR NOT NULL, 
	method VARCHAR NOT NULL, 
	path VARCHAR NOT NULL, 
	model VARCHAR, 
	model_answered VARCHAR, 
	stream BOOLEAN NOT NULL, 
	status INTEGER NOT NULL, 
	outcome VARCHAR NOT NULL, 
	fault VARCHAR, 
	attempts INTEGER NOT NULL, 
	prompt_characters BIGINT NOT NULL, 
	prompt_bytes BIGINT NOT NULL, 
	input_tokens BIGINT NOT NULL, 
	output_tokens BIGINT NOT NULL, 
	cache_read_tokens BIGINT NOT NULL, 
	cache_write_5m_tokens BIGINT NOT NULL, 
	cache_write_1h_tokens BIGINT NOT NULL, 
	thinking_tokens BIGINT NOT NULL, 
	web_search_requests BIGINT NOT NULL, 
	service_tier VARCHAR, 
	speed VARCHAR, 
	inference_geo VARCHAR, 
	stop_reason VARCHAR, 
	estimated BOOLEAN NOT NULL, 
	cost_nanousd BIGINT, 
	price_version VARCHAR, 
	ttft_us BIGINT, 
	duration_us BIGINT NOT NULL, 
	overhead_us BIGINT NOT NULL, 
	caller VARCHAR NOT NULL, 
	user_agent VARCHAR, 
	upstream VARCHAR, 
	upstream_request_id VARCHAR, 
	count INTEGER NOT NULL, organization_id VARCHAR DEFAULT 'org_00000000000000000default' NOT NULL, user_id VARCHAR, label VARCHAR, counted BIGINT DEFAULT '0' NOT NULL, tries JSON DEFAULT '[]' NOT NULL, times JSON DEFAULT '[]' NOT NULL, limit_wait_us BIGINT DEFAULT '0' NOT NULL, limit_note VARCHAR, replay_of VARCHAR, policy_note VARCHAR, 
	PRIMARY KEY (sequence), 
	UNIQUE (request_id)
);
CREATE INDEX ix_entries_time_us ON entries (time_us);
CREATE INDEX ix_entries_key_id_time_us ON entries (key_id, time_us);
CREATE TABLE drained (
	segment VARCHAR NOT NULL, 
	position BIGINT NOT NULL, 
	PRIMARY KEY (segment)
);
CREATE TABLE revision (
	id INTEGER NOT NULL, 
	number BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE plans (
	name VARCHAR NOT NULL, 
	limits JSON NOT NULL, 
	isolation BOOLEAN NOT NULL, 
	description VARCHAR NOT NULL, 
	description_zh VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE organizations (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"plan" VARCHAR NOT NULL, 
	time_zone VARCHAR NOT NULL, 
	isolated BOOLEAN NOT NULL, 
	policy VARCHAR, 
	created_us BIGINT NOT NULL, 
	suspended_us BIGINT, keeps_content BOOLEAN DEFAULT 0 NOT NULL, content_key VARCHAR, compartment VARCHAR, 
	PRIMARY KEY (id)
);
CREATE TABLE workspaces (
	id VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	environment VARCHAR NOT NULL, 
	created_us BIGINT NOT NULL, 
	archived_us BIGINT, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_workspaces_organization_id ON workspaces (organization_id);
CREATE TABLE users (
	id VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	phone VARCHAR, 
	password_hash VARCHAR, 
	operator BOOLEAN NOT NULL, 
	created_us BIGINT NOT NULL, 
	disabled_us BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (email)
);
CREATE TABLE members (
	organization_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	created_us BIGINT NOT NULL, 
	PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX ix_members_user_id ON members (user_id);
CREATE TABLE workspace_members (
	workspace_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	PRIMARY KEY (workspace_id, user_id)
);
CREATE TABLE invites (
	id VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	invited_by VARCHAR, 
	code_hash BLOB NOT NULL, 
	shown_code VARCHAR, 
	created_us BIGINT NOT NULL, 
	expires_us BIGINT NOT NULL, 
	accepted_us BIGINT, 
	deleted_us BIGINT, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_invites_organization_id ON invites (organization_id);
CREATE TABLE signups (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	organization_name VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	phone VARCHAR, 
	purpose VARCHAR NOT NULL, 
	password_hash VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	organization_id VARCHAR, 
	reason VARCHAR, 
	created_us BIGINT NOT NULL, 
	decided_us BIGINT, 
	decided_by VARCHAR, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_signups_email ON signups (email);
CREATE TABLE codes (
	subject VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	hash BLOB NOT NULL, 
	shown_code VARCHAR, 
	tries_left INTEGER NOT NULL, 
	sent INTEGER NOT NULL, 
	sent_us BIGINT NOT NULL, 
	expires_us BIGINT NOT NULL, 
	used_us BIGINT, 
	PRIMARY KEY (subject, channel)
);
CREATE TABLE attempts (
	id VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	time_us BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_attempts_what_subject ON attempts (what, subject);
CREATE INDEX ix_attempts_time_us ON attempts (time_us);
CREATE TABLE increase_requests (
	id VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	user_id VARCHAR, 
	wanted JSON NOT NULL, 
	reason VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	answer VARCHAR, 
	created_us BIGINT NOT NULL, 
	decided_us BIGINT, 
	decided_by VARCHAR, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_increase_requests_status ON increase_requests (status);
CREATE TABLE limits (
	organization_id VARCHAR NOT NULL, 
	scope_kind VARCHAR NOT NULL, 
	scope_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	value BIGINT NOT NULL, 
	mode VARCHAR NOT NULL, 
	wait_ms BIGINT NOT NULL, 
	reserve VARCHAR NOT NULL, 
	since_us BIGINT DEFAULT '0' NOT NULL, 
	PRIMARY KEY (organization_id, scope_kind, scope_id, kind)
);
CREATE TABLE batches (
	id VARCHAR NOT NULL, 
	document JSON NOT NULL, 
	created_us BIGINT NOT NULL, 
	checked_us BIGINT, 
	settled_us BIGINT, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_batches_settled_us ON batches (settled_us);
CREATE TABLE alerts (
	name VARCHAR NOT NULL, 
	organization_id VARCHAR, 
	document JSON NOT NULL, 
	time_us BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE INDEX ix_alerts_time_us ON alerts (time_us);
CREATE TABLE audit (
	sequence INTEGER NOT NULL, 
	time_us BIGINT NOT NULL, 
	organization_id VARCHAR, 
	actor VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	"before" JSON, 
	"after" JSON, 
	address VARCHAR NOT NULL, 
	PRIMARY KEY (sequence)
);
CREATE INDEX ix_audit_organization_id_time_us ON audit (organization_id, time_us);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE INDEX ix_entries_organization_id_time_us ON entries (organization_id, time_us);
CREATE INDEX ix_api_keys_organization_id ON api_keys (organization_id);
CREATE TABLE model_aliases (
	organization_id VARCHAR NOT NULL, 
	alias VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	created_us BIGINT NOT NULL, 
	PRIMARY KEY (organization_id, alias)
);
CREATE TABLE idempotent_answers (
	id VARCHAR NOT NULL, 
	workspace_id VARCHAR NOT NULL, 
	request_id VARCHAR NOT NULL, 
	body_hash BLOB NOT NULL, 
	state VARCHAR NOT NULL, 
	lease_until_us BIGINT NOT NULL, 
	created_us BIGINT NOT NULL, 
	expires_us BIGINT NOT NULL, 
	reason VARCHAR, 
	sealed BLOB, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_idempotent_answers_expires_us ON idempotent_answers (expires_us);
CREATE TABLE sessions (
	id VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	created_us BIGINT NOT NULL, 
	used_us BIGINT NOT NULL, 
	style VARCHAR, 
	model VARCHAR, 
	system BLOB, 
	tools BLOB, 
	summary BLOB, 
	forked_from VARCHAR, placeholders BLOB, 
	PRIMARY KEY (id), 
	UNIQUE (owner, name)
);
CREATE INDEX ix_sessions_owner_used_us ON sessions (owner, used_us);
CREATE INDEX ix_sessions_used_us ON sessions (used_us);
CREATE TABLE session_turns (
	session_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	request_id VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	opened_us BIGINT NOT NULL, 
	lease_until_us BIGINT NOT NULL, 
	question BLOB NOT NULL, 
	answer BLOB, 
	dropped BOOLEAN NOT NULL, 
	ended_us BIGINT, 
	model VARCHAR, 
	input_tokens BIGINT NOT NULL, 
	output_tokens BIGINT NOT NULL, 
	cache_read_tokens BIGINT NOT NULL, 
	cache_write_5m_tokens BIGINT NOT NULL, 
	cache_write_1h_tokens BIGINT NOT NULL, 
	text VARCHAR NOT NULL, 
	PRIMARY KEY (session_id, number)
);
CREATE INDEX ix_session_turns_request_id ON session_turns (request_id);
CREATE TABLE policies (
	id VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	organization_id VARCHAR, 
	name VARCHAR NOT NULL, 
	document BLOB NOT NULL, 
	created_us BIGINT NOT NULL, 
	created_by VARCHAR NOT NULL, 
	PRIMARY KEY (id, version)
);
CREATE INDEX ix_policies_name ON policies (name);
CREATE TABLE policy_attachments (
	scope VARCHAR NOT NULL CHECK (scope IN ('organization', 'workspace', 'key')), 
	scope_id VARCHAR NOT NULL, 
	policy_id VARCHAR NOT NULL, 
	version INTEGER, 
	shadow BOOLEAN NOT NULL, 
	created_us BIGINT NOT NULL, 
	PRIMARY KEY (scope, scope_id, policy_id)
);
CREATE TABLE policy_flags (
	request_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	time_us BIGINT NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	workspace_id VARCHAR NOT NULL, 
	key_id VARCHAR NOT NULL, 
	policy VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	rule VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	shadow BOOLEAN NOT NULL, 
	"on" VARCHAR NOT NULL, 
	place VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	count INTEGER NOT NULL, 
	sealed BLOB, 
	PRIMARY KEY (request_id, number)
);
CREATE INDEX ix_policy_flags_time_us ON policy_flags (time_us);
CREATE INDEX ix_policy_flags_organization_id_time_us ON policy_flags (organization_id, time_us);
CREATE TABLE placeholders (
	resource_id VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	sealed BLOB NOT NULL, 
	expires_us BIGINT NOT NULL, 
	PRIMARY KEY (resource_id)
);
CREATE INDEX ix_placeholders_expires_us ON placeholders (expires_us);
CREATE TABLE data_keys (
	id VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	wrapped BLOB NOT NULL, 
	wrapped_by VARCHAR NOT NULL, 
	created_us BIGINT NOT NULL, 
	retired_us BIGINT, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_data_keys_organization_id ON data_keys (organization_id);
CREATE TABLE contents (
	request_id VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	workspace_id VARCHAR NOT NULL, 
	key_id VARCHAR NOT NULL, 
	time_us BIGINT NOT NULL, 
	sealed BLOB NOT NULL, 
	PRIMARY KEY (request_id)
);
CREATE INDEX ix_contents_time_us ON contents (time_us);
CREATE INDEX ix_contents_organization_id_time_us ON contents (organization_id, time_us);
INSERT INTO alembic_version VALUES ('0005');
INSERT INTO revision VALUES (1, 0);
INSERT INTO plans VALUES ('unlimited', '[]', 1, 'No limits: for the operator''s own keys.', '不设限额:供运维者自己的密钥使用。');
INSERT INTO plans VALUES ('trial', '[{"kind": "requests_per_minute", "value": 20}, {"kind": "requests_per_month", "value": 5000}]', 0, '20 requests a minute and 5,000 free requests a month, over all keys and models.', '每分钟 20 次请求,每月 5,000 次免费请求,所有密钥和模型合计。');
INSERT INTO plans VALUES ('enterprise', '[]', 1, 'Limits set by the operator; isolation and a policy of its own.', '限额由运维者设定;可隔离,可用自己的内容策略。');
INSERT INTO organizations VALUES ('org_00000000000000000default', 'default', 'enterprise', 'unlimited', 'UTC', 0, NULL, 0, NULL, 0, NULL, NULL);
INSERT INTO workspaces VALUES ('wrkspc_00000000000000production', 'org_00000000000000000default', 'production', 'production', 0, NULL);
INSERT INTO workspaces VALUES ('wrkspc_00000000000000000staging', 'org_00000000000000000default', 'staging', 'staging', 0, NULL);
