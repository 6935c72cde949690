/** The socket to the server: opened by a ticket, follows one conversation's stream from the last seq
 * we have, and comes back by itself after a loss, a sleep or a change of network. */
import type { EventFrame, ServerFrame, TicketView } from '@halfminute/api';

export type Phase = 'idle' | 'connecting' | 'live' | 'waiting';

export interface LinkParts {
  getTicket(): Promise<TicketView>;
  lastSeq(stream: string): number;
  onEvent(frame: EventFrame): void;
  onPhase(phase: Phase): void;
  /** The stream cannot be taken up from where we stand: the thread is to be read anew. */
  onTorn(): void;
}

const BASE_MS = 500;
const CAP_MS = 30_000;
/** The server beats every 25 s; after this silence the connection is taken for dead. */
const SILENCE_MS = 60_000;
const SLOW_CONSUMER = 4409;

export class Link {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private heardAt = 0;
  private isWanted = false;

  constructor(private readonly parts: LinkParts) {
    for (const event of ['online', 'pageshow', 'focus']) addEventListener(event, () => this.wake());
    document.addEventListener('visibilitychange', () => this.wake());
  }

  /** Connects, anew if need be: the conversation may be another one than before. */
  connect(): void {
    this.isWanted = true;
    this.attempt = 0;
    void this.open();
  }

  private wake(): void {
    if (!this.isWanted || document.visibilityState === 'hidden') return;
    const isSilent = Date.now() - this.heardAt > SILENCE_MS;
    if (this.socket === null || isSilent) this.connect();
  }

  private async open(): Promise<void> {
    this.drop();
    this.parts.onPhase('connecting');
    const ticket = await this.parts.getTicket().catch(() => null);
    if (ticket === null) return this.pause(this.attempt);
    const url = new URL('/api/realtime', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.socket = socket;
    this.heardAt = Date.now();
    socket.onopen = () => socket.send(JSON.stringify({ type: 'authenticate', token: ticket.ticket }));
    socket.onmessage = ({ data }) => {
      if (socket === this.socket) this.hear(String(data), ticket.stream);
    };
    socket.onclose = ({ code }) => {
      if (socket === this.socket) this.pause(code === SLOW_CONSUMER ? -1 : this.attempt);
    };
    this.watch(socket);
  }

  private watch(socket: WebSocket): void {
    setTimeout(() => {
      if (socket !== this.socket) return;
      if (Date.now() - this.heardAt > SILENCE_MS) this.pause(0);
      else this.watch(socket);
    }, SILENCE_MS / 2);
  }

  private hear(text: string, stream: string): void {
    this.heardAt = Date.now();
    const told = JSON.parse(text) as ServerFrame | ServerFrame[];
    for (const frame of Array.isArray(told) ? told : [told]) {
      if (frame.type === 'welcome') {
        const after = this.parts.lastSeq(stream);
        this.socket?.send(JSON.stringify({ type: 'subscribe', stream, after }));
      } else if (frame.type === 'subscribed') {
        this.attempt = 0;
        this.parts.onPhase('live');
      } else if (frame.type === 'event') this.parts.onEvent(frame);
      else if (frame.type === 'refused') this.parts.onTorn();
    }
  }

  /** Full jitter, so that ten thousand browsers do not come back in one moment. */
  private pause(attempt: number): void {
    this.drop();
    this.parts.onPhase('waiting');
    const limit = attempt < 0 ? 0 : Math.min(CAP_MS, BASE_MS * 2 ** attempt);
    this.attempt += 1;
    this.timer = setTimeout(() => void this.open(), Math.random() * limit);
  }

  private drop(): void {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
