// Sets the project up on a fresh machine, with nothing but Node.js: npm packages, ffmpeg, the compiled program and the page.
// Every step is skipped when it is already done. It prints to standard error and takes no questions.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamps = join(root, 'node_modules', '.cache', 'sightline');

/** Prints one line of progress. */
export function say(text) {
  process.stderr.write(`sightline: ${text}\n`);
}

/** A step that could not be done; the message says what to do. */
export class SetupError extends Error {}

/** Runs a command quietly, with a heartbeat on anything over two seconds; its output is shown only when it fails. */
export async function runStep(title, command, args, options = {}) {
  say(`${title} ...`);
  const started = Date.now();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  const keep = (chunk) => (output = (output + chunk).slice(-20_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const heartbeat = setInterval(() => say(`${title} ... ${Math.round((Date.now() - started) / 1000)} s`), 5000);
  const code = await new Promise((resolve) => {
    child.on('error', (error) => (keep(error.message), resolve(-1)));
    child.on('close', resolve);
  });
  clearInterval(heartbeat);
  if (code !== 0) {
    process.stderr.write(output.endsWith('\n') ? output : `${output}\n`);
    throw new SetupError(`${title} failed: "${[command, ...args].join(' ')}" ended with code ${code} (its output stands above).`);
  }
}

/** True when a program is on the PATH. */
export function has(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

function stampIs(name, value) {
  try {
    return readFileSync(join(stamps, name), 'utf8') === value;
  } catch {
    return false;
  }
}

function setStamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), value);
}

function* files(folder, wanted) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!['node_modules', 'dist', '.git', 'data', '.cache'].includes(entry.name)) yield* files(path, wanted);
    } else if (wanted(path)) yield path;
  }
}

/** Fingerprint of the sources a build depends on: path, size and time of each. */
function fingerprint(wanted) {
  const lines = [...files(root, wanted)].sort().map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${relative(root, path)} ${size} ${mtimeMs}`;
  });
  return sha256(lines.join('\n'));
}

/** Node.js 20.19 or later. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new SetupError(`Node.js ${process.versions.node} is too old: install Node.js 20.19 or later (https://nodejs.org).`);
}

/** npm packages as the lock file says. */
export async function ensurePackages() {
  const wanted = sha256(`${readFileSync(join(root, 'package-lock.json'))} ${process.platform} ${process.arch} ${process.versions.modules}`);
  if (existsSync(join(root, 'node_modules')) && stampIs('packages', wanted)) return;
  if (!has('npm')) throw new SetupError('npm is not on the PATH: install Node.js with npm (https://nodejs.org).');
  // The CPU runtime of ONNX is inside its package; its install script only fetches CUDA libraries.
  await runStep('Installing npm packages (about 1 GB on disk, once)', 'npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  setStamp('packages', wanted);
}

/** Whether Debian packages can be installed without asking. */
export function canApt() {
  return process.platform === 'linux' && process.getuid?.() === 0 && has('apt-get');
}

let aptUpdated = false;

/** Installs Debian packages; returns false when it may not or cannot. */
export async function aptInstall(title, packages) {
  if (!canApt()) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    if (!aptUpdated) await runStep('Reading the package lists', 'apt-get', ['update', '-q'], { env });
    aptUpdated = true;
    await runStep(title, 'apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
    return true;
  } catch (error) {
    if (error instanceof SetupError) return false;
    throw error;
  }
}

/** ffmpeg and ffprobe, by apt when they are missing and we are root. */
export async function ensureFfmpeg() {
  if (process.env.FFMPEG_PATH !== undefined || (has('ffmpeg') && has('ffprobe'))) return;
  if (await aptInstall('Installing ffmpeg', ['ffmpeg'])) return;
  const how = process.platform === 'darwin' ? 'brew install ffmpeg' : "sudo apt-get install ffmpeg (or your distribution's package manager)";
  throw new SetupError(`ffmpeg is missing: install it with "${how}" and start again.`);
}

/** Compiles the program into dist/ and builds the page into dist/web/ when their sources changed. */
export async function ensureBuild() {
  const isWeb = (path) => relative(root, path).startsWith(join('dashboard-ws', 'web')) || relative(root, path).startsWith(join('schemas', 'ws'));
  const program = fingerprint(
    (path) =>
      /\.(ts|sql|avsc)$|tsconfig.*\.json$/.test(path) && !path.endsWith('.test.ts') && !isWeb(path) && !relative(root, path).startsWith('test'),
  );
  if (!existsSync(join(root, 'dist', 'main.js')) || !stampIs('program', program)) {
    // A changed layout must not leave old modules behind.
    if (!existsSync(join(root, 'dist', 'main.js'))) rmSync(join(root, 'node_modules', '.cache', 'tsc'), { recursive: true, force: true });
    await runStep('Compiling the program', process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
    setStamp('program', program);
  }
  const page = fingerprint(isWeb);
  if (!existsSync(join(root, 'dist', 'web', 'index.html')) || !stampIs('page', page)) {
    await runStep('Building the dashboard page', process.execPath, [
      join('node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      '--config',
      join('dashboard-ws', 'web', 'vite.config.ts'),
    ]);
    setStamp('page', page);
  }
}

/** Everything `npm start` needs. */
export async function setUp() {
  checkNode();
  if (process.env.SIGHTLINE_SKIP_SETUP === '1') return;
  await ensurePackages();
  await ensureFfmpeg();
  await ensureBuild();
}

/** Runs `work`; a {@link SetupError} becomes one sentence and exit code 1. */
export async function orExplain(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exit(1);
  }
}
