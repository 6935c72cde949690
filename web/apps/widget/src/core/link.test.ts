import { expect, test } from 'vitest';
import { Refusal } from './api';
import { fetched, getTicket, newest, open, pass, told, Wire } from './link.stage';

test('it is live when all that was missed has come', async () => {
  open().follow('conversation:1');
  await pass(0);
  newest().onopen?.();
  expect(newest().said).toEqual(['authenticate', 'subscribe']);
  expect(told.phases).toEqual(['connecting']);
  newest().tell('subscribed');
  expect(told.phases).toEqual(['connecting', 'live']);
});

test('following the same stream again opens nothing', async () => {
  const link = open();
  link.follow('conversation:1');
  await pass(0);
  link.follow('conversation:1');
  await pass(0);
  expect(Wire.all).toHaveLength(1);
});

test('a server that asks for patience is given it', async () => {
  getTicket.mockRejectedValueOnce(new Refusal(429, 'too_many_tickets', 7));
  const link = open();
  link.follow('conversation:1');
  await pass(6900);
  link.wake();
  await pass(0);
  expect(getTicket).toHaveBeenCalledTimes(1);
  await pass(700);
  expect(getTicket).toHaveBeenCalledTimes(2);
});

test('pauses grow to half a minute', async () => {
  getTicket.mockRejectedValue(new Refusal(0, 'offline'));
  open().follow('conversation:1');
  await pass(0);
  for (const pause of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    const before = getTicket.mock.calls.length;
    await pass(pause - 1);
    expect(getTicket).toHaveBeenCalledTimes(before);
    await pass(1);
    expect(getTicket).toHaveBeenCalledTimes(before + 1);
  }
  getTicket.mockReset().mockResolvedValue({ ticket: 't', stream: 'conversation:1', seconds: 60 });
});

test('after two sockets that nothing came through on a stream is tried, then a socket again', async () => {
  open().follow('conversation:1');
  await pass(0);
  newest().onclose?.({ code: 1006 });
  await pass(500);
  expect(fetched).not.toHaveBeenCalled();
  fetched.mockRejectedValueOnce(new TypeError('network'));
  newest().onclose?.({ code: 1006 });
  await pass(1000);
  expect(fetched).toHaveBeenCalledOnce();
  expect(Wire.all).toHaveLength(2);
  await pass(2000);
  expect(Wire.all).toHaveLength(3);
});

test('a server that was killed in between is no reason for a stream', async () => {
  open().follow('conversation:1');
  for (let time = 0; time < 4; time += 1) {
    await pass(600);
    newest().tell('subscribed');
    newest().onclose?.({ code: 1006 });
  }
  expect(fetched).not.toHaveBeenCalled();
});

test('what looks open and does not answer is given up within seconds of coming back', async () => {
  const link = open();
  link.follow('conversation:1');
  await pass(0);
  newest().tell('subscribed');
  await pass(20_000);
  link.wake();
  expect(newest().said).toContain('heartbeat');
  await pass(3999);
  expect(told.phases.at(-1)).toBe('live');
  await pass(1);
  expect(told.phases.at(-1)).toBe('waiting');
});

test('what answers is kept', async () => {
  const link = open();
  link.follow('conversation:1');
  await pass(0);
  newest().tell('subscribed');
  for (let minute = 0; minute < 5; minute += 1) {
    await pass(29_000);
    link.wake();
    newest().tell('heartbeat');
  }
  expect(Wire.all).toHaveLength(1);
  expect(told.phases.at(-1)).toBe('live');
});

test('a socket that never opens is given up', async () => {
  open().follow('conversation:1');
  await pass(8000);
  expect(told.phases.at(-1)).toBe('waiting');
});

test('a slow reader comes back at once', async () => {
  open().follow('conversation:1');
  await pass(0);
  newest().tell('subscribed');
  newest().onclose?.({ code: 4409 });
  await pass(0);
  expect(Wire.all).toHaveLength(2);
});

test('what cannot be taken up, and a visit that is over, are told', async () => {
  const link = open();
  link.follow('conversation:1');
  await pass(0);
  newest().tell('refused');
  expect(told.torn).toBe(1);
  getTicket.mockRejectedValueOnce(new Refusal(401, 'unknown_visitor'));
  link.follow('conversation:1');
  await pass(0);
  expect(told.torn).toBe(2);
  await pass(60_000);
  expect(Wire.all).toHaveLength(1);
});

test('a refusal that reading anew does not mend is no reason to hurry', async () => {
  const link = open();
  link.follow('conversation:1');
  await pass(0);
  newest().tell('refused');
  link.follow('conversation:1');
  await pass(0);
  newest().tell('refused');
  expect(told.torn).toBe(1);
  await pass(499);
  expect(Wire.all).toHaveLength(2);
  await pass(1);
  expect(Wire.all).toHaveLength(3);
});

test('who leaves hears nothing more, however late it comes', async () => {
  const link = open();
  link.follow('conversation:1');
  link.leave();
  await pass(0);
  expect(Wire.all).toHaveLength(0);
  link.follow('conversation:1');
  await pass(0);
  const old = newest();
  const { onmessage } = old;
  link.leave();
  onmessage?.({ data: '{"type":"subscribed"}' });
  expect(told.phases.at(-1)).toBe('idle');
});
