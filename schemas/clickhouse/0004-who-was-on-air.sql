-- What an airing is called: brand, product and category from the catalogue, and what the name rests on. A spot that is named later (a second
-- airing, a person) brings a new revision of the airing, so the highest revision says what is known today. Views keep the columns they were
-- made with, so they are made again; the feed is changed in place, because rows that came while there was none would be missing.

ALTER TABLE spot_revisions_store
  ADD COLUMN IF NOT EXISTS identified_by LowCardinality(String) DEFAULT 'nothing' COMMENT 'What spot_id rests on: nothing (seen for the first time), repeat, catalogue.' AFTER position,
  ADD COLUMN IF NOT EXISTS brand LowCardinality(String) DEFAULT '' COMMENT 'From the catalogue, empty when not known.' AFTER identified_by,
  ADD COLUMN IF NOT EXISTS product LowCardinality(String) DEFAULT '' COMMENT 'From the catalogue, empty when not known.' AFTER brand,
  ADD COLUMN IF NOT EXISTS category LowCardinality(String) DEFAULT '' COMMENT 'Category id from the catalogue: IAB Ad Product Taxonomy 2.0, or scheme:id; empty when not known.' AFTER product;

ALTER TABLE spots_store
  ADD COLUMN IF NOT EXISTS identified_by LowCardinality(String) DEFAULT 'nothing' COMMENT 'What spot_id rests on: nothing (seen for the first time), repeat, catalogue.' AFTER position,
  ADD COLUMN IF NOT EXISTS brand LowCardinality(String) DEFAULT '' COMMENT 'From the catalogue, empty when not known.' AFTER identified_by,
  ADD COLUMN IF NOT EXISTS product LowCardinality(String) DEFAULT '' COMMENT 'From the catalogue, empty when not known.' AFTER brand,
  ADD COLUMN IF NOT EXISTS category LowCardinality(String) DEFAULT '' COMMENT 'Category id from the catalogue: IAB Ad Product Taxonomy 2.0, or scheme:id; empty when not known.' AFTER product;

ALTER TABLE spots_feed MODIFY QUERY SELECT * FROM spot_revisions_store;

CREATE OR REPLACE VIEW spot_revisions AS SELECT * FROM spot_revisions_store FINAL COMMENT 'History: every revision of every airing; one row per revision.';

CREATE OR REPLACE VIEW spots AS SELECT * FROM spots_store FINAL COMMENT 'Latest revision of every airing, retracted ones too (state); one row per airing.';
