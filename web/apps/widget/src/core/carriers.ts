/** Two ways to hear the server, with the same frames: a socket, and where a proxy lets none through, a
 * stream of server-sent events (HTML Living Standard, 9.2). Both are opened by a ticket. */
import type { ServerFrame } from '@halfminute/api';

export interface Ear {
  ticket: string;
  stream: string;
  /** The last seq that we have. */
  after(): number;
  hear(frame: ServerFrame): void;
  /** It is over: by a code of the server's, or UNEXPLAINED. */
  end(code: number, retryAfterSeconds?: number): void;
}

export interface Carrier {
  /** Has the server say something; false where it cannot be asked. */
  probe(): boolean;
  /** The ear hears nothing after this. */
  close(): void;
}

export type Carry = (ear: Ear) => Carrier;

/** How browsers say that a connection broke, or never came to be (RFC 6455, 7.1.5). */
export const UNEXPLAINED = 1006;

const ENDPOINT = '/api/realtime';
const CLOSE = 'event: close\ndata: ';
const DATA = 'data: ';

function tell(ear: Ear, text: string): void {
  const told = JSON.parse(text) as ServerFrame | ServerFrame[];
  for (const frame of Array.isArray(told) ? told : [told]) ear.hear(frame);
}

export const openSocket: Carry = (ear) => {
  // A visitor who is signed in at the desk as well is a contact here.
  const url = new URL(`${ENDPOINT}?as=contact`, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url);
  const say = (frame: object): void => socket.send(JSON.stringify(frame));
  socket.onopen = () => {
    say({ type: 'authenticate', token: ear.ticket });
    say({ type: 'subscribe', stream: ear.stream, after: ear.after() });
  };
  socket.onmessage = ({ data }) => tell(ear, String(data));
  socket.onclose = ({ code }) => ear.end(code);
  return {
    probe() {
      if (socket.readyState === socket.OPEN) say({ type: 'heartbeat' });
      return true;
    },
    close() {
      socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
};

export const openStream: Carry = (ear) => {
  const aborting = new AbortController();
  void readStream(ear, aborting.signal)
    .catch(() => [UNEXPLAINED, 0] as const)
    .then(([code, seconds]) => {
      if (!aborting.signal.aborted) ear.end(code, seconds);
    });
  return { probe: () => false, close: () => aborting.abort() };
};

/** Reads to the end; with which code it ended, and when to come back at the earliest. */
async function readStream(ear: Ear, signal: AbortSignal): Promise<readonly [number, number]> {
  const headers = { authorization: `Bearer ${ear.ticket}` };
  const answer = await fetch(`${ENDPOINT}/stream?after=${ear.after()}`, { headers, signal, cache: 'no-store' });
  if (!answer.ok || answer.body === null) return [UNEXPLAINED, Number(answer.headers.get('retry-after')) || 0];
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let unread = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return [UNEXPLAINED, 0];
    const events = (unread + value).split('\n\n');
    unread = events.pop() ?? '';
    for (const event of events) {
      if (event.startsWith(CLOSE)) return [Number(event.slice(CLOSE.length)), 0];
      if (event.startsWith(DATA) && !signal.aborted) tell(ear, event.slice(DATA.length));
    }
  }
}
