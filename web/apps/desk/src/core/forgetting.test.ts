import type { UploadedFile } from '@halfminute/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OwnFiles } from '../shell/ownFiles';
import { Desk, type DeskParts } from './desk';
import { forgetErased } from './forgetting';
import { sampleDesk, sampleEvent } from './samples';

const ABILITIES = sampleDesk().channels['telegram']!;

let revoked: string[];
let removed: string[];
let ownFiles: OwnFiles;
let desk: Desk;

const file = (name: string) => new File([name], name, { type: 'image/png' });
const erased = (id: string) =>
  sampleEvent(`conversation:${id}`, 1, 'ContactErased', { conversation_id: id });

beforeEach(() => {
  revoked = [];
  removed = [];
  ownFiles = new OwnFiles();
  let urls = 0;
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => `blob:${(urls += 1)}`);
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void revoked.push(url));
  const api = {
    // Of the second no answer ever comes.
    upload: (_file: Blob, { name, signal }: { name: string; signal: AbortSignal }) =>
      new Promise<Partial<UploadedFile>>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        if (name !== 'slow.png') resolve({ id: `file-${name}`, kind: 'image', size: 3, state: 'ready' });
      }),
    removeFile: (id: string) => Promise.resolve(void removed.push(id)),
  };
  const storage = { get: () => null, set: () => true, remove: () => undefined, keys: () => [] };
  desk = new Desk({
    api,
    storage,
    outboxStore: { list: () => Promise.resolve([]) },
    userId: 'me',
    forgetFiles: (id: string, waiting: readonly Blob[]) => ownFiles.forgetConversation(id, waiting),
    now: () => 0,
    random: () => 1,
  } as unknown as DeskParts);
});

afterEach(() => vi.restoreAllMocks());

test('what waits beside the words of an erased contact goes, and its pictures with it', async () => {
  const [quick, slow, others] = [file('quick.png'), file('slow.png'), file('others.png')];
  desk.attachments.add('c1', ABILITIES, [quick, slow]);
  desk.attachments.add('c2', ABILITIES, [others]);
  await vi.waitFor(() => expect(desk.attachments.of('c2')[0]?.state).toBe('ready'));
  const shown = [ownFiles.urlOf(quick), ownFiles.urlOf(slow)];
  ownFiles.urlOf(others);

  forgetErased(desk, [erased('c1')]);

  expect(desk.attachments.of('c1')).toEqual([]);
  expect(removed).toEqual(['file-quick.png']);
  expect(revoked).toEqual(shown);
  expect(desk.attachments.of('c2').map((each) => each.name)).toEqual(['others.png']);
});

test('pictures that were sent to an erased contact are shown from here no more', () => {
  ownFiles.keep('f1', 'c1', file('a.png'));
  ownFiles.keep('f2', 'c2', file('b.png'));
  const [first, second] = [ownFiles.find('f1'), ownFiles.find('f2')];

  forgetErased(desk, [erased('c1')]);

  expect(ownFiles.find('f1')).toBeNull();
  expect(revoked).toEqual([first]);
  expect(ownFiles.find('f2')).toBe(second);
});
