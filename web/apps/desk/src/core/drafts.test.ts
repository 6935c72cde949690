import { ApiError, type DraftView } from '@halfminute/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Drafts } from './drafts';
import { MemoryStorage } from './storage';

let storage: MemoryStorage;
let server: DraftView;
let conflicts: string[];
let isAway: boolean;

function openDrafts(): Drafts {
  return new Drafts({
    storage,
    userId: 'me',
    save: async (_id, text, version) => {
      if (isAway) throw new ApiError('offline', 0, 'offline', '');
      if (version !== server.version) throw new ApiError('refused', 409, 'draft_conflict', '');
      server = { text, version: version + 1 };
      return { version: server.version };
    },
    load: async () => server,
    onSaved: () => undefined,
    onRefused: () => undefined,
    onConflict: (_id, theirs) => void conflicts.push(theirs.text),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  storage = new MemoryStorage();
  server = { text: '', version: 0 };
  conflicts = [];
  isAway = false;
});
afterEach(() => vi.useRealTimers());

test('the server has the draft within two seconds of the last key', async () => {
  const drafts = openDrafts();
  drafts.write('c', 'h');
  drafts.write('c', 'hello');
  await vi.advanceTimersByTimeAsync(2000);
  expect(server).toEqual({ text: 'hello', version: 1 });
  expect(storage.items.size).toBe(0);
});

test('a page that dies before the save leaves the draft to the next one', async () => {
  openDrafts().write('c', 'half a sent');
  vi.clearAllTimers();
  const drafts = openDrafts();
  expect(drafts.local('c')).toBe('half a sent');
  drafts.start();
  await vi.advanceTimersByTimeAsync(2000);
  expect(server.text).toBe('half a sent');
});

test('a newer draft from another device is not overwritten before the agent decides', async () => {
  const drafts = openDrafts();
  server = { text: 'from the phone', version: 4 };
  drafts.write('c', 'from the desk');
  await vi.advanceTimersByTimeAsync(2000);
  drafts.write('c', 'from the desk, longer');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(conflicts).toEqual(['from the phone']);
  expect(server.text).toBe('from the phone');
  drafts.decide('c', 'from the desk, longer');
  await vi.advanceTimersByTimeAsync(2000);
  expect(server).toEqual({ text: 'from the desk, longer', version: 5 });
});

test('while the server is away the draft is kept and tried again', async () => {
  isAway = true;
  const drafts = openDrafts();
  drafts.write('c', 'x');
  await vi.advanceTimersByTimeAsync(3000);
  expect(drafts.local('c')).toBe('x');
  isAway = false;
  await vi.advanceTimersByTimeAsync(6000);
  expect(server.text).toBe('x');
});

test('of an erased contact no draft stays in this browser, and none is tried again', async () => {
  let saves = 0;
  const drafts = new Drafts({
    storage,
    userId: 'me',
    save: () => {
      saves += 1;
      return Promise.reject(new ApiError('refused', 409, 'contact_erased', ''));
    },
    load: async () => server,
    onSaved: () => undefined,
    onRefused: () => undefined,
    onConflict: (_id, theirs) => void conflicts.push(theirs.text),
  });
  drafts.write('c', 'about a person');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(saves).toBe(1);
  expect(storage.items.size).toBe(0);
  drafts.write('d', 'about another');
  drafts.forget('d');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(saves).toBe(1);
  expect(storage.items.size).toBe(0);
});
