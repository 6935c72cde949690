import { describe, expect, test, vi } from 'vitest';
import { Refusal } from './api';
import { Bytes } from './bytes';
import type { Wish } from './keeping';
import type { Item } from './outbox';
import { namesOf, Parcels, type ParcelParts } from './parcels';

/** What the page around us keeps; it outlives the tab. */
function openPage(isKeeping = true) {
  const kept = new Map<string, unknown>();
  const ask = (wish: Wish, key: string, value?: unknown): Promise<unknown> => {
    if (!isKeeping) return Promise.resolve(undefined);
    if (wish === 'set') kept.set(key, value);
    if (wish === 'remove') kept.delete(key);
    if (wish !== 'list') return Promise.resolve(kept.get(key));
    const found = [...kept].filter(([name]) => name.startsWith(key));
    return Promise.resolve(found.map(([name, each]) => (typeof each === 'string' ? each : name)));
  };
  return { kept, openTab: () => new Bytes(ask, 'files.') };
}

const handed: string[] = [];
const openParcels = (bytes: Bytes, more: Partial<ParcelParts> = {}): Parcels =>
  new Parcels({
    bytes,
    upload: async (parcel, file) => {
      handed.push(`${parcel.name}: ${await file.text()}`);
      return { id: `id of ${parcel.name}` } as never;
    },
    takeBack: () => Promise.resolve(),
    onChange: () => undefined,
    ...more,
  });
const file = (name: string): File => new File([`bytes of ${name}`], name);
/** The message as the outbox gives it back. */
const stored = (item: Item): Item => JSON.parse(JSON.stringify(item)) as Item;
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('files of a message', () => {
  test('go before it, each once, and it names them in their order', async () => {
    handed.length = 0;
    const parcels = openParcels(openPage().openTab());
    const item = parcels.pack('Look', [file('a.png'), file('b.pdf')]);
    const kept: Item[] = [];
    const keep = (each: Item): Promise<void> => Promise.resolve(void kept.push(stored(each)));

    expect(await parcels.handIn(item, keep)).toBe(true);
    expect(await parcels.handIn(item, keep)).toBe(true);

    expect(handed).toEqual(['a.png: bytes of a.png', 'b.pdf: bytes of b.pdf']);
    expect(kept.map(namesOf)).toEqual([
      { file_ids: ['id of a.png'] },
      { file_ids: ['id of a.png', 'id of b.pdf'] },
    ]);
  });

  test('are none beside a sticker, which is named alone, also after a reload', () => {
    const parcels = openParcels(openPage().openTab());
    const sticker = { id: 'rocket', part: { type: 'sticker', emoji: '🚀' } as never };

    expect(namesOf(stored({ ...parcels.pack('', []), sticker }))).toEqual({ sticker_id: 'rocket' });
  });

  test('go on after a reload, from the bytes that the page has kept', async () => {
    handed.length = 0;
    const page = openPage();
    const item = stored(openParcels(page.openTab()).pack('Look', [file('a.png')]));
    await settle();

    expect(await openParcels(page.openTab()).handIn(item, () => Promise.resolve())).toBe(true);
    expect(handed).toEqual(['a.png: bytes of a.png']);
  });

  test('are told as lost after a reload where nothing could be kept, and the words stay', async () => {
    const page = openPage(false);
    const item = stored(openParcels(page.openTab()).pack('Look', [file('a.png')]));
    await settle();
    const parcels = openParcels(page.openTab());

    expect(await parcels.handIn(item, () => Promise.resolve())).toBe(false);
    expect(parcels.isLost(item)).toBe(true);

    const again = parcels.repack(item, [file('c.png')]);
    expect(parcels.isLost(again)).toBe(false);
    expect(again).toMatchObject({ client_id: item.client_id, text: 'Look', refused: null });
    expect(await parcels.handIn(again, () => Promise.resolve())).toBe(true);
  });

  test('tell how much of them has gone, and nothing once they are there', async () => {
    const shares: (number | null)[] = [];
    const parcels: Parcels = openParcels(openPage().openTab(), {
      upload: (parcel, _file, onProgress) => {
        onProgress(0.5);
        return Promise.resolve({ id: parcel.name } as never);
      },
      onChange: () => shares.push(parcels.shareOf(item)),
    });
    const item: Item = parcels.pack('', [file('a'), file('b')]);

    await parcels.handIn(item, () => Promise.resolve());

    expect(shares).toEqual([0, 0.25, 0.5, 0.75, null]);
  });

  test('that are cancelled are neither kept nor named, and what was handed in is taken back', async () => {
    const page = openPage();
    const takeBack = vi.fn(() => Promise.resolve());
    const parcels = openParcels(page.openTab(), {
      takeBack,
      upload: (parcel, _file, _onProgress, signal) =>
        parcel.name === 'a' ?
          Promise.resolve({ id: 'first' } as never)
        : new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Refusal(0, 'offline')))),
    });
    const item = parcels.pack('', [file('a'), file('b')]);
    const handing = parcels.handIn(item, () => Promise.resolve());
    await settle();

    parcels.cancel(item);

    await expect(handing).rejects.toThrow('offline');
    await settle();
    expect(page.kept.size).toBe(0);
    expect(takeBack).toHaveBeenCalledWith('first');
  });

  test('that the server has let go since are handed in anew', () => {
    const parcels = openParcels(openPage().openTab());
    const item = parcels.pack('', [file('a')]);
    const sent: Item = { ...item, files: [{ ...(item.files?.[0] as never as object), file_id: 'gone' } as never] };

    expect(parcels.judge({ ...sent, refused: 'file_not_found' })).toMatchObject({
      refused: null,
      files: [{ file_id: null }],
    });
    expect(parcels.judge({ ...sent, refused: 'too_large' })).toMatchObject({ refused: 'too_large' });
  });

  test('that no message names any more are let go', async () => {
    const page = openPage();
    const bytes = page.openTab();
    await bytes.put('named', file('a'));
    await bytes.put('orphan', file('b'));

    page.kept.set('unsent.1', JSON.stringify({ files: [{ client_id: 'named' }] }));

    await bytes.retain('unsent.');

    expect([...page.kept.keys()]).toEqual(['files.named', 'unsent.1']);
  });

  test('stay where the page does not say which messages there are', async () => {
    const kept: string[] = ['files.a'];
    const silent = new Bytes((wish, key) => {
      if (wish === 'remove') kept.length = 0;
      return Promise.resolve(wish === 'list' && key === 'files.' ? kept : undefined);
    }, 'files.');

    await silent.retain('unsent.');

    expect(kept).toEqual(['files.a']);
  });
});
