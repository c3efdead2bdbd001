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
CREATE TABLE second_factors (
	user_id VARCHAR NOT NULL, 
	sealed BLOB NOT NULL, 
	created_us BIGINT NOT NULL, 
	confirmed_us BIGINT, 
	last_step BIGINT NOT NULL, 
	PRIMARY KEY (user_id)
);
CREATE TABLE recovery_codes (
	user_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	hash BLOB NOT NULL, 
	used_us BIGINT, 
	PRIMARY KEY (user_id, number)
);
CREATE TABLE sign_ins (
	key_id VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	seen_us BIGINT NOT NULL, 
	expires_us BIGINT NOT NULL, 
	PRIMARY KEY (key_id)
);
CREATE TABLE identities (
	issuer VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	created_us BIGINT NOT NULL, 
	PRIMARY KEY (issuer, subject)
);
CREATE INDEX ix_identities_user_id ON identities (user_id);
CREATE TABLE prompts (
	id VARCHAR NOT NULL, 
	organization_id VARCHAR NOT NULL, 
	user_id VARCHAR, 
	name VARCHAR NOT NULL, 
	shared BOOLEAN NOT NULL, 
	sealed BLOB NOT NULL, 
	created_us BIGINT NOT NULL, 
	updated_us BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_prompts_organization_id_updated_us ON prompts (organization_id, updated_us);
CREATE INDEX ix_entries_organization_id_failed ON entries (organization_id, time_us, request_id) WHERE status >= 400;
CREATE INDEX ix_entries_organization_id_label_time_us ON entries (organization_id, label, time_us) WHERE label IS NOT NULL;
CREATE INDEX ix_entries_upstream_request_id ON entries (upstream_request_id) WHERE upstream_request_id IS NOT NULL;
CREATE TABLE usage_hours (
	organization_id VARCHAR NOT NULL, 
	start_us BIGINT NOT NULL, 
	workspace_id VARCHAR NOT NULL, 
	key_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	environment VARCHAR NOT NULL, 
	requests BIGINT NOT NULL, 
	errors BIGINT NOT NULL, 
	refused BIGINT NOT NULL, 
	input_tokens BIGINT NOT NULL, 
	output_tokens BIGINT NOT NULL, 
	cache_read_tokens BIGINT NOT NULL, 
	cache_write_5m_tokens BIGINT NOT NULL, 
	cache_write_1h_tokens BIGINT NOT NULL, 
	thinking_tokens BIGINT NOT NULL, 
	web_search_requests BIGINT NOT NULL, 
	cost_nanousd BIGINT NOT NULL, 
	unpriced BIGINT NOT NULL, 
	estimated BIGINT NOT NULL, 
	counted BIGINT NOT NULL, 
	durations_0 BIGINT NOT NULL, 
	durations_1 BIGINT NOT NULL, 
	durations_2 BIGINT NOT NULL, 
	durations_3 BIGINT NOT NULL, 
	durations_4 BIGINT NOT NULL, 
	durations_5 BIGINT NOT NULL, 
	durations_6 BIGINT NOT NULL, 
	durations_7 BIGINT NOT NULL, 
	durations_8 BIGINT NOT NULL, 
	durations_9 BIGINT NOT NULL, 
	durations_10 BIGINT NOT NULL, 
	durations_11 BIGINT NOT NULL, 
	durations_12 BIGINT NOT NULL, 
	durations_13 BIGINT NOT NULL, 
	durations_14 BIGINT NOT NULL, 
	durations_15 BIGINT NOT NULL, 
	first_bytes_0 BIGINT NOT NULL, 
	first_bytes_1 BIGINT NOT NULL, 
	first_bytes_2 BIGINT NOT NULL, 
	first_bytes_3 BIGINT NOT NULL, 
	first_bytes_4 BIGINT NOT NULL, 
	first_bytes_5 BIGINT NOT NULL, 
	first_bytes_6 BIGINT NOT NULL, 
	first_bytes_7 BIGINT NOT NULL, 
	first_bytes_8 BIGINT NOT NULL, 
	first_bytes_9 BIGINT NOT NULL, 
	first_bytes_10 BIGINT NOT NULL, 
	first_bytes_11 BIGINT NOT NULL, 
	first_bytes_12 BIGINT NOT NULL, 
	first_bytes_13 BIGINT NOT NULL, 
	first_bytes_14 BIGINT NOT NULL, 
	first_bytes_15 BIGINT NOT NULL, 
	PRIMARY KEY (organization_id, start_us, workspace_id, key_id, user_id, model, environment)
)
 WITHOUT ROWID;
CREATE INDEX ix_usage_hours_start_us ON usage_hours (start_us);
CREATE TRIGGER entries_add_up AFTER INSERT ON entries BEGIN INSERT INTO usage_hours (organization_id, start_us, workspace_id, key_id, user_id, model, environment, requests, errors, refused, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, thinking_tokens, web_search_requests, cost_nanousd, unpriced, estimated, counted, durations_0, durations_1, durations_2, durations_3, durations_4, durations_5, durations_6, durations_7, durations_8, durations_9, durations_10, durations_11, durations_12, durations_13, durations_14, durations_15, first_bytes_0, first_bytes_1, first_bytes_2, first_bytes_3, first_bytes_4, first_bytes_5, first_bytes_6, first_bytes_7, first_bytes_8, first_bytes_9, first_bytes_10, first_bytes_11, first_bytes_12, first_bytes_13, first_bytes_14, first_bytes_15) SELECT NEW.organization_id, NEW.time_us / 3600000000 * 3600000000, NEW.workspace_id, NEW.key_id, COALESCE(NEW.user_id, ''), substr(COALESCE(NEW.model_answered, NEW.model, ''), 1, 256), NEW.environment, NEW.count, CASE WHEN NEW.outcome IN ('error', 'failed', 'interrupted', 'truncated') THEN NEW.count ELSE 0 END, CASE WHEN NEW.outcome = 'refused' THEN NEW.count ELSE 0 END, NEW.input_tokens, NEW.output_tokens, NEW.cache_read_tokens, NEW.cache_write_5m_tokens, NEW.cache_write_1h_tokens, NEW.thinking_tokens, NEW.web_search_requests, COALESCE(NEW.cost_nanousd, 0), CASE WHEN NEW.cost_nanousd IS NULL THEN NEW.count ELSE 0 END, CASE WHEN NEW.estimated THEN NEW.count ELSE 0 END, NEW.counted, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us <= 25000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 25001 AND 50000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 50001 AND 100000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 100001 AND 200000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 200001 AND 400000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 400001 AND 800000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 800001 AND 1600000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 1600001 AND 3200000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 3200001 AND 6400000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 6400001 AND 12800000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 12800001 AND 25600000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 25600001 AND 51200000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 51200001 AND 102400000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 102400001 AND 204800000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us BETWEEN 204800001 AND 409600000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.duration_us > 409600000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us <= 25000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 25001 AND 50000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 50001 AND 100000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 100001 AND 200000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 200001 AND 400000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 400001 AND 800000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 800001 AND 1600000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 1600001 AND 3200000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 3200001 AND 6400000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 6400001 AND 12800000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 12800001 AND 25600000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 25600001 AND 51200000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 51200001 AND 102400000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 102400001 AND 204800000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us BETWEEN 204800001 AND 409600000 THEN 1 ELSE 0 END, CASE WHEN NEW.kind = 'exchange' AND NEW.attempts > 0 AND NEW.ttft_us > 409600000 THEN 1 ELSE 0 END WHERE true ON CONFLICT (organization_id, start_us, workspace_id, key_id, user_id, model, environment) DO UPDATE SET requests = usage_hours.requests + excluded.requests, errors = usage_hours.errors + excluded.errors, refused = usage_hours.refused + excluded.refused, input_tokens = usage_hours.input_tokens + excluded.input_tokens, output_tokens = usage_hours.output_tokens + excluded.output_tokens, cache_read_tokens = usage_hours.cache_read_tokens + excluded.cache_read_tokens, cache_write_5m_tokens = usage_hours.cache_write_5m_tokens + excluded.cache_write_5m_tokens, cache_write_1h_tokens = usage_hours.cache_write_1h_tokens + excluded.cache_write_1h_tokens, thinking_tokens = usage_hours.thinking_tokens + excluded.thinking_tokens, web_search_requests = usage_hours.web_search_requests + excluded.web_search_requests, cost_nanousd = usage_hours.cost_nanousd + excluded.cost_nanousd, unpriced = usage_hours.unpriced + excluded.unpriced, estimated = usage_hours.estimated + excluded.estimated, counted = usage_hours.counted + excluded.counted, durations_0 = usage_hours.durations_0 + excluded.durations_0, durations_1 = usage_hours.durations_1 + excluded.durations_1, durations_2 = usage_hours.durations_2 + excluded.durations_2, durations_3 = usage_hours.durations_3 + excluded.durations_3, durations_4 = usage_hours.durations_4 + excluded.durations_4, durations_5 = usage_hours.durations_5 + excluded.durations_5, durations_6 = usage_hours.durations_6 + excluded.durations_6, durations_7 = usage_hours.durations_7 + excluded.durations_7, durations_8 = usage_hours.durations_8 + excluded.durations_8, durations_9 = usage_hours.durations_9 + excluded.durations_9, durations_10 = usage_hours.durations_10 + excluded.durations_10, durations_11 = usage_hours.durations_11 + excluded.durations_11, durations_12 = usage_hours.durations_12 + excluded.durations_12, durations_13 = usage_hours.durations_13 + excluded.durations_13, durations_14 = usage_hours.durations_14 + excluded.durations_14, durations_15 = usage_hours.durations_15 + excluded.durations_15, first_bytes_0 = usage_hours.first_bytes_0 + excluded.first_bytes_0, first_bytes_1 = usage_hours.first_bytes_1 + excluded.first_bytes_1, first_bytes_2 = usage_hours.first_bytes_2 + excluded.first_bytes_2, first_bytes_3 = usage_hours.first_bytes_3 + excluded.first_bytes_3, first_bytes_4 = usage_hours.first_bytes_4 + excluded.first_bytes_4, first_bytes_5 = usage_hours.first_bytes_5 + excluded.first_bytes_5, first_bytes_6 = usage_hours.first_bytes_6 + excluded.first_bytes_6, first_bytes_7 = usage_hours.first_bytes_7 + excluded.first_bytes_7, first_bytes_8 = usage_hours.first_bytes_8 + excluded.first_bytes_8, first_bytes_9 = usage_hours.first_bytes_9 + excluded.first_bytes_9, first_bytes_10 = usage_hours.first_bytes_10 + excluded.first_bytes_10, first_bytes_11 = usage_hours.first_bytes_11 + excluded.first_bytes_11, first_bytes_12 = usage_hours.first_bytes_12 + excluded.first_bytes_12, first_bytes_13 = usage_hours.first_bytes_13 + excluded.first_bytes_13, first_bytes_14 = usage_hours.first_bytes_14 + excluded.first_bytes_14, first_bytes_15 = usage_hours.first_bytes_15 + excluded.first_bytes_15; END;
INSERT INTO alembic_version VALUES ('0006');
INSERT INTO revision VALUES (1, 0);
INSERT INTO plans VALUES ('unlimited', '[]', 1, 'No limits: for the operator''s own keys.', '不设限额:供运维者自己的密钥使用。');
INSERT INTO plans VALUES ('trial', '[{"kind": "requests_per_minute", "value": 20}, {"kind": "requests_per_month", "value": 5000}]', 0, '20 requests a minute and 5,000 free requests a month, over all keys and models.', '每分钟 20 次请求,每月 5,000 次免费请求,所有密钥和模型合计。');
INSERT INTO plans VALUES ('enterprise', '[]', 1, 'Limits set by the operator; isolation and a policy of its own.', '限额由运维者设定;可隔离,可用自己的内容策略。');
INSERT INTO organizations VALUES ('org_00000000000000000default', 'default', 'enterprise', 'unlimited', 'UTC', 0, NULL, 0, NULL, 0, NULL, NULL);
INSERT INTO workspaces VALUES ('wrkspc_00000000000000production', 'org_00000000000000000default', 'production', 'production', 0, NULL);
INSERT INTO workspaces VALUES ('wrkspc_00000000000000000staging', 'org_00000000000000000default', 'staging', 'staging', 0, NULL);
