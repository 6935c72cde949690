import { expect, test } from 'vitest';
import { ServerClock } from './clock';
import { holdOrder } from './order';
import { uuid7 } from './uuid7';

test('the reading that travelled least sets the clock', () => {
  let local = 0;
  const clock = new ServerClock(() => local);
  clock.observe(new Date(10_000).toISOString());
  local = 3000;
  clock.observe(new Date(12_100).toISOString());
  expect(clock.now()).toBe(13_000);
});

test('ids are UUIDv7 and sort by their time', () => {
  const id = uuid7(0x0190_0000_0000);
  expect(id).toMatch(/^01900000-0000-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuid7(1000) < uuid7(2000)).toBe(true);
});

test('a held list keeps its places, drops what left, and counts what waits', () => {
  expect(holdOrder(['a', 'b', 'c'], ['d', 'c', 'a'])).toEqual({ ids: ['a', 'c'], hiddenCount: 1 });
});
