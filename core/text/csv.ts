/** A field of a CSV file; numbers and booleans are written as they are, undefined as an empty field. */
export type CsvField = string | number | boolean | undefined;

/** CSV by RFC 4180: comma, CRLF, quotes where they are needed. Text that a spreadsheet program would run as a formula gets a leading apostrophe. */
export function csvText(rows: readonly (readonly CsvField[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: CsvField): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  // OWASP, "CSV Injection": these first characters make a cell a formula in Excel, LibreOffice and Google Sheets.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
