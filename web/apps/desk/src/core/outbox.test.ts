import { ApiError, type MessageView } from '@halfminute/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox, type OutboxItem } from './outbox';
import { sampleMessage } from './samples';
import { MemoryStorage } from './storage';

const offline = () => new ApiError('offline', 0, 'offline', '');
const refusal = () => new ApiError('refused', 409, 'conversation_closed', '');

let storage: MemoryStorage;
let posted: string[];
let sent: string[];
let shown: readonly OutboxItem[];
let answer: (item: OutboxItem) => Promise<MessageView>;

function openOutbox(): Outbox {
  const outbox = new Outbox({
    storage,
    userId: 'me',
    send: (item) => {
      posted.push(item.text);
      return answer(item);
    },
    onSent: (item) => void sent.push(item.text),
    onChange: (items) => (shown = items),
    onSignedOut: () => undefined,
    random: () => 1,
  });
  outbox.start();
  return outbox;
}

const item = (text: string, conversation_id = 'c'): OutboxItem => ({
  client_id: `id-${text}`,
  conversation_id,
  kind: 'reply',
  text,
  reply_to_message_id: null,
  created_at: '2026-03-01T10:00:00Z',
  refused: null,
});
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  storage = new MemoryStorage();
  [posted, sent, shown] = [[], [], []];
  answer = async (one) => sampleMessage('m', one.conversation_id, { client_id: one.client_id });
});
afterEach(() => vi.useRealTimers());

test('a reply is shown before the server answered, and kept until it did', async () => {
  const outbox = openOutbox();
  outbox.add(item('hello'));
  expect(shown.map((one) => one.text)).toEqual(['hello']);
  expect(storage.items.size).toBe(1);
  await settle();
  expect(sent).toEqual(['hello']);
  expect(shown).toEqual([]);
  expect(storage.items.size).toBe(0);
});

test('a reload while the server is away loses nothing and keeps the client id', async () => {
  answer = () => Promise.reject(offline());
  openOutbox().add(item('one'));
  await settle();
  answer = async (one) => sampleMessage('m', 'c', { client_id: one.client_id });
  openOutbox();
  await settle();
  expect(sent).toEqual(['one']);
  expect(posted).toEqual(['one', 'one']);
});

test('replies of one conversation go one after the other, others do not wait for them', async () => {
  const gates: (() => void)[] = [];
  answer = (one) =>
    new Promise((resolve) => gates.push(() => resolve(sampleMessage('m', one.conversation_id))));
  const outbox = openOutbox();
  outbox.add(item('a1', 'a'));
  outbox.add(item('a2', 'a'));
  outbox.add(item('b1', 'b'));
  await settle();
  expect(posted).toEqual(['a1', 'b1']);
  gates[0]?.();
  await settle();
  expect(posted).toEqual(['a1', 'b1', 'a2']);
});

test('after a loss it tries again by itself, in order', async () => {
  answer = () => Promise.reject(offline());
  const outbox = openOutbox();
  outbox.add(item('1'));
  outbox.add(item('2'));
  await settle();
  expect(posted).toEqual(['1']);
  answer = async () => sampleMessage('m', 'c');
  await vi.advanceTimersByTimeAsync(600);
  expect(sent).toEqual(['1', '2']);
});

test('a refusal is shown with its code and waits for a human word', async () => {
  answer = () => Promise.reject(refusal());
  const outbox = openOutbox();
  outbox.add(item('late'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(posted).toEqual(['late']);
  expect(shown[0]?.refused).toBe('conversation_closed');
  answer = async () => sampleMessage('m', 'c');
  outbox.retry('id-late');
  await settle();
  expect(sent).toEqual(['late']);
});

test('what an older version left in the storage in another form is ignored', () => {
  storage.set('halfminute.outbox.me.x', '{"text":1}');
  storage.set('halfminute.outbox.me.y', 'broken');
  openOutbox();
  expect(shown).toEqual([]);
});
