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
];
