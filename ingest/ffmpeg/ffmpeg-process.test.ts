import { expect, test } from 'vitest';

import { findFfmpeg, startFfmpeg } from './ffmpeg-process.ts';

const pictureBytes = 160 * 90;

/** Raw 8-bit pictures, 160x90. */
function startPictures(count: number): ReturnType<typeof startFfmpeg> {
  return startFfmpeg(findFfmpeg(), {
    input: `testsrc=size=160x90:rate=25:duration=${String(count / 25)}`,
    inputOptions: ['-f', 'lavfi'],
    outputOptions: ['-pix_fmt', 'gray', '-f', 'rawvideo'],
    onLine: () => undefined,
  });
}

// Forty pictures fit into the buffers between child and reader together, so that the child ends before anything is read, but not into the last one.
test.each([1, 40])('a child that is over before its output is read loses none of %i pictures', async (count) => {
  const child = startPictures(count);
  expect(await child.finished).toEqual({ ok: true, message: '' });
  let bytes = 0;
  for await (const chunk of child.output) bytes += (chunk as Buffer).length;
  expect(bytes / pictureBytes).toBe(count);
});

test('a child that is ended on the way ends its output too', async () => {
  const child = startPictures(1_000_000);
  let bytes = 0;
  for await (const chunk of child.output) {
    if (bytes === 0) child.kill();
    bytes += (chunk as Buffer).length;
  }
  expect(bytes).toBeGreaterThan(0);
  expect(await child.finished).toEqual({ ok: false, message: 'ffmpeg was ended.' });
});
