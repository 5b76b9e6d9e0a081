/** Placeholder. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.write(`hello ${argv.join(' ')} ${process.env['UV_THREADPOOL_SIZE'] ?? ''}\n`);
}
