/** One step of the control-plane schema; steps are applied once, in order, and never edited afterwards. */
export interface StateMigration {
  id: number;
  name: string;
  sql: string;
}

/** Control-plane schema (PostgreSQL and PGlite run the same SQL). */
export const stateMigrations: readonly StateMigration[] = [
  {
    id: 1,
    name: 'streams',
    sql: `
      CREATE TABLE tenants (
        tenant_id text PRIMARY KEY CHECK (tenant_id <> ''),
        title text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE streams (
        tenant_id text NOT NULL REFERENCES tenants,
        stream_id text NOT NULL CHECK (stream_id <> ''),
        definition jsonb NOT NULL,
        revision integer NOT NULL DEFAULT 1,
        removed boolean NOT NULL DEFAULT false,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, stream_id)
      );`,
  },
  {
    id: 2,
    name: 'catalogue',
    sql: `
      CREATE TABLE catalogue_revisions (
        tenant_id text PRIMARY KEY,
        revision bigint NOT NULL
      );
      CREATE TABLE spots (
        tenant_id text NOT NULL,
        spot_id text NOT NULL CHECK (spot_id <> ''),
        title text NOT NULL,
        brand text NOT NULL DEFAULT '',
        product text NOT NULL DEFAULT '',
        category text NOT NULL DEFAULT '',
        status text NOT NULL CHECK (status IN ('confirmed', 'candidate', 'rejected')),
        duration_ms integer NOT NULL,
        parent_id text,
        relation text CHECK (relation IN ('version', 'cut-down')),
        origin text NOT NULL DEFAULT '',
        revision bigint NOT NULL,
        removed boolean NOT NULL DEFAULT false,
        merged_into text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, spot_id),
        CHECK ((parent_id IS NULL) = (relation IS NULL))
      );
      CREATE UNIQUE INDEX spots_by_revision ON spots (tenant_id, revision);
      CREATE INDEX spots_by_duration ON spots (tenant_id, duration_ms) WHERE NOT removed;
      CREATE TABLE spot_prints (
        tenant_id text NOT NULL,
        print_id text NOT NULL,
        spot_id text NOT NULL,
        print bytea NOT NULL,
        origin text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, print_id)
      );
      CREATE INDEX spot_prints_by_spot ON spot_prints (tenant_id, spot_id);
      CREATE TABLE airings (
        tenant_id text NOT NULL,
        airing_id text NOT NULL,
        spot_id text NOT NULL,
        assigned boolean NOT NULL DEFAULT false,
        stream_id text NOT NULL,
        epoch integer NOT NULL,
        start_us bigint NOT NULL,
        end_us bigint,
        event_time_ms bigint NOT NULL,
        revision integer NOT NULL,
        state text NOT NULL,
        event text NOT NULL,
        told boolean NOT NULL DEFAULT true,
        PRIMARY KEY (tenant_id, airing_id)
      );
      CREATE INDEX airings_by_spot ON airings (tenant_id, spot_id, event_time_ms);
      CREATE INDEX airings_by_time ON airings (tenant_id, stream_id, epoch, start_us);
      CREATE INDEX airings_untold ON airings (tenant_id) WHERE NOT told;
      CREATE TABLE history_blocks (
        tenant_id text NOT NULL,
        stream_id text NOT NULL,
        epoch integer NOT NULL,
        start_us bigint NOT NULL,
        end_us bigint NOT NULL,
        event_time_ms bigint NOT NULL,
        audio_start_us bigint NOT NULL,
        audio_hop_us double precision NOT NULL,
        codes bytea NOT NULL,
        video_start_us bigint NOT NULL,
        video_step_us double precision NOT NULL,
        hashes bytea NOT NULL,
        cuts_us text NOT NULL,
        stored_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, stream_id, epoch, start_us)
      );
      CREATE INDEX history_blocks_by_event_time ON history_blocks (tenant_id, event_time_ms);
      CREATE INDEX history_blocks_by_storing ON history_blocks (stored_at);
      ALTER TABLE history_blocks ALTER codes SET STORAGE EXTERNAL, ALTER hashes SET STORAGE EXTERNAL;
      ALTER TABLE spot_prints ALTER print SET STORAGE EXTERNAL;
      CREATE TABLE stream_states (
        tenant_id text NOT NULL,
        stream_id text NOT NULL,
        name text NOT NULL,
        state text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, stream_id, name)
      );`,
  },
  {
    id: 3,
    name: 'retention of airings',
    sql: `
      ALTER TABLE airings ADD COLUMN stored_at timestamptz NOT NULL DEFAULT now();
      CREATE INDEX airings_by_storing ON airings (tenant_id, stored_at);
      ALTER TABLE spots ADD COLUMN forgotten_airings integer NOT NULL DEFAULT 0, ADD COLUMN forgotten_last_ms bigint;`,
  },
];
