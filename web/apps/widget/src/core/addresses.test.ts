import { expect, test } from 'vitest';
import type { FileAddress } from '@halfminute/api';
import { Addresses } from './addresses';

const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const address = (url: string, hours = 6): FileAddress => ({ url, thumbnail_url: null, expires_at: inHours(hours) });
const always = (): boolean => true;

test('all that one drawing shows is asked for at once, and once', async () => {
  const asked: string[][] = [];
  const addresses = new Addresses((ids) => {
    asked.push(ids);
    return Promise.resolve({ a: address('/a'), b: address('/b') });
  });

  const found = await Promise.all(['a', 'b', 'a', 'gone'].map((id) => addresses.get(id, always)));
  await addresses.get('a', always);

  expect(found.map((each) => each?.url ?? null)).toEqual(['/a', '/b', '/a', null]);
  expect(asked).toEqual([['a', 'b', 'gone']]);
});

test('one that ends soon, or is not good enough, is asked for anew', async () => {
  let count = 0;
  const addresses = new Addresses(() => Promise.resolve({ a: address(`/${(count += 1)}`, count === 1 ? 0.1 : 6) }));

  const urls = [];
  for (const isGood of [always, always, always, () => false]) urls.push((await addresses.get('a', isGood))?.url);

  expect(urls).toEqual(['/1', '/2', '/2', '/3']);
});

test('no line gives none now, and is asked again the next time', async () => {
  let isDown = true;
  const addresses = new Addresses(() => (isDown ? Promise.reject(new Error()) : Promise.resolve({ a: address('/a') })));
  expect(await addresses.get('a', always)).toBeNull();
  isDown = false;
  expect((await addresses.get('a', always))?.url).toBe('/a');
});

test('what was told beside something else need not be asked for', async () => {
  const addresses = new Addresses(() => Promise.reject(new Error('asked')));

  addresses.keep({ a: address('/a') });

  expect((await addresses.get('a', always))?.url).toBe('/a');
});
