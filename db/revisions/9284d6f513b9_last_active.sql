-- revision: 9284d6f513b9
-- revises: 8173c5e402a8
-- message: when a person was last active
-- created: 2026-11-22
-- phase: expand

-- upgrade
-- Nullable and without a default: nothing is rewritten, and a release that does not know the column
-- neither reads nor writes it.
ALTER TABLE profiles ADD COLUMN last_active_at timestamptz;

-- downgrade
ALTER TABLE profiles DROP COLUMN last_active_at;
