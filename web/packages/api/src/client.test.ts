import { expect, test } from 'vitest';
import { ApiClient } from './client';
import { ApiError } from './errors';
import { Requests } from './request';

interface Asked {
  address: string;
  init: RequestInit;
}

/** A server that gives one answer, and remembers what it was asked. */
function answering(answer: () => Response): { asked: Asked[]; fetcher: typeof fetch } {
  const asked: Asked[] = [];
  const fetcher: typeof fetch = async (address, init = {}) => {
    asked.push({ address: String(address), init });
    return answer();
  };
  return { asked, fetcher };
}

const json = (body: unknown, status = 200, headers = {}) => () =>
  new Response(JSON.stringify(body), { status, headers });

test('ids stand in the path, a body is JSON', async () => {
  const { asked, fetcher } = answering(json({ id: 'm' }, 201));
  const note = { client_id: 'k', text: 'да' };
  expect(await new ApiClient(fetcher).addNote('a/b?', note)).toEqual({ id: 'm' });
  expect(asked[0]?.address).toBe('/api/conversations/a%2Fb%3F/notes');
  expect(asked[0]?.init).toMatchObject({ method: 'POST', body: JSON.stringify(note) });
});

test('a filter without a value is left out', async () => {
  const { asked, fetcher } = answering(json({ items: [] }));
  const client = new ApiClient(fetcher);
  await client.listWaiting('q', null);
  await client.listWaiting('q', 'a+b=');
  expect(asked.map((one) => one.address)).toEqual([
    '/api/queues/q/conversations?limit=50',
    '/api/queues/q/conversations?limit=50&after=a%2Bb%3D',
  ]);
  expect(asked[0]?.init.body).toBeUndefined();
});

test('an answer without a body is none', async () => {
  const { fetcher } = answering(() => new Response(null, { status: 204 }));
  expect(await new ApiClient(fetcher).markRead('c', 'm')).toBeUndefined();
});

test('a network that fails is offline, and worth another attempt', async () => {
  const client = new ApiClient(() => Promise.reject(new TypeError('down')));
  const error = await client.getDesk().catch((caught: unknown) => caught);
  expect(error).toMatchObject({ kind: 'offline', isTransient: true });
});

test.each([
  [401, 'signed_out', false],
  [409, 'refused', false],
  [429, 'too_many', true],
  [503, 'unavailable', true],
])('a %i is %s', async (status, kind, isTransient) => {
  const headers = { 'retry-after': '7' };
  const { fetcher } = answering(json({ code: 'because', message: 'Why' }, status, headers));
  const error = await new ApiClient(fetcher).getSession().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ kind, code: 'because', retryAfterSeconds: 7, isTransient });
});

test('only what the server describes can be asked', () => {
  const { asked, fetcher } = answering(json({}));
  const requests = new Requests(fetcher);
  void [
    // @ts-expect-error no such route
    () => requests.send('get', '/api/nothing', {}),
    // @ts-expect-error the route does not take this method
    () => requests.send('get', '/api/presence', {}),
    // @ts-expect-error the id is missing
    () => requests.send('get', '/api/contacts/{contact_id}', {}),
    // @ts-expect-error no such filter
    () => requests.send('get', '/api/conversations/{conversation_id}/messages', { path: { conversation_id: 'c' }, query: { from: 1 } }),
    // @ts-expect-error no such presence
    () => requests.send('put', '/api/presence', { body: { presence: 'gone' } }),
  ];
  expect(asked).toEqual([]);
});
