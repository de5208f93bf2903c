-- revision: 5e4092b1df75
-- revises: 4d3f81a0ce64
-- message: subscriptions, payments and webhook events
-- created: 2026-11-22
-- phase: expand

-- upgrade
CREATE TABLE subscriptions (
    id                     uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id                uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tier                   text        NOT NULL CHECK (tier IN ('premium', 'elite')),
    stripe_subscription_id text        NOT NULL,
    stripe_customer_id     text,
    status                 text        NOT NULL
                                       CHECK (status IN ('incomplete', 'active', 'past_due', 'canceled', 'unpaid')),
    current_period_start   timestamptz,
    current_period_end     timestamptz,
    cancel_at_period_end   boolean     NOT NULL DEFAULT false,
    last_event_at          timestamptz, -- of the processor: older news that arrives later is not applied
    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX subscriptions_user_id_key ON subscriptions (user_id);
CREATE UNIQUE INDEX subscriptions_stripe_id_key ON subscriptions (stripe_subscription_id);
CREATE INDEX subscriptions_status_idx ON subscriptions (status);

-- Payments outlive the account (seven years), without the person.
CREATE TABLE payments (
    id                uuid           PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id           uuid           REFERENCES users (id) ON DELETE SET NULL,
    amount            numeric(10, 2) NOT NULL CHECK (amount >= 0),
    type              text           NOT NULL,
    stripe_payment_id text,
    stripe_invoice_id text,
    status            text           NOT NULL,
    created_at        timestamptz    NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX payments_stripe_invoice_id_key ON payments (stripe_invoice_id);
CREATE INDEX payments_user_id_idx ON payments (user_id);
CREATE INDEX payments_created_at_idx ON payments (created_at);

CREATE TABLE webhook_events (
    id           text        PRIMARY KEY,
    type         text        NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz
);

-- downgrade
DROP TABLE webhook_events;
DROP TABLE payments;
DROP TABLE subscriptions;
