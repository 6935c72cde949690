/** What the plays of the link have around it: a browser whose wires are played by hand. */
import { afterEach, beforeEach, vi } from 'vitest';
import { Link, type Phase } from './link';

/** The other end of a connection. */
export class Wire {
  static readonly all: Wire[] = [];
  readonly OPEN = 1;
  readyState = 1;
  said: unknown[] = [];
  /** What it proved itself by. */
  token: unknown;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    Wire.all.push(this);
  }

  send(text: string): void {
    const frame = JSON.parse(text) as { type: unknown; token?: unknown };
    this.said.push(frame.type);
    this.token ??= frame.token;
  }

  close(): void {
    this.readyState = 3;
  }

  tell(type: string, ticket?: string): void {
    this.onmessage?.({ data: JSON.stringify({ type, stream: 'conversation:1', seq: 3, ticket }) });
  }
}

export const fetched = vi.fn(() => new Promise<Response>(() => undefined));
export const getTicket = vi.fn(() => Promise.resolve({ ticket: 't', stream: 'conversation:1', seconds: 60 }));
/** What the link has told. */
export const told = { phases: [] as Phase[], torn: 0 };

export const open = (): Link =>
  new Link({
    getTicket,
    lastSeq: () => 3,
    onEvent: () => undefined,
    onAside: () => undefined,
    onPhase: (phase) => told.phases.push(phase),
    onTorn: () => (told.torn += 1),
  });
export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
export const newest = (): Wire => Wire.all.at(-1) as Wire;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', Wire);
  vi.stubGlobal('fetch', fetched);
  vi.stubGlobal('location', { href: 'https://chat.example/widget/v1/1' });
  // The longest that jitter may make a pause.
  vi.spyOn(Math, 'random').mockReturnValue(1);
  Wire.all.length = 0;
  told.phases = [];
  told.torn = 0;
  fetched.mockClear();
  getTicket.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
