import { expect, test } from 'vitest';

import { channelHref, routeOf, spotHref } from './routes.ts';

test('addresses lead to pages, and what nobody knows leads to the overview', () => {
  expect(['', '#/', '#/channels/', '#/elsewhere', '#/channels/%E0%A4%A'].map((hash) => routeOf(hash).page)).toEqual(Array(5).fill('channels'));
  expect(routeOf('#/catalogue')).toEqual({ page: 'catalogue' });
  expect(routeOf('#/as-run')).toEqual({ page: 'as-run' });
});

test('ids survive the address, whatever is in them', () => {
  expect(routeOf(channelHref('a/b c%'))).toEqual({ page: 'channel', streamId: 'a/b c%' });
  expect(routeOf(spotHref('acme-30'))).toEqual({ page: 'spot', spotId: 'acme-30' });
});
