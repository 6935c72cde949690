import { ApiError, type UploadedFile, type UploadOptions } from '@halfminute/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Attachments, type Attachment, type AttachmentsParts, type Trays } from './attachments';
import { sampleDesk } from './samples';

const ABILITIES = sampleDesk().channels['telegram']!;
const offline = () => new ApiError('offline', 0, 'offline', '');

interface Running {
  name: string;
  options: UploadOptions;
  resolve(change?: Partial<UploadedFile>): Promise<void>;
  reject(error: ApiError): Promise<void>;
}

let running: Running[];
let trays: Trays;
let removed: string[];
let look: AttachmentsParts['look'];
let attachments: Attachments;

const settle = () => vi.advanceTimersByTimeAsync(0);
const settled = () => settle().then(() => undefined);
const file = (name: string, type = 'image/png', size = 3) =>
  new File([new Uint8Array(size)], name, { type });
const add = (...files: File[]) => attachments.add('c1', ABILITIES, files);
const tray = (): readonly Attachment[] => trays.get('c1') ?? [];
const states = () => tray().map((each) => each.state);
const names = () => tray().map((each) => each.name);

function uploaded(name: string, change: Partial<UploadedFile> = {}): UploadedFile {
  return {
    id: `file-${name}`,
    state: 'ready',
    kind: 'image',
    media_type: 'image/png',
    size: 3,
    width: 1,
    height: 1,
    duration_seconds: null,
    name,
    waveform: null,
    ...change,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  running = [];
  trays = new Map();
  removed = [];
  look = () => Promise.resolve();
  let ids = 0;
  attachments = new Attachments({
    upload: (_file, options) =>
      new Promise((resolve, reject) => {
        const { name } = options;
        running.push({
          name,
          options,
          resolve: (change) => (resolve(uploaded(name, change)), settled()),
          reject: (error) => (reject(error), settled()),
        });
      }),
    look: (id) => look(id),
    remove: (id) => Promise.resolve(void removed.push(id)),
    onChange: (next) => (trays = next),
    makeId: () => `id-${(ids += 1)}`,
    random: () => 1,
  });
});

afterEach(() => vi.useRealTimers());

test('an upload begins at once, tells how far it is, and is taken when it is there', async () => {
  expect(add(file('a.png'))).toEqual([]);
  expect(states()).toEqual(['uploading']);
  running[0]!.options.onProgress(0.4);
  expect(tray()[0]!.progress).toBe(0.4);
  expect(() => attachments.take('c1')).toThrow();
  await running[0]!.resolve();
  expect(states()).toEqual(['ready']);
  expect(attachments.take('c1').map((each) => each.uploaded!.id)).toEqual(['file-a.png']);
  expect(tray()).toEqual([]);
  expect(removed).toEqual([]);
});

test('two go at a time, and the next when one is there', async () => {
  add(file('a.png'), file('b.png'), file('c.png'));
  expect(states()).toEqual(['uploading', 'uploading', 'waiting']);
  await running[1]!.resolve();
  expect(states()).toEqual(['uploading', 'ready', 'uploading']);
});

test('what the channel does not carry is not uploaded, and said', () => {
  const huge = file('huge.png');
  Object.defineProperty(huge, 'size', { value: 10_000_001 });
  const rejected = add(huge, file('empty.txt', 'text/plain', 0), file('song.mp3', 'audio/mpeg'));
  expect(rejected.map((each) => each.reason)).toEqual(['too_large', 'empty', 'unsendable']);
  expect(rejected[0]!.limit).toBe(10_000_000);
  expect(running).toEqual([]);
});

test('an eleventh file is refused, and the ten stay', () => {
  const rejected = add(...Array.from({ length: 11 }, (_, n) => file(`${n}.png`)));
  expect(rejected).toEqual([{ name: '10.png', reason: 'too_many', limit: 10 }]);
  expect(tray()).toHaveLength(10);
});

test('a broken line keeps the file and tries again with the same id', async () => {
  add(file('a.png'));
  await running[0]!.reject(offline());
  expect(states()).toEqual(['failed']);
  expect(tray()[0]!.failure!.isTransient).toBe(true);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(running[1]!.options.clientId).toBe(running[0]!.options.clientId);
  await running[1]!.resolve();
  expect(states()).toEqual(['ready']);
});

test('when the connection is back, nobody waits for the next attempt', async () => {
  add(file('a.png'));
  await running[0]!.reject(offline());
  attachments.retryBroken();
  expect(states()).toEqual(['uploading']);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(running).toHaveLength(2);
});

test('what the server refuses waits for the agent', async () => {
  add(file('a.png'));
  await running[0]!.reject(new ApiError('refused', 422, 'infected_file', ''));
  await vi.advanceTimersByTimeAsync(60_000);
  attachments.retryBroken();
  expect(running).toHaveLength(1);
  attachments.retry('id-1');
  expect(running).toHaveLength(2);
});

test('a file that turns out to be of another kind is measured again', async () => {
  add(file('a.bin', 'application/octet-stream'));
  await running[0]!.resolve({ kind: 'image', size: 10_000_001 });
  expect(tray()[0]).toMatchObject({ state: 'failed', failure: { code: 'file_not_sendable' } });
});

test('who removes an upload on its way ends it; one that is there is taken back', async () => {
  add(file('a.png'), file('b.png'), file('c.png'));
  attachments.remove('id-1');
  expect(running[0]!.options.signal.aborted).toBe(true);
  await settle();
  expect(names()).toEqual(['b.png', 'c.png']);
  expect(states()).toEqual(['uploading', 'uploading']);
  await running[1]!.resolve();
  attachments.remove('id-2');
  expect(removed).toEqual(['file-b.png']);
});

test('an upload that was there before it could be ended is taken back', async () => {
  add(file('a.png'));
  attachments.remove('id-1');
  await running[0]!.resolve();
  expect(removed).toEqual(['file-a.png']);
  expect(tray()).toEqual([]);
});

test('a file that is being scanned is waited for', async () => {
  look = vi.fn().mockRejectedValueOnce(new ApiError('refused', 409, 'file_not_ready', ''));
  add(file('a.png'));
  await running[0]!.resolve({ state: 'pending' });
  expect(states()).toEqual(['checking']);
  await vi.advanceTimersByTimeAsync(2000);
  expect(states()).toEqual(['checking']);
  await vi.advanceTimersByTimeAsync(2000);
  expect(states()).toEqual(['ready']);
});

test('each conversation has its own files, in the order they are put in', async () => {
  add(file('a.png'), file('b.png'));
  attachments.add('c2', ABILITIES, [file('z.png')]);
  attachments.move('id-2', -5);
  expect(names()).toEqual(['b.png', 'a.png']);
  attachments.move('id-2', 1);
  expect(names()).toEqual(['a.png', 'b.png']);
  expect(trays.get('c2')).toHaveLength(1);
});

test('after the end nothing is tried again', async () => {
  add(file('a.png'));
  await running[0]!.reject(offline());
  attachments.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(running).toHaveLength(1);
});
