import type { WaitFrame } from '@halfminute/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Hearing } from './hearing';

const page = { postMessage: () => undefined };
let listener: (event: { source: unknown; data: unknown }) => void = () => undefined;
const leader = (told: object): void => listener({ source: page, data: { halfminute: 'told', told } });

const place: WaitFrame = {
  type: 'wait',
  stream: 'conversation:1',
  position: 2,
  expected_wait: { least_minutes: 1, most_minutes: 3 },
};
const standing = { type: 'standing', phase: 'live', stream: 'conversation:1', seq: 4 };
const parts = {
  getTicket: () => new Promise<never>(() => undefined),
  stream: () => 'conversation:1',
  seq: () => 4,
  onEvent: vi.fn(),
  onAside: vi.fn(),
  onPhase: vi.fn(),
  onNews: vi.fn(),
  onTorn: vi.fn(),
  onTurn: vi.fn(),
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', {});
  vi.stubGlobal('parent', page);
  vi.stubGlobal('document', { visibilityState: 'visible' });
  vi.stubGlobal('addEventListener', (_: string, told: typeof listener) => (listener = told));
  new Hearing(parts).join();
  listener({ source: page, data: { halfminute: 'joined' } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

test('a tab without a connection hears of the place from the one that has it', () => {
  leader({ type: 'aside', frame: place });
  expect(parts.onAside).toHaveBeenCalledExactlyOnceWith(place);
});

test('a tab that was opened later learns the place with how the leader stands', () => {
  leader({ ...standing, place });
  expect(parts.onAside).toHaveBeenCalledExactlyOnceWith(place);
  expect(parts.onPhase).toHaveBeenCalledWith('live');
});

test('where the leader knows none, none is told', () => {
  leader(standing);
  expect(parts.onAside).not.toHaveBeenCalled();
});
