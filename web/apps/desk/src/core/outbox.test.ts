import { ApiError, type MessageView } from '@halfminute/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox } from './outbox';
import type { OutboxItem, OutboxStore } from './outboxStore';
import { sampleMessage } from './samples';

const offline = () => new ApiError('offline', 0, 'offline', '');
const refusal = () => new ApiError('refused', 409, 'conversation_closed', '');

/** One browser: what it keeps, its tabs, and whose turn it is. */
class Browser {
  readonly kept = new Map<string, OutboxItem>();
  readonly tabs = new Set<OutboxStore>();
  readonly turns = new Map<string, Promise<unknown>>();
  isFull = false;

  openTab(): OutboxStore {
    const changed = (): void => this.tabs.forEach((other) => other !== tab && other.onForeignChange());
    const tab: OutboxStore = {
      onForeignChange: () => undefined,
      list: async () => structuredClone([...this.kept.values()]),
      put: async (item) => {
        if (this.isFull) throw new DOMException('full', 'QuotaExceededError');
        this.kept.set(item.client_id, item);
        changed();
      },
      remove: async (clientId) => {
        this.kept.delete(clientId);
        changed();
      },
      alone: (name, work) => {
        const turn = (this.turns.get(name) ?? Promise.resolve()).then(work);
        this.turns.set(name, turn);
        return turn;
      },
    };
    this.tabs.add(tab);
    return tab;
  }
}

let browser: Browser;
let posted: string[];
let sent: string[];
let shown: readonly OutboxItem[];
let answer: (item: OutboxItem) => Promise<MessageView>;

function openOutbox(onChange = (items: readonly OutboxItem[]) => void (shown = items)): Outbox {
  const outbox = new Outbox({
    store: browser.openTab(),
    send: (item) => {
      posted.push(item.text);
      return answer(item);
    },
    onSent: (item) => void sent.push(item.text),
    onChange,
    onSignedOut: () => undefined,
    random: () => 1,
  });
  void outbox.start();
  return outbox;
}

const item = (text: string, conversation_id = 'c'): OutboxItem => ({
  client_id: `id-${text}`,
  conversation_id,
  kind: 'reply',
  text,
  sticker: null,
  reply_to_message_id: null,
    files: [],
    location: null,
  created_at: '2026-03-01T10:00:00Z',
  refused: null,
});
const taken = async (one: OutboxItem): Promise<MessageView> =>
  sampleMessage('m', one.conversation_id, { client_id: one.client_id });
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  browser = new Browser();
  [posted, sent, shown] = [[], [], []];
  answer = taken;
});
afterEach(() => vi.useRealTimers());

test('a reply is shown before the server answered, and kept until it did', async () => {
  const outbox = openOutbox();
  await settle();
  const kept = outbox.add(item('hello'));
  expect(shown.map((one) => one.text)).toEqual(['hello']);
  await kept;
  expect(browser.kept.size).toBe(1);
  await settle();
  expect(sent).toEqual(['hello']);
  expect(shown).toEqual([]);
  expect(browser.kept.size).toBe(0);
});

test('a closed tab while the server is away loses nothing and keeps the client id', async () => {
  answer = () => Promise.reject(offline());
  const first = openOutbox();
  await first.add(item('one'));
  await settle();
  first.stop();
  answer = taken;
  openOutbox();
  await settle();
  expect(sent).toEqual(['one']);
  expect(posted).toEqual(['one', 'one']);
});

test('two tabs show what one of them said, and it is sent once', async () => {
  answer = () => Promise.reject(offline());
  let elsewhere: readonly OutboxItem[] = [];
  const [here, there] = [openOutbox(), openOutbox((items) => void (elsewhere = items))];
  await here.add(item('one'));
  await settle();
  expect(elsewhere.map((one) => one.client_id)).toEqual(['id-one']);
  posted = [];
  answer = taken;
  here.sendAll();
  there.sendAll();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(posted).toEqual(['one']);
  expect([...shown, ...elsewhere]).toEqual([]);
});

test('a tab sends what another one left in its middle', async () => {
  answer = () => Promise.reject(offline());
  const here = openOutbox();
  const there = openOutbox();
  await here.add(item('1'));
  await here.add(item('2'));
  await settle();
  here.stop();
  answer = taken;
  there.sendAll();
  await settle();
  expect(sent).toEqual(['1', '2']);
});

test('a browser that keeps nothing is no reason to lose words', async () => {
  browser.isFull = true;
  answer = () => Promise.reject(offline());
  const outbox = openOutbox();
  await outbox.add(item('hello'));
  await settle();
  expect(shown.map((one) => one.text)).toEqual(['hello']);
  answer = taken;
  outbox.sendAll();
  await settle();
  expect(sent).toEqual(['hello']);
  expect(shown).toEqual([]);
});

test('replies of one conversation go one after the other, others do not wait for them', async () => {
  const gates: (() => void)[] = [];
  answer = (one) =>
    new Promise((resolve) => gates.push(() => resolve(sampleMessage('m', one.conversation_id))));
  const outbox = openOutbox();
  await outbox.add(item('a1', 'a'));
  await outbox.add(item('a2', 'a'));
  await outbox.add(item('b1', 'b'));
  await settle();
  expect(posted).toEqual(['a1', 'b1']);
  gates[0]?.();
  await settle();
  expect(posted).toEqual(['a1', 'b1', 'a2']);
});

test('after a loss it tries again by itself, in order', async () => {
  answer = () => Promise.reject(offline());
  const outbox = openOutbox();
  await outbox.add(item('1'));
  await outbox.add(item('2'));
  await settle();
  expect(posted[0]).toBe('1');
  expect(posted).not.toContain('2');
  answer = taken;
  await vi.advanceTimersByTimeAsync(2000);
  expect(sent).toEqual(['1', '2']);
});

test('a refusal is shown with its code and waits for a human word', async () => {
  answer = () => Promise.reject(refusal());
  const outbox = openOutbox();
  await outbox.add(item('late'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(posted).toEqual(['late']);
  expect(shown[0]?.refused).toBe('conversation_closed');
  answer = taken;
  await outbox.retry('id-late');
  await settle();
  expect(sent).toEqual(['late']);
});

test('what is thrown away in one tab is gone in the other', async () => {
  answer = () => Promise.reject(refusal());
  const here = openOutbox(() => undefined);
  const there = openOutbox();
  await here.add(item('late'));
  await settle();
  expect(shown.map((one) => one.refused)).toEqual(['conversation_closed']);
  await here.remove('id-late');
  await settle();
  expect(shown).toEqual([]);
  there.sendAll();
  await settle();
  expect(posted).toEqual(['late']);
});
