-- revision: 2b1d6f8eac42
-- revises: 1a0c5e7d9b31
-- message: profiles
-- created: 2026-11-22
-- phase: expand

-- upgrade
CREATE TABLE profiles (
    user_id            uuid             PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    name               text             NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    date_of_birth      date             NOT NULL,
    gender             text             CHECK (gender IN ('male', 'female', 'non-binary', 'other')),
    looking_for_gender text             CHECK (looking_for_gender IN ('male', 'female', 'non-binary', 'other', 'any')),
    bio                text             CHECK (char_length(bio) <= 500),
    photos             jsonb            NOT NULL DEFAULT '[]',
    interests          jsonb            NOT NULL DEFAULT '[]',
    "values"           jsonb            NOT NULL DEFAULT '{}',
    city               text             CHECK (char_length(city) <= 100),
    country            text             CHECK (char_length(country) <= 100),
    latitude           double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude          double precision CHECK (longitude BETWEEN -180 AND 180),
    age_min            integer          CHECK (age_min BETWEEN 18 AND 100),
    age_max            integer          CHECK (age_max BETWEEN 18 AND 100),
    distance_km        integer          CHECK (distance_km BETWEEN 1 AND 500),
    completeness_score integer          NOT NULL DEFAULT 30 CHECK (completeness_score BETWEEN 0 AND 100),
    created_at         timestamptz      NOT NULL DEFAULT now(),
    updated_at         timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT profiles_age_order CHECK (age_min <= age_max),
    CONSTRAINT profiles_coordinates_together CHECK ((latitude IS NULL) = (longitude IS NULL))
);
CREATE INDEX profiles_coordinates_idx ON profiles (latitude, longitude);
CREATE INDEX profiles_gender_idx ON profiles (gender);

-- downgrade
DROP TABLE profiles;
