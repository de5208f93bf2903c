-- revision: 4d3f81a0ce64
-- revises: 3c2e709fbd53
-- message: matches
-- created: 2026-11-22
-- phase: expand

-- upgrade
-- A row is one person (b) in the daily batch of another (a); the mirror row is b's own.
CREATE TABLE matches (
    id                      uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
    user_a_id               uuid          NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_b_id               uuid          NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    batch_date              date          NOT NULL,
    compatibility_score     numeric(3, 2) NOT NULL CHECK (compatibility_score BETWEEN 0 AND 1),
    compatibility_breakdown jsonb         NOT NULL,
    distance_km             numeric(7, 1),
    status                  text          NOT NULL DEFAULT 'pending'
                                          CHECK (status IN ('pending', 'liked', 'passed', 'matched')),
    created_at              timestamptz   NOT NULL DEFAULT now(),
    updated_at              timestamptz   NOT NULL DEFAULT now(),
    CONSTRAINT matches_two_people CHECK (user_a_id <> user_b_id)
);
CREATE UNIQUE INDEX matches_pair_key ON matches (user_a_id, user_b_id);
CREATE INDEX matches_batch_idx ON matches (user_a_id, batch_date, status, compatibility_score DESC);
CREATE INDEX matches_shown_to_idx ON matches (user_b_id, status);

-- The newest daily batch of each person: when it was made, and for how many.
CREATE TABLE match_batches (
    user_id      uuid        PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    batch_date   date        NOT NULL,
    batch_size   integer     NOT NULL CHECK (batch_size > 0),
    generated_at timestamptz NOT NULL DEFAULT now()
);

-- downgrade
DROP TABLE match_batches;
DROP TABLE matches;
