import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../core/worker/worker-url.ts';
import { logoBox } from '../../ingest/demo/scenes/graphics.ts';
import { planFrames } from '../../ingest/demo/plan.ts';
import { broadcastStyles, planBroadcast } from './broadcast-plan.ts';
import { composeFromVideos } from './compose.ts';
import { decodedHash, decodeLuma, decodeSound, mean } from './decoded.ts';
import { generateBroadcast, type LabelledBroadcast } from './generate.ts';

const run = promisify(execFile);
const videosDir = join(projectRoot(), '../shared/assets/videos');
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sightline-broadcasts-'));
});

afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

const inside = (time: number, spans: readonly { startS: number; endS: number }[]): boolean =>
  spans.some((span) => time >= span.startS && time < span.endS);

/** How much brighter the logo's corner is at its brightest tenth than around: large while a white logo stands there. */
async function logoContrast(broadcast: LabelledBroadcast, bounds: (timeS: number) => boolean): Promise<number> {
  const [x, y, width, height] = logoBox(broadcast.plan.look);
  const [w, h] = [320, 180];
  const average = new Float32Array(w * h);
  let count = 0;
  for (const [frame, picture] of (await decodeLuma(broadcast.path, w, h)).entries()) {
    if (!bounds(frame / broadcast.truth.rateFps)) continue;
    count++;
    for (let index = 0; index < average.length; index++) average[index] = (average[index] as number) + (picture[index] as number);
  }
  // Averaged over time, scenes blur and what stands still keeps its edges.
  let edges = 0;
  for (let row = Math.round(y / 2); row < Math.round((y + height) / 2); row++) {
    for (let column = Math.round(x / 2); column < Math.round((x + width) / 2); column++) {
      edges += Math.abs((average[row * w + column] as number) - (average[row * w + column + 1] as number)) / count;
    }
  }
  return edges / ((width * height) / 4);
}

describe('planned broadcasts', () => {
  test.each(broadcastStyles)('%s: last exactly as long as ordered, have breaks of spots of 10 to 30 s, some of which air again', (style) => {
    for (const seed of [1, 2, 100]) {
      const plan = planBroadcast({ seed, durationS: 240, style, decoys: true });
      expect(planFrames(plan)).toBe(240 * 25);
      const spots = plan.items.filter((item) => item.kind === 'spot');
      expect(spots.length).toBeGreaterThanOrEqual(4);
      expect(new Set(spots.map((spot) => spot.id)).size).toBeLessThan(spots.length);
    }
  });

  test('are exact at 29.97 pictures a second', () => {
    const plan = planBroadcast({ seed: 5, durationS: 120, rateFps: 29.97, style: 'mixed', decoys: false });
    expect(plan.format.rate).toEqual([30_000, 1001]);
    expect(planFrames(plan)).toBe(3596);
  });

  test('differ by seed and are the same for the same seed', () => {
    const order = { seed: 7, durationS: 120, style: 'mixed', decoys: true } as const;
    expect(planBroadcast(order)).toEqual(planBroadcast(order));
    expect(planBroadcast({ ...order, seed: 8 }).items).not.toEqual(planBroadcast(order).items);
  });
});

describe('rendered broadcast', () => {
  const order = { seed: 2, durationS: 80, style: 'black-silence', decoys: true } as const;
  let broadcast: LabelledBroadcast;

  beforeAll(async () => {
    broadcast = await generateBroadcast({ ...order, outDir: dir });
  }, 120_000);

  test('has pictures and sound of the length of its truth', async () => {
    const { stdout } = await run('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'stream=codec_name,width,height,nb_frames,duration',
      '-of',
      'json',
      broadcast.path,
    ]);
    const { streams } = JSON.parse(stdout) as { streams: { codec_name: string; nb_frames: string; duration: string; width?: number }[] };
    expect(streams.map((stream) => stream.codec_name)).toEqual(['h264', 'aac']);
    expect(streams[0]).toMatchObject({ width: 320, height: 180, nb_frames: '2000' });
    for (const stream of streams) expect(Math.abs(Number(stream.duration) - 80)).toBeLessThan(0.03);
  });

  test('is black and silent exactly where its truth has separators, and the picture before and after is not', async () => {
    const luma = (await decodeLuma(broadcast.path, 16, 9)).map((picture) => mean(picture));
    const sound = await decodeSound(broadcast.path);
    expect(broadcast.truth.separators.length).toBeGreaterThanOrEqual(3);
    for (const { startS, endS } of broadcast.truth.separators) {
      const [first, end] = [Math.round(startS * 25), Math.round(endS * 25)];
      for (let frame = first; frame < end; frame++) expect(luma[frame]).toBeLessThan(18);
      expect(luma[first - 1]).toBeGreaterThan(20);
      expect(luma[end]).toBeGreaterThan(20);
      const level = Math.sqrt(mean(sound.slice((startS + 0.06) * 8000, (endS - 0.06) * 8000).map((value) => value * value)));
      expect(level).toBeLessThan(0.004);
    }
  });

  test('shows the logo in the programme and not in the breaks', async () => {
    const withoutLogo = [...broadcast.truth.breaks, ...broadcast.truth.separators, ...broadcast.truth.decoys];
    const programme = await logoContrast(broadcast, (time) => !inside(time, withoutLogo));
    const breaks = await logoContrast(broadcast, (time) => inside(time, broadcast.truth.breaks));
    expect(programme).toBeGreaterThan(2 * breaks);
  });

  test('loops without a gap or a jump back', async () => {
    const args = ['-v', 'error', '-nostdin', '-stream_loop', '1', '-i', broadcast.path, '-map', '0:v', '-c', 'copy', '-f', 'framecrc', 'pipe:1'];
    const lines = (await run('ffmpeg', args, { maxBuffer: 1 << 26 })).stdout.split('\n').filter((line) => line.startsWith('0,'));
    const times = lines.map((line) => Number(line.split(',')[1]));
    expect(new Set(times.slice(1).map((time, index) => time - (times[index] as number))).size).toBe(1);
    expect(times).toHaveLength(4000);
  });

  test('has its truth in files', async () => {
    expect(await readFile(broadcast.truthPath, 'utf8')).toMatch(/^kind,id,start_s,end_s\nbreak,break-1,\d+\.\d{6},\d+\.\d{6}\nspot,spot-1,/);
    expect(await readFile(broadcast.edlPath, 'utf8')).toMatch(/^\d+\.\d{6} \d+\.\d{6} 3\n/);
    expect(await readFile(broadcast.detailsPath, 'utf8')).toContain('\ncut,cut,');
  });

  test('is the same, decoded, when the command renders it on a machine without fonts', async () => {
    const fonts = join(dir, 'fonts.conf');
    await writeFile(fonts, '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>');
    const script = join(projectRoot(), 'dist/scripts/generate-broadcast.js');
    const args = [script, join(dir, 'again'), '--seed', '2', '--duration', '80', '--style', 'black-silence', '--decoys'];
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, FONTCONFIG_FILE: fonts } });
    const [path = ''] = stdout.split('\n');
    expect(await decodedHash(path)).toBe(await decodedHash(broadcast.path));
    expect(await readFile(path.replace('.mp4', '.csv'), 'utf8')).toBe(await readFile(broadcast.truthPath, 'utf8'));
  }, 120_000);
});

describe('composed broadcast', () => {
  test.skipIf(!existsSync(videosDir))(
    'puts real clips of ../shared/assets/videos into programme and spots',
    async () => {
      // The small ones: decoding 1080p would be most of the work.
      const clips = ['intel_one-by-one-person-detection', 'intel_bottle-detection', 'intel_car-detection', 'bbb_480p_30s', 'rf_example_video'];
      const small = join(dir, 'clips');
      await mkdir(small);
      for (const clip of clips) await symlink(join(videosDir, `${clip}.mp4`), join(small, `${clip}.mp4`));
      const broadcast = await composeFromVideos({
        seed: 1,
        durationS: 80,
        widthPx: 160,
        heightPx: 90,
        style: 'hard-cut',
        decoys: false,
        videosDir: small,
        outDir: dir,
      });
      expect((await decodeLuma(broadcast.path, 16, 9)).length).toBe(2000);
      expect(broadcast.truth.breaks).toHaveLength(1);
      expect(broadcast.truth.separators).toHaveLength(0);
    },
    120_000,
  );
});
