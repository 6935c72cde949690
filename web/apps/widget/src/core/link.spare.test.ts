/** What a socket was told opens the next one. */
import { expect, test } from 'vitest';
import { Refusal } from './api';
import type { Link } from './link';
import { fetched, getTicket, newest, open, pass, Wire } from './link.stage';

/** A link whose socket has been told what opens the next, and has just broken. */
async function breakOff(): Promise<Link> {
  const link = open();
  link.follow('conversation:1');
  await pass(0);
  newest().tell('welcome', 'spare');
  newest().tell('subscribed');
  newest().onclose?.({ code: 1006 });
  return link;
}

test('what a socket was told opens the next one, and no ticket is asked for', async () => {
  await breakOff();
  await pass(500);
  newest().onopen?.();
  expect(newest().token).toBe('spare');
  newest().tell('welcome', 'another');
  newest().tell('subscribed');
  newest().onclose?.({ code: 1006 });
  await pass(500);
  newest().onopen?.();
  expect(newest().token).toBe('another');
  expect(getTicket).toHaveBeenCalledTimes(1);
});

test('what did not open a socket is not tried again', async () => {
  await breakOff();
  await pass(500);
  newest().onclose?.({ code: 4401 });
  await pass(1000);
  newest().onopen?.();
  expect(newest().token).toBe('t');
});

test('a server that is down is not hurried by who has no need to ask for a ticket', async () => {
  await breakOff();
  getTicket.mockRejectedValue(new Refusal(0, 'offline'));
  await pass(500);
  expect(Wire.all).toHaveLength(2);
  newest().onclose?.({ code: 1006 });
  for (const [asked, pause] of [1000, 2000, 4000, 8000].entries()) {
    await pass(pause - 1);
    expect(getTicket).toHaveBeenCalledTimes(asked + 1);
    await pass(1);
    expect(getTicket).toHaveBeenCalledTimes(asked + 2);
  }
  expect(fetched).not.toHaveBeenCalled();
  getTicket.mockReset().mockResolvedValue({ ticket: 't', stream: 'conversation:1', seconds: 60 });
});

test('what opens one stream is not shown for another', async () => {
  const link = await breakOff();
  getTicket.mockResolvedValueOnce({ ticket: 'of 2', stream: 'conversation:2', seconds: 60 });
  link.follow('conversation:2');
  await pass(0);
  newest().onopen?.();
  expect(newest().token).toBe('of 2');
});

test('who has left asks anew', async () => {
  const link = await breakOff();
  link.leave();
  link.follow('conversation:1');
  await pass(0);
  newest().onopen?.();
  expect(newest().token).toBe('t');
});
