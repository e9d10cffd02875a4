CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS terms (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS offer (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, compact TEXT NOT NULL, asset TEXT NOT NULL,
  made_at INTEGER NOT NULL, closed_at INTEGER
);
-- size and root are those of the share log as it was cosigned last.
CREATE TABLE IF NOT EXISTS person (
  id INTEGER PRIMARY KEY, did TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, root BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS entry (
  person INTEGER NOT NULL REFERENCES person, seq INTEGER NOT NULL, compact TEXT NOT NULL, PRIMARY KEY (person, seq)
);
CREATE TABLE IF NOT EXISTS taken (
  person INTEGER NOT NULL REFERENCES person, offer_sha256 TEXT NOT NULL, records INTEGER NOT NULL,
  PRIMARY KEY (person, offer_sha256)
) WITHOUT ROWID;
-- The statements stay after the records are gone: they prove what was agreed and hold nothing that was written.
CREATE TABLE IF NOT EXISTS bundle (
  id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, sha256 TEXT NOT NULL UNIQUE,
  zip_sha256 TEXT NOT NULL, is_held INTEGER NOT NULL, offer_sha256 TEXT NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL, received_at INTEGER NOT NULL, expires_at INTEGER, entry_seq INTEGER,
  bundle_jws TEXT NOT NULL, consent_jws TEXT NOT NULL, notice TEXT NOT NULL, checkpoint TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS bundle_person ON bundle (person, offer_sha256);
CREATE INDEX IF NOT EXISTS bundle_expires ON bundle (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS bundle_zip ON bundle (zip_sha256);
CREATE TABLE IF NOT EXISTS purpose (
  bundle INTEGER NOT NULL REFERENCES bundle, purpose TEXT NOT NULL, PRIMARY KEY (bundle, purpose)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS copy (zip_sha256 TEXT PRIMARY KEY, bundle INTEGER NOT NULL REFERENCES bundle) WITHOUT ROWID;
-- near is the fingerprint of a long text, b0 to b3 its bands.
CREATE TABLE IF NOT EXISTS record (
  id INTEGER PRIMARY KEY, bundle INTEGER NOT NULL REFERENCES bundle, person INTEGER NOT NULL REFERENCES person,
  seq INTEGER NOT NULL, kind TEXT NOT NULL, is_stopped INTEGER NOT NULL DEFAULT 0, text_key BLOB NOT NULL,
  near INTEGER, b0 INTEGER, b1 INTEGER, b2 INTEGER, b3 INTEGER, line BLOB NOT NULL, UNIQUE (person, seq)
);
CREATE INDEX IF NOT EXISTS record_bundle ON record (bundle);
CREATE INDEX IF NOT EXISTS record_key ON record (text_key);
CREATE INDEX IF NOT EXISTS record_b0 ON record (b0) WHERE b0 IS NOT NULL;
CREATE INDEX IF NOT EXISTS record_b1 ON record (b1) WHERE b1 IS NOT NULL;
CREATE INDEX IF NOT EXISTS record_b2 ON record (b2) WHERE b2 IS NOT NULL;
CREATE INDEX IF NOT EXISTS record_b3 ON record (b3) WHERE b3 IS NOT NULL;
-- offer_sha256 is empty where consents to every offer are meant.
CREATE TABLE IF NOT EXISTS void (
  person INTEGER NOT NULL REFERENCES person, offer_sha256 TEXT NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY (person, offer_sha256)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS withdrawal (
  sha256 TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, compact TEXT NOT NULL,
  received_seq INTEGER NOT NULL, done_seq INTEGER
);
CREATE INDEX IF NOT EXISTS withdrawal_open ON withdrawal (received_seq) WHERE done_seq IS NULL;
-- Files whose records were deleted, until they are gone.
CREATE TABLE IF NOT EXISTS doomed (zip_sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
