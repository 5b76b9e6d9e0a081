// `npm test`: sets everything up, fetches what the tests need where it may, runs all tests and ends with "N passed, N failed, N skipped".
// `--strict` (or SIGHTLINE_STRICT=1): the checks of `npm run check` run first, and a skipped test is a failure.
// Further arguments go to vitest: `npm test -- core/bus` runs the tests of one folder.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { aptInstall, has, orExplain, root, runStep, say, setUp } from './setup.mjs';

const args = process.argv.slice(2).filter((argument) => argument !== '--strict');
const strict = process.argv.includes('--strict') || process.env.SIGHTLINE_STRICT === '1';

/** Tools that some tests need: tests without theirs are skipped by name. */
const tools = [
  { name: 'Chromium (page tests)', there: () => process.env.CHROMIUM_PATH !== undefined || has('chromium'), packages: ['chromium'] },
  { name: 'PostgreSQL (control-plane tests)', there: () => existsSync('/usr/lib/postgresql') || has('initdb'), packages: ['postgresql'] },
  { name: 'Java (Kafka tests)', there: () => has('java'), packages: ['default-jre-headless'] },
  { name: 'Maven (Kafka tests)', there: () => has('mvn'), packages: ['maven'] },
];

async function ensureTools() {
  for (const tool of tools) {
    if (tool.there()) continue;
    if (await aptInstall(`Installing ${tool.name}`, tool.packages)) continue;
    say(
      `${tool.name} is not here and cannot be installed without root: its tests are skipped. To run them: apt-get install ${tool.packages.join(' ')}.`,
    );
  }
}

function run(command, commandArgs, env) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env });
    child.on('close', (code) => resolve(code ?? 1));
    child.on('error', () => resolve(1));
  });
}

async function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-test-'));
  const report = join(folder, 'report.json');
  try {
    say('Running the tests ...');
    const env = { ...process.env, ...(strict ? { SIGHTLINE_STRICT: '1' } : {}) };
    await run(
      process.execPath,
      [join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
      env,
    );
    return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function skippedNames(report) {
  return report.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => ['skipped', 'pending', 'todo', 'disabled'].includes(test.status))
      .map((test) => `${relative(root, file.name)}: ${test.fullName}`),
  );
}

await orExplain(async () => {
  await setUp();
  if (args.length === 0) await ensureTools();
  if (strict && args.length === 0) await runStep('Checking types, lint and format', 'npm', ['run', '--silent', 'check']);
});
const report = await runVitest();
if (report === undefined) {
  say('The test runner ended without a report.');
  process.stdout.write('0 passed, 1 failed, 0 skipped\n');
  process.exit(1);
}
const skipped = skippedNames(report);
if (skipped.length > 0) process.stdout.write(`\nSkipped:\n${skipped.map((name) => `  ${name}`).join('\n')}\n`);
if (strict && skipped.length > 0) process.stdout.write('In strict mode a skipped test is a failure.\n');
// A file that could not be loaded has no tests to count, so it counts as one failure.
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
).length;
const failed = report.numFailedTests + brokenFiles;
process.stdout.write(`${report.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped\n`);
process.exit(failed > 0 || report.numPassedTests === 0 || (strict && skipped.length > 0) || (!report.success && failed === 0) ? 1 : 0);
