import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { comparePrints } from '../../core/fingerprint/compare-prints.ts';
import { printOfFile } from './print-of-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-spot-print-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Renders a test picture with a melody that never repeats; `filters` go on the whole file. */
function render(name: string, seconds: number, options: { pictures?: boolean; sound?: boolean; edges?: string; output?: string[] } = {}): string {
  const path = join(folder, name);
  const { pictures = true, sound = true } = options;
  const tone = `aevalsrc='0.3*sin(2*PI*(300+200*sin(t*1.7)+140*sin(t*t*0.9))*t)+0.2*sin(2*PI*(900+floor(t*4)*37)*t)':d=${seconds}:s=48000`;
  const inputs = [
    ...(pictures ? ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=25:duration=${seconds}`] : []),
    ...(sound ? ['-f', 'lavfi', '-i', tone] : []),
  ];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...inputs, ...(options.output ?? ['-c:v', 'libx264', '-preset', 'ultrafast']), path]);
  return path;
}

test('a file becomes a print of its own length, with sound at other speeds that begin and end with it', async () => {
  const { print, trimmedMs, notes } = await printOfFile(render('plain.mp4', 6));
  expect(Math.abs(print.durationUs - 6_000_000)).toBeLessThan(50_000);
  expect(Math.max(trimmedMs.start, trimmedMs.end)).toBeLessThan(50);
  expect(notes).toEqual([]);
  expect(print.video.hashes.length / 8).toBe(30);
  expect(print.speeds.map((variant) => variant.speed).toSorted()).toEqual([0.96, 0.98, 1.02, 25 / 24]);
  for (const { speed, audio } of print.speeds) {
    const lengthUs = audio.startUs + audio.codes.length * audio.hopUs;
    expect(Math.abs(lengthUs - 6_000_000 / speed)).toBeLessThan(300_000);
  }
}, 60_000);

test('sound at another speed lies where the same file, played at that speed, has it', async () => {
  const original = await printOfFile(render('original.mp4', 8));
  const faster = render('faster.mp4', 8);
  const played = join(folder, 'played.mp4');
  const speedUp = ['-filter_complex', '[0:v]setpts=PTS*24/25[v];[0:a]asetrate=50000,aresample=48000[a]', '-map', '[v]', '-map', '[a]', '-r', '25'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', faster, ...speedUp, played]);
  const variant = original.print.speeds.find(({ speed }) => speed > 1.03);
  const { print } = await printOfFile(played, { keepEnds: true });
  const fast = { ...original.print, durationUs: Math.round((original.print.durationUs * 24) / 25), audio: variant?.audio ?? print.audio, speeds: [] };
  const found = comparePrints(fast, print);
  expect(found.overlapUs).toBeGreaterThan(6_000_000);
  expect(Math.abs(found.offsetUs)).toBeLessThan(50_000);
}, 60_000);

test('black and silence at the ends are left out, unless they are to stay', async () => {
  const pad = ['-vf', 'tpad=start_duration=1:stop_duration=0.8:color=black', '-af', 'adelay=1000:all=1,apad=pad_dur=0.8', '-preset', 'ultrafast'];
  const path = render('padded.mp4', 5, { output: pad });
  const trimmed = await printOfFile(path);
  expect(Math.abs(trimmed.trimmedMs.start - 1000)).toBeLessThanOrEqual(60);
  expect(Math.abs(trimmed.trimmedMs.end - 800)).toBeLessThanOrEqual(100);
  expect(Math.abs(trimmed.print.durationUs - 5_000_000)).toBeLessThan(100_000);
  const whole = await printOfFile(path, { keepEnds: true });
  expect(Math.abs(whole.print.durationUs - 6_800_000)).toBeLessThan(100_000);
}, 60_000);

test('a file without sound, and one without pictures, are recognised by what they have', async () => {
  const mute = await printOfFile(render('mute.mp4', 3, { sound: false }));
  expect([mute.print.audio.codes.length, mute.print.speeds.length]).toEqual([0, 0]);
  expect(mute.print.video.hashes.length).toBeGreaterThan(0);
  expect(mute.notes).toEqual(['it has no sound and is recognised by its pictures alone']);
  const radio = await printOfFile(render('radio.wav', 3, { pictures: false, output: [] }));
  expect(radio.print.video.hashes.length).toBe(0);
  expect(radio.print.audio.codes.length).toBeGreaterThan(200);
  expect(radio.notes).toEqual(['it has no pictures and is recognised by its sound alone']);
}, 60_000);

test('what cannot be a spot is refused with a sentence', async () => {
  const text = join(folder, 'notes.mp4');
  writeFileSync(text, 'no media at all');
  await expect(printOfFile(text)).rejects.toMatchObject({ code: 'E_SOURCE_NOT_MEDIA' });
  await expect(printOfFile(join(folder, 'missing.mp4'))).rejects.toMatchObject({ code: 'E_SOURCE_NOT_FOUND' });
  await expect(printOfFile(folder)).rejects.toMatchObject({ code: 'E_SOURCE_NOT_MEDIA' });
  await expect(printOfFile(render('short.mp4', 1))).rejects.toThrow('a spot needs 2 s');
  const silence = ['-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', '310', '-c:a', 'pcm_u8'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...silence, join(folder, 'long.wav')]);
  await expect(printOfFile(join(folder, 'long.wav'))).rejects.toThrow('longer than 5 minutes');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'color=black:size=64x36:rate=5:duration=4', join(folder, 'black.mp4')]);
  await expect(printOfFile(join(folder, 'black.mp4'))).rejects.toThrow('black and silent from end to end');
}, 60_000);
