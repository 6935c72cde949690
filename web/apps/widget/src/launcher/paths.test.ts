import { describe, expect, it } from 'vitest';
import { isAmong } from './paths';

describe('the pages that an administrator named', () => {
  it.each([
    ['/checkout', '/checkout', true],
    ['/checkout', '/checkout/', true],
    ['/checkout/', '/checkout', true],
    ['/checkout', '/checkout/pay', false],
    ['/checkout*', '/checkout/pay', true],
    ['/checkout/*', '/checkout', false],
    ['*/pay', '/ru/checkout/pay', true],
    ['/', '/', true],
    ['/', '/tariffs', false],
    ['/a.b', '/axb', false],
    ['/(', '/(', true],
    ['*', '/anything', true],
  ])('%s names %s: %s', (pattern, path, is) => {
    expect(isAmong([pattern], path)).toBe(is);
  });

  it('are none where none is named', () => {
    expect(isAmong([], '/')).toBe(false);
  });
});
