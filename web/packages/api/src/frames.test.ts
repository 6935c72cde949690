import { expect, test } from 'vitest';
import { readFrames } from './frames';

const at = '2026-03-01T10:00:00Z';
const event = { type: 'event', stream: 'queue:q', seq: 3, at, event: 'QueueConfigured', data: {} };
const heartbeat = { type: 'heartbeat', server_time: at, is_live: true };

test('one frame, or several in one message', () => {
  expect(readFrames(JSON.stringify(heartbeat))).toEqual([heartbeat]);
  expect(readFrames(JSON.stringify([event, heartbeat]))).toEqual([event, heartbeat]);
});

test('what is no frame is dropped, and its neighbours stay', () => {
  const strange = [{ type: 'greeting' }, { ...event, seq: -1 }, { ...event, data: null }, 7, event];
  expect(readFrames(JSON.stringify(strange))).toEqual([event]);
  expect(readFrames('{')).toEqual([]);
});
