-- revision: 1a0c5e7d9b31
-- revises:
-- message: accounts and refresh tokens
-- created: 2026-11-22
-- phase: expand

-- upgrade
CREATE TABLE users (
    id                uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    email             text        NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
    password_hash     text        NOT NULL,
    verified          boolean     NOT NULL DEFAULT false,
    subscription_tier text        NOT NULL DEFAULT 'free' CHECK (subscription_tier IN ('free', 'premium', 'elite')),
    is_admin          boolean     NOT NULL DEFAULT false,
    deletion_due_at   timestamptz,
    last_login_at     timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email_lower_key ON users (lower(email));
CREATE INDEX users_subscription_tier_idx ON users (subscription_tier);

CREATE TABLE refresh_tokens (
    id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id     uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    family_id   uuid        NOT NULL,
    token_hash  bytea       NOT NULL CHECK (octet_length(token_hash) = 32),
    expires_at  timestamptz NOT NULL,
    revoked     boolean     NOT NULL DEFAULT false,
    revoked_at  timestamptz,
    device_info text,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX refresh_tokens_token_hash_key ON refresh_tokens (token_hash);
CREATE INDEX refresh_tokens_user_id_idx ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_family_id_idx ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);

-- downgrade
DROP TABLE refresh_tokens;
DROP TABLE users;
