import type { EventFrame } from '@halfminute/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Tabs } from './tabs';

/** The page around the frame: what it was asked, and a way to answer. */
const asked: Record<string, unknown>[] = [];
const page = { postMessage: (message: Record<string, unknown>) => asked.push(message) };
let listener: (event: { source: unknown; data: unknown }) => void = () => undefined;
const answer = (data: object, source: unknown = page): void => listener({ source, data });
const wishes = (): unknown[] => asked.map(({ halfminute }) => halfminute);

const heard = { onLead: vi.fn(), onFrame: vi.fn(), onStanding: vi.fn(), onNews: vi.fn(),
  onAside: vi.fn() };
const standing = { phase: 'live', stream: 'conversation:1', seq: 4 } as const;
const frame = { type: 'event', seq: 5 } as EventFrame;

function join(): Tabs {
  const tabs = new Tabs({ ...heard, standing: () => standing });
  tabs.join();
  return tabs;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', {});
  vi.stubGlobal('parent', page);
  vi.stubGlobal('document', { visibilityState: 'visible' });
  vi.stubGlobal('addEventListener', (_: string, told: typeof listener) => (listener = told));
  asked.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

test('on a page without a loader a tab leads for itself', () => {
  const tabs = join();
  vi.advanceTimersByTime(1999);
  expect(tabs.isLeader).toBe(false);
  vi.advanceTimersByTime(1);
  expect(tabs.isLeader).toBe(true);
});

test('whose turn it is the page says, and nobody else', () => {
  const tabs = join();
  answer({ halfminute: 'joined' });
  answer({ halfminute: 'lead', isLeader: true }, {});
  vi.advanceTimersByTime(5000);
  expect(tabs.isLeader).toBe(false);
  answer({ halfminute: 'lead', isLeader: true });
  expect(heard.onLead).toHaveBeenLastCalledWith(true);
  answer({ halfminute: 'lead', isLeader: false });
  expect(heard.onLead).toHaveBeenLastCalledWith(false);
  expect(wishes().filter((wish) => wish === 'join')).toHaveLength(2);
});

test('a leader that does not answer is relieved, one that does is not', () => {
  const tabs = join();
  answer({ halfminute: 'joined' });
  tabs.wake();
  vi.advanceTimersByTime(2900);
  answer({ halfminute: 'told', told: { type: 'standing', ...standing } });
  vi.advanceTimersByTime(3000);
  expect(asked).not.toContainEqual({ halfminute: 'join', isStealing: true });
  tabs.wake();
  vi.advanceTimersByTime(3000);
  expect(asked).toContainEqual({ halfminute: 'join', isStealing: true });
});

test('a tab that nobody looks at takes no place', () => {
  vi.stubGlobal('document', { visibilityState: 'hidden' });
  join();
  answer({ halfminute: 'joined' });
  vi.advanceTimersByTime(60_000);
  expect(wishes()).toEqual(['join']);
});

test('who leads answers where it stands, and takes no frame of others', () => {
  join();
  answer({ halfminute: 'lead', isLeader: true });
  answer({ halfminute: 'told', told: { type: 'ask' } });
  expect(asked.at(-1)).toEqual({ halfminute: 'tell', told: { type: 'standing', ...standing } });
  answer({ halfminute: 'told', told: { type: 'frame', frame, before: 4 } });
  expect(heard.onFrame).not.toHaveBeenCalled();
  answer({ halfminute: 'told', told: { type: 'news' } });
  expect(heard.onNews).toHaveBeenCalledOnce();
});

test('who follows takes frames, and answers nothing', () => {
  join();
  answer({ halfminute: 'joined' });
  answer({ halfminute: 'told', told: { type: 'frame', frame, before: 4 } });
  expect(heard.onFrame).toHaveBeenCalledWith(frame, 4);
  answer({ halfminute: 'told', told: { type: 'ask' } });
  expect(wishes()).toEqual(['join']);
});
