/** Values for the `{name:Type}` places of a statement. */
export type RowParams = Readonly<Record<string, string | number>>;

/** Asks the analytics database: the port in a service, the SQL port of a running instance or the database file from the command line. */
export interface RowSource {
  /** @throws InvalidInputError `E_QUERY_FAILED`, UnavailableError `E_SINK_UNAVAILABLE` */
  query<Row>(sql: string, params: RowParams): Promise<Row[]>;
}

/** ClickHouse writes 64-bit numbers as text or as numbers, by its settings. */
export type Numeric = number | string;
