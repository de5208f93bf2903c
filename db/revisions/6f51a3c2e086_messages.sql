-- revision: 6f51a3c2e086
-- revises: 5e4092b1df75
-- message: messages
-- created: 2026-11-22
-- phase: expand

-- upgrade
CREATE TABLE messages (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    from_user_id uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    to_user_id   uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    content      text        NOT NULL CHECK (char_length(content) BETWEEN 1 AND 5000),
    sent_at      timestamptz NOT NULL DEFAULT now(),
    read_at      timestamptz,
    CONSTRAINT messages_two_people CHECK (from_user_id <> to_user_id)
);
CREATE INDEX messages_conversation_idx ON messages (from_user_id, to_user_id, sent_at DESC);
CREATE INDEX messages_inbox_idx ON messages (to_user_id, sent_at DESC);

-- downgrade
DROP TABLE messages;
