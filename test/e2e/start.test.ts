import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type LabelledBroadcast, generateBroadcast } from '../broadcasts/generate.ts';
import { type RunningSightline, runSightline, startSightline } from '../support/sightline.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-start-'));
const dataDir = join(folder, 'data');
const configFile = join(folder, 'sightline.yaml');
let broadcast: LabelledBroadcast;

beforeAll(async () => {
  broadcast = await generateBroadcast({
    seed: 7,
    durationS: 90,
    widthPx: 320,
    heightPx: 180,
    rateFps: 25,
    style: 'black-silence',
    decoys: false,
    outDir: folder,
  });
  writeFileSync(
    configFile,
    `ingest: { streams: [{ id: one, title: One, source: { kind: file, path: ${JSON.stringify(broadcast.path)}, loop: true, speed: realtime } }] }\n`,
  );
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = async (url: string): Promise<unknown> => await (await fetch(url)).json();
const count = async (running: RunningSightline, table: string): Promise<number> =>
  Number(await (await fetch(`${running.sqlUrl}/?query=SELECT+count()+FROM+${table}`)).text());

describe('a running instance', () => {
  let running: RunningSightline;
  beforeAll(async () => {
    running = await startSightline(['--data-dir', dataDir, '--config', configFile]);
  }, 60_000);
  afterAll(async () => void (await running.stop()));

  test('answers health, readiness and metrics, and shows its stream live', async () => {
    expect(await json(`${running.url}/healthz`)).toEqual({ status: 'ok' });
    await until(async () => (await fetch(`${running.url}/readyz`)).status === 200, 'readiness');
    await until(async () => JSON.stringify(await json(`${running.url}/api/v1/streams`)).includes('"live"'), 'a live stream');
    await until(
      async () => /sightline_ingest_frames_total\{stream="one"\} [1-9]/.exec(await (await fetch(`${running.url}/metrics`)).text()) ?? undefined,
      'frames in the metrics',
    );
  });

  test('writes frames, detections and stream states that SQL can read, over HTTP and with "sightline query"', async () => {
    await until(async () => (await count(running, 'frames')) > 2 && (await count(running, 'stream_status')) > 0, 'rows');
    const { code, stdout } = await runSightline([
      'query',
      '--data-dir',
      dataDir,
      'SELECT stream_id, tenant_id, event_id, event_time, pts_us FROM frames ORDER BY pts_us LIMIT 1',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ stream_id: 'one', tenant_id: 'default' });
  });

  test('its SQL port writes nothing', async () => {
    for (const statement of [
      'INSERT INTO frames (stream_id) VALUES (1)',
      'DROP TABLE frames',
      "SELECT * FROM file('/etc/passwd')",
      'CREATE TABLE x (a Int8) ENGINE Memory',
    ]) {
      expect((await fetch(running.sqlUrl, { method: 'POST', body: statement })).status).toBeGreaterThanOrEqual(400);
    }
  });

  test('a second one on the same data directory is refused in one sentence', async () => {
    const { code, stderr } = await runSightline(['start', '--port', '0', '--data-dir', dataDir, '--config', configFile]);
    expect(code).toBe(1);
    expect(stderr).toContain(`pid ${running.pid}`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a second one on the same port is told which port, and by whom it is taken', async () => {
    const port = new URL(running.url).port;
    const { code, stderr } = await runSightline(['start', '--port', port, '--data-dir', join(folder, 'other'), '--config', configFile]);
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port}`);
    if (process.platform === 'linux') expect(stderr).toContain(`pid ${running.pid}`);
  });

  test('a WebSocket client that sends garbage is closed with a code, and the others notice nothing', async () => {
    const good = new WebSocket(`${running.url.replace('http', 'ws')}/ws`);
    const frames: string[] = [];
    good.on('message', (data: Buffer) => frames.push(data.toString()));
    await new Promise((resolve) => good.once('open', resolve));
    good.send(JSON.stringify({ type: 'subscribe', id: '1', channels: [{ stream: '*', events: ['frames'] }] }));
    const bad = new WebSocket(`${running.url.replace('http', 'ws')}/ws`);
    await new Promise((resolve) => bad.once('open', resolve));
    bad.send('{garbage');
    const code = await new Promise<number>((resolve) => bad.once('close', resolve));
    expect(code).toBeGreaterThanOrEqual(3000);
    const seen = frames.length;
    await until(() => frames.length > seen + 1, 'more messages for the good client');
    expect(good.readyState).toBe(WebSocket.OPEN);
    good.close();
  });
});

test('it stops cleanly on SIGTERM, its data can be queried while it is down, and a second start continues on it', async () => {
  const first = await startSightline(['--data-dir', dataDir, '--config', configFile]);
  await until(async () => (await count(first, 'frames')) > 3, 'rows');
  const stoppedAt = performance.now();
  expect(await first.stop('SIGTERM')).toBe(0);
  expect(performance.now() - stoppedAt).toBeLessThan(15_000);
  const query = async (): Promise<number> => {
    const { stdout } = await runSightline(['query', '--data-dir', dataDir, '--json', 'SELECT toUInt32(count()) AS n FROM frames']);
    return (JSON.parse(stdout) as { n: number }).n;
  };
  const before = await query();
  expect(before).toBeGreaterThan(3);
  const second = await startSightline(['--data-dir', dataDir, '--config', configFile]);
  await until(async () => (await count(second, 'frames')) > before, 'more rows after the second start');
  expect(await second.stop('SIGINT')).toBe(0);
}, 120_000);

test('a wrong configuration is refused with every problem at once, exit code 78', async () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, 'htttp: {}\nbus: { engine: rabbit }\ningest: { streams: [{ id: a, source: { kind: file } }] }\n');
  const { code, stderr } = await runSightline(['start', '--config', file, '--data-dir', join(folder, 'never')]);
  expect(code).toBe(78);
  expect(stderr).toContain('htttp: found');
  expect(stderr).toContain('bus.engine: found "rabbit"');
  expect(stderr).toContain('ingest.streams.0.source.path');
  expect(stderr).not.toContain('    at ');
});

test('wrong usage ends with exit code 2, and help with 0', async () => {
  expect((await runSightline(['start', '--target', 'moon'])).code).toBe(2);
  expect((await runSightline(['fly'])).code).toBe(2);
  expect((await runSightline(['analyze'])).code).toBe(2);
  const help = await runSightline(['start', '--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('--check-config');
});

test('a target of its own on the embedded log is refused, because it would talk to nobody', async () => {
  const { code, stderr } = await runSightline(['start', '--target', 'ingest', '--data-dir', join(folder, 'alone')]);
  expect(code).toBe(78);
  expect(stderr).toContain('needs bus.engine: kafka');
});
