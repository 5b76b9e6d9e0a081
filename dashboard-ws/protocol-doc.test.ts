import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { projectRoot } from '../core/worker/worker-url.ts';
import { closeCodes, reconnectRuleOf } from '../schemas/ws/close-codes.ts';
import { renderWebSocketDoc } from './protocol-doc.ts';

test('docs/websocket.md is what the code says (npm run generate)', async () => {
  expect(await readFile(join(projectRoot(), 'docs/websocket.md'), 'utf8')).toBe(renderWebSocketDoc());
});

test('every close code is its own, and its number says whether to reconnect', () => {
  const codes = Object.values(closeCodes);
  expect(new Set(codes.map(({ code }) => code)).size).toBe(codes.length);
  for (const { code, reconnect } of codes) {
    expect(reconnect).toBe(code >= 3000 && code < 3500 ? 'resume' : 'never');
  }
  expect(reconnectRuleOf(1006)).toBe('resume');
  expect(reconnectRuleOf(3501)).toBe('never');
});
