import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readTgs, UnfitSticker, type Animation } from './tgs';

const shape = { ty: 'gr', it: [{ ty: 'el' }, { ty: 'fl' }] };
const fine = {
  v: '5.5.7',
  fr: 60,
  ip: 0,
  op: 180,
  w: 512,
  h: 512,
  layers: [{ ty: 4, shapes: [shape] }],
};

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new Blob([new Uint8Array(bytes)]).stream();
const read = (told: unknown): Promise<Animation> =>
  readTgs(streamOf(gzipSync(typeof told === 'string' ? told : JSON.stringify(told))));

const nested = (depth: number): unknown[] => [{ ty: 'gr', it: depth === 0 ? [] : nested(depth - 1) }];

describe('a moving sticker', () => {
  test('is read as it was drawn', async () => {
    const { layers, op, fr } = await read(fine);
    expect({ layers, op, fr }).toEqual({ layers: fine.layers, op: 180, fr: 60 });
  });

  test('brings no pictures, fonts, texts, expressions, ids or classes into the page', async () => {
    const told = {
      ...fine,
      fonts: { list: [{ fPath: 'https://evil.example/font.css', origin: 1 }] },
      assets: [
        { id: 'picture', p: 'https://evil.example/seen.png', u: '', w: 1, h: 1 },
        { id: 'inner', layers: [{ ty: 4, ln: 'app', cl: 'lightbox' }] },
      ],
      layers: [
        { ty: 2, refId: 'picture' },
        { ty: 5, t: {} },
        { ty: 0, refId: 'inner', ks: { r: { k: 0, x: 'var $bm_rt = fetch("/api")' } } },
      ],
    };
    const animation = await read(told);
    expect(animation.assets).toEqual([{ id: 'inner', layers: [{ ty: 4 }] }]);
    expect(animation.layers).toEqual([{ ty: 0, refId: 'inner', ks: { r: { k: 0 } } }]);
    expect(JSON.stringify(animation)).not.toContain('evil');
  });

  test('keeps the curves of its movement, whose key an expression shares', async () => {
    const layers = [{ ty: 4, ks: { r: { k: [{ i: { x: [0.5], y: [1] } }] } } }];
    expect((await read({ ...fine, layers })).layers).toEqual(layers);
  });

  test('that is larger than any sticker is refused, packed or unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(40_000_000, ' '));
    expect(bomb.byteLength).toBeLessThan(64 * 1024);
    await expect(readTgs(streamOf(bomb))).rejects.toThrow('More than 2097152 bytes');
    const noise = crypto.getRandomValues(new Uint8Array(65_000));
    await expect(readTgs(streamOf(new Uint8Array([...noise, ...noise])))).rejects.toThrow(
      'More than 65536 bytes',
    );
  });

  test('that names itself, or unfolds without end, is refused', async () => {
    const itself = [{ id: 'a', layers: [{ ty: 0, refId: 'a' }] }];
    const layers = [{ ty: 0, refId: 'a' }];
    await expect(read({ ...fine, layers, assets: itself })).rejects.toThrow('within itself');
    const doubling = Array.from({ length: 40 }, (_, n) => ({
      id: n === 0 ? 'a' : `a${n}`,
      layers: [1, 2].map(() => (n === 39 ? { ty: 4 } : { ty: 0, refId: `a${n + 1}` })),
    }));
    await expect(read({ ...fine, layers, assets: doubling })).rejects.toThrow('Too much');
  });

  test.each([
    ['a repeater', { ...fine, layers: [{ ty: 4, shapes: [{ ty: 'gr', it: [{ ty: 'rp', c: { k: 1e9 } }] }] }] }],
    ['groups without end', { ...fine, layers: [{ ty: 4, shapes: nested(100) }] }],
    ['no layers', { ...fine, layers: null }],
    ['no size', { ...fine, w: 0 }],
    ['a huge size', { ...fine, h: 1e9 }],
    ['an hour', { ...fine, op: 216_000 }],
    ['no time', { ...fine, fr: 0 }],
    ['a list', []],
    ['no JSON', '{"v":'],
    ['a deep nest', '['.repeat(1_000_000)],
  ])('with %s is refused', async (_name, told) => {
    await expect(read(told)).rejects.toThrow(UnfitSticker);
  });

  test('that is no gzip is refused', async () => {
    await expect(readTgs(streamOf(new TextEncoder().encode('<svg/>')))).rejects.toThrow(UnfitSticker);
  });
});
