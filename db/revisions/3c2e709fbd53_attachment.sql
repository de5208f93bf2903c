-- revision: 3c2e709fbd53
-- revises: 2b1d6f8eac42
-- message: attachment assessments
-- created: 2026-11-22
-- phase: expand

-- upgrade
CREATE TABLE attachment_assessments (
    id                 uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id            uuid          NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    anxiety_score      numeric(4, 2) NOT NULL CHECK (anxiety_score BETWEEN 1 AND 7),
    avoidance_score    numeric(4, 2) NOT NULL CHECK (avoidance_score BETWEEN 1 AND 7),
    style              text          NOT NULL CHECK (style IN ('secure', 'anxious', 'avoidant', 'fearful-avoidant')),
    assessment_version text          NOT NULL DEFAULT '1.0',
    total_questions    integer       NOT NULL DEFAULT 25,
    taken_at           timestamptz   NOT NULL DEFAULT now(),
    created_at         timestamptz   NOT NULL DEFAULT now(),
    updated_at         timestamptz   NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX attachment_assessments_user_id_key ON attachment_assessments (user_id);
CREATE INDEX attachment_assessments_style_idx ON attachment_assessments (style);

-- downgrade
DROP TABLE attachment_assessments;
