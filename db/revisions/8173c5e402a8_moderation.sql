-- revision: 8173c5e402a8
-- revises: 7062b4d3f197
-- message: blocks, reports and the moderation queue
-- created: 2026-11-22
-- phase: expand

-- upgrade
CREATE TABLE user_blocks (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    blocker_id uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    blocked_id uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reason     text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_blocks_two_people CHECK (blocker_id <> blocked_id)
);
CREATE UNIQUE INDEX user_blocks_pair_key ON user_blocks (blocker_id, blocked_id);
CREATE INDEX user_blocks_blocked_idx ON user_blocks (blocked_id);

CREATE TABLE user_reports (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    reporter_id  uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reported_id  uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    content_type text        NOT NULL,
    content_id   uuid,
    reason       text        NOT NULL,
    description  text        NOT NULL,
    status       text        NOT NULL DEFAULT 'open',
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX user_reports_status_idx ON user_reports (status, created_at);
CREATE INDEX user_reports_reported_idx ON user_reports (reported_id);

CREATE TABLE moderation_queue (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id      uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    report_id    uuid        REFERENCES user_reports (id) ON DELETE CASCADE,
    content_type text        NOT NULL,
    content_id   uuid,
    score        numeric(3, 2),
    status       text        NOT NULL DEFAULT 'pending',
    decided_by   uuid        REFERENCES users (id) ON DELETE SET NULL,
    decided_at   timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX moderation_queue_status_idx ON moderation_queue (status, created_at);

CREATE TABLE moderation_appeals (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    queue_id   uuid        NOT NULL REFERENCES moderation_queue (id) ON DELETE CASCADE,
    user_id    uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    text       text        NOT NULL,
    status     text        NOT NULL DEFAULT 'pending',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX moderation_appeals_status_idx ON moderation_appeals (status, created_at);

CREATE TABLE moderation_audit_logs (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    queue_id   uuid        REFERENCES moderation_queue (id) ON DELETE SET NULL,
    actor_id   uuid        REFERENCES users (id) ON DELETE SET NULL,
    action     text        NOT NULL,
    metadata   jsonb       NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX moderation_audit_logs_action_idx ON moderation_audit_logs (action, created_at);

-- downgrade
DROP TABLE moderation_audit_logs;
DROP TABLE moderation_appeals;
DROP TABLE moderation_queue;
DROP TABLE user_reports;
DROP TABLE user_blocks;
