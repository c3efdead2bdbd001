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
	replaced_by VARCHAR, 
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
	count INTEGER NOT NULL, 
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
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO revision VALUES (1, 0);
