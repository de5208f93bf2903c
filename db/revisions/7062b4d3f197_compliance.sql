-- revision: 7062b4d3f197
-- revises: 6f51a3c2e086
-- message: consents, compliance log and data requests
-- created: 2026-11-22
-- phase: expand

-- upgrade
-- Append-only: the newest row of a type is what holds.
CREATE TABLE consent_logs (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id      uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    consent_type text        NOT NULL,
    granted      boolean     NOT NULL,
    consent_text text,
    ip_address   text,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX consent_logs_user_idx ON consent_logs (user_id, created_at DESC);

-- Kept for seven years, so no foreign key: the account may be gone by then.
CREATE TABLE compliance_logs (
    id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id     uuid,
    action_type text        NOT NULL,
    metadata    jsonb       NOT NULL DEFAULT '{}',
    framework   text,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX compliance_logs_user_id_idx ON compliance_logs (user_id);
CREATE INDEX compliance_logs_action_idx ON compliance_logs (action_type, created_at);

CREATE TABLE data_requests (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id      uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind         text        NOT NULL CHECK (kind IN ('export', 'deletion')),
    status       text        NOT NULL CHECK (status IN ('processing', 'scheduled', 'completed', 'cancelled')),
    due_at       timestamptz NOT NULL,
    completed_at timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX data_requests_one_open_key ON data_requests (user_id, kind)
    WHERE status IN ('processing', 'scheduled');
CREATE INDEX data_requests_due_idx ON data_requests (status, due_at);

-- downgrade
DROP TABLE data_requests;
DROP TABLE compliance_logs;
DROP TABLE consent_logs;
