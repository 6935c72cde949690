/** The socket to the server: follows streams from their last seq, says whether what we show is live,
 * and comes back by itself after a loss. */
import { readFrames, type ClientFrame, type EventFrame, type ServerFrame, type TypingFrame } from '@halfminute/api';
import { fullJitter } from './backoff';

export interface Socket {
  send(text: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
}

export type Phase = 'connecting' | 'open' | 'waiting' | 'signed_out' | 'stopped';

export interface Link {
  phase: Phase;
  /** Local milliseconds when the server last said that it reads the log; null before the first. */
  lastLiveAt: number | null;
  /** Local milliseconds of the next attempt while `waiting`. */
  retryAt: number | null;
}

export interface RealtimeParts {
  openSocket(): Socket;
  /** Last seq applied of a stream that is followed. */
  lastSeq(stream: string): number | undefined;
  /** Applies events and tells the streams that miss one. */
  onEvents(events: EventFrame[]): string[];
  onTyping(frame: TypingFrame): void;
  onServerTime(serverTime: string): void;
  onRefused(stream: string, code: string): void;
  onLink(link: Link): void;
  now(): number;
  random(): number;
}

const HEARTBEAT_MS = 3000;
/** The server beats every 2 s; after this silence the connection is taken for dead. */
const SILENCE_MS = 8000;
const SIGNED_OUT = 4401;
const SLOW_CONSUMER = 4409;
const TOO_MANY_FRAMES = 4429;

export class Realtime {
  private socket: Socket | null = null;
  private readonly followed = new Set<string>();
  private link: Link = { phase: 'connecting', lastLiveAt: null, retryAt: null };
  private attempt = 0;
  private beatAt = 0;
  private heardAt = 0;
  private beatTimer: ReturnType<typeof setInterval> | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly parts: RealtimeParts) {}

  start(): void {
    this.beatTimer ??= setInterval(() => this.tick(), HEARTBEAT_MS);
    this.connect();
  }

  stop(): void {
    this.setLink({ phase: 'stopped', retryAt: null });
    if (this.beatTimer !== null) clearInterval(this.beatTimer);
    this.beatTimer = null;
    this.drop();
  }

  follow(stream: string): void {
    if (this.followed.has(stream)) return;
    this.followed.add(stream);
    this.subscribe(stream);
  }

  unfollow(stream: string): void {
    if (this.followed.delete(stream)) this.send({ type: 'unsubscribe', stream });
  }

  /** Tries at once, because the network came back or somebody asked. */
  retryNow(): void {
    if (this.link.phase === 'waiting') this.connect();
  }

  private connect(): void {
    this.drop();
    this.setLink({ phase: 'connecting', retryAt: null });
    this.heardAt = this.parts.now();
    const socket = this.parts.openSocket();
    this.socket = socket;
    socket.onmessage = (event) => {
      if (socket === this.socket) this.receive(String(event.data));
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.lost(event.code);
    };
  }

  private drop(): void {
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = null;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private lost(code: number): void {
    this.drop();
    if (code === SIGNED_OUT) {
      this.setLink({ phase: 'signed_out', retryAt: null });
      return;
    }
    if (code === TOO_MANY_FRAMES) this.attempt = Math.max(this.attempt, 4);
    const pause = code === SLOW_CONSUMER ? 0 : fullJitter(this.attempt, this.parts.random);
    this.attempt += 1;
    this.setLink({ phase: 'waiting', retryAt: this.parts.now() + pause });
    this.retryTimer = setTimeout(() => this.connect(), pause);
  }

  private receive(text: string): void {
    this.heardAt = this.parts.now();
    const events: EventFrame[] = [];
    for (const frame of readFrames(text)) {
      if (frame.type === 'event') events.push(frame);
      else this.receiveControl(frame);
    }
    if (events.length === 0) return;
    for (const stream of this.parts.onEvents(events)) this.resubscribe(stream);
  }

  private receiveControl(frame: Exclude<ServerFrame, EventFrame>): void {
    if (frame.type === 'welcome') this.welcomed(frame.server_time);
    else if (frame.type === 'typing') this.parts.onTyping(frame);
    else if (frame.type === 'heartbeat') this.heard(frame.server_time, frame.is_live);
    else if (frame.type === 'refused' && this.followed.delete(frame.stream)) {
      this.parts.onRefused(frame.stream, frame.code);
    }
  }

  private welcomed(serverTime: string): void {
    this.parts.onServerTime(serverTime);
    this.attempt = 0;
    this.setLink({ phase: 'open', retryAt: null });
    for (const stream of this.followed) this.subscribe(stream);
    this.beat();
  }

  private heard(serverTime: string, isLive: boolean): void {
    this.parts.onServerTime(serverTime);
    if (isLive) this.setLink({ lastLiveAt: this.parts.now() });
    // A hidden page's timers sleep up to a minute; the server's beats wake us, so answer them.
    if (this.parts.now() - this.beatAt >= HEARTBEAT_MS) this.beat();
  }

  private tick(): void {
    if (this.link.phase === 'open' && this.parts.now() - this.beatAt >= HEARTBEAT_MS / 2) this.beat();
    const isSilent = this.parts.now() - this.heardAt > SILENCE_MS;
    if (isSilent && this.socket !== null) this.lost(0);
  }

  private beat(): void {
    this.beatAt = this.parts.now();
    this.send({ type: 'heartbeat' });
  }

  private subscribe(stream: string): void {
    const after = this.parts.lastSeq(stream);
    if (after !== undefined) this.send({ type: 'subscribe', stream, after });
  }

  private resubscribe(stream: string): void {
    if (!this.followed.has(stream)) return;
    this.send({ type: 'unsubscribe', stream });
    this.subscribe(stream);
  }

  private send(frame: ClientFrame): void {
    if (this.link.phase === 'open') this.socket?.send(JSON.stringify(frame));
  }

  private setLink(change: Partial<Link>): void {
    this.link = { ...this.link, ...change };
    this.parts.onLink(this.link);
  }
}
