-- Customers: which identities are one person, from when until when.
-- One row: identity, since; the row with the highest version holds.
-- Written by: projection customers. Read by: /v1/customers, journeys, v_contact_customers.
-- Read it with FINAL; take is_current, or the row whose stretch holds the instant.
-- Identities that one event names together are one person; the customer goes by the first of them in order.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS customers
(
    identity String COMMENT 'By what he is known: user:…, phone:…, email:…, messenger:…, anonymous:…',
    since DateTime64(3, 'UTC') COMMENT 'From when it belonged to this customer',
    customer String COMMENT 'The customer (CU…): made of his first identity, telling nothing of it',
    until Nullable(DateTime64(3, 'UTC')) COMMENT 'Until when; NULL: it still does',
    is_current Bool COMMENT 'It still does',
    kind LowCardinality(String) COMMENT 'The kind of identity',
    first_seen_at DateTime64(3, 'UTC') COMMENT 'When the identity was first heard of',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (identity, since)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Customers: which identities are one person, from when until when.';
