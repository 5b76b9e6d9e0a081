/** Work that takes longer is told about, milliseconds. */
const patienceMs = 2_000;

/** Does work, and says on standard error what is going on when it takes longer than two seconds. */
export async function withNotice<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
  const timer = setTimeout(() => process.stderr.write(`sightline: ${doing} …\n`), patienceMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
