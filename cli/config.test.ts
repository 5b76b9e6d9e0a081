import { expect, test } from 'vitest';

import { loadConfig } from '../core/config/load-config.ts';
import { configSchema, oldKeysWarning, stateConfigOf } from './config.ts';

const warningOf = (fleet: object): string | undefined => oldKeysWarning(loadConfig(configSchema, { overrides: { fleet } }));

test('old names of the control-plane database still work, with one warning that tells the new ones', () => {
  const url = 'postgres://127.0.0.1/sightline';
  expect(stateConfigOf(loadConfig(configSchema, { overrides: { fleet: { engine: 'postgres', url } } }))).toMatchObject({ engine: 'postgres', url });
  expect(warningOf({ enabled: true })).toBeUndefined();
  expect(warningOf({ url })).toBe('fleet.url is the old name of state.url: rename it.');
  expect(warningOf({ engine: 'postgres', passwordFile: '/secret' })).toBe(
    'fleet.engine, fleet.passwordFile are old names of state.engine, state.passwordFile: rename them.',
  );
});
