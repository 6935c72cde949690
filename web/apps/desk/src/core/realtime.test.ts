import type { EventFrame } from '@halfminute/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isLive } from './snapshot';
import { Realtime, type Link, type Socket } from './realtime';
import { sampleEvent } from './samples';

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly sent: { type: string; stream?: string; after?: number }[] = [];
  send = (text: string): void => void this.sent.push(JSON.parse(text));
  close = (): void => undefined;
  say = (...frames: object[]): void =>
    this.onmessage?.({ data: JSON.stringify(frames.length === 1 ? frames[0] : frames) });
  of = (type: string) => this.sent.filter((frame) => frame.type === type);
}

const welcome = { type: 'welcome', heartbeat_seconds: 2, server_time: '2026-03-01T10:00:00Z' };
const heartbeat = (is_live: boolean) => ({
  type: 'heartbeat',
  server_time: '2026-03-01T10:00:00Z',
  is_live,
});

let sockets: FakeSocket[];
let cursors: Map<string, number>;
let events: EventFrame[];
let gaps: string[];
let refused: string[];
let link: Link;
let realtime: Realtime;
const latest = (): FakeSocket => sockets.at(-1) as FakeSocket;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  [sockets, events, gaps, refused] = [[], [], [], []];
  cursors = new Map([['agent:me', 3]]);
  realtime = new Realtime({
    openSocket: () => (sockets.push(new FakeSocket()), latest()),
    lastSeq: (stream) => cursors.get(stream),
    onEvents: (frames) => (events.push(...frames), gaps),
    onTyping: () => undefined,
    onServerTime: () => undefined,
    onRefused: (stream) => void refused.push(stream),
    onLink: (next) => (link = next),
    now: () => Date.now(),
    random: () => 0.5,
  });
  realtime.follow('agent:me');
  realtime.start();
});

afterEach(() => {
  realtime.stop();
  vi.useRealTimers();
});

test('streams are asked for after the welcome, from the last seq applied', () => {
  expect(latest().sent).toEqual([]);
  latest().say(welcome);
  expect(latest().of('subscribe')).toEqual([{ type: 'subscribe', stream: 'agent:me', after: 3 }]);
});

test('after a loss it waits with jitter and resumes from the newest seq', () => {
  latest().say(welcome);
  cursors.set('agent:me', 9);
  latest().onclose?.({ code: 1006 });
  expect(link).toMatchObject({ phase: 'waiting', retryAt: Date.now() + 250 });
  vi.advanceTimersByTime(250);
  expect(sockets).toHaveLength(2);
  latest().say(welcome);
  expect(latest().of('subscribe')).toEqual([{ type: 'subscribe', stream: 'agent:me', after: 9 }]);
});

test('pauses grow up to their cap while nobody answers', () => {
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    latest().onclose?.({ code: 1006 });
    pauses.push((link.retryAt ?? 0) - Date.now());
    vi.advanceTimersByTime(pauses.at(-1) ?? 0);
  }
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 7500, 7500, 7500]);
});

test('a slow consumer resumes at once', () => {
  latest().say(welcome);
  latest().onclose?.({ code: 4409 });
  vi.advanceTimersByTime(0);
  expect(sockets).toHaveLength(2);
});

test('an ended session is not tried again', () => {
  latest().onclose?.({ code: 4401 });
  vi.advanceTimersByTime(60_000);
  expect(link.phase).toBe('signed_out');
  expect(sockets).toHaveLength(1);
});

test('a hole in a stream asks for it again from the last seq', () => {
  latest().say(welcome);
  gaps = ['agent:me'];
  latest().say(sampleEvent('agent:me', 8, 'X'), sampleEvent('agent:me', 9, 'Y'));
  expect(events).toHaveLength(2);
  expect(latest().sent.slice(-2)).toEqual([
    { type: 'unsubscribe', stream: 'agent:me' },
    { type: 'subscribe', stream: 'agent:me', after: 3 },
  ]);
});

test('a refused stream is reported once and not asked for after a reconnect', () => {
  latest().say(welcome);
  latest().say({ type: 'refused', stream: 'agent:me', code: 'forbidden' });
  expect(refused).toEqual(['agent:me']);
  latest().onclose?.({ code: 1012 });
  vi.advanceTimersByTime(15_000);
  latest().say(welcome);
  expect(latest().of('subscribe')).toEqual([]);
});

test('it beats every three seconds, also when only the server wakes it', () => {
  latest().say(welcome);
  for (let beat = 0; beat < 5; beat += 1) {
    vi.advanceTimersByTime(2000);
    latest().say(heartbeat(true));
  }
  const inTenSeconds = latest().of('heartbeat').length;
  expect(inTenSeconds).toBeGreaterThanOrEqual(3);
  expect(inTenSeconds).toBeLessThanOrEqual(6);
});

test('live is what the server said within five seconds, and only if it reads the log', () => {
  latest().say(welcome);
  latest().say(heartbeat(true));
  const at = Date.now();
  expect(isLive(link, at + 5000)).toBe(true);
  expect(isLive(link, at + 5001)).toBe(false);
  vi.advanceTimersByTime(4000);
  latest().say(heartbeat(false));
  expect(isLive(link, at + 5001)).toBe(false);
});

test('a connection that fell silent is left', () => {
  latest().say(welcome);
  vi.advanceTimersByTime(12_000);
  expect(sockets.length).toBeGreaterThan(1);
});

test('frames that make no sense are dropped', () => {
  latest().onmessage?.({ data: 'not json' });
  latest().say({ type: 'event', stream: 5 }, { type: 'made_up' });
  expect(events).toEqual([]);
});
