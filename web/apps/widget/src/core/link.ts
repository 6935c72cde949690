/** The connection to the server: follows one conversation's stream from the last seq we have, over
 * whichever carrier comes through, and comes back by itself after a loss, a sleep or a change of network. */
import type { EventFrame, ServerFrame, TicketView, TypingFrame, WaitFrame } from '@halfminute/api';
import { Refusal } from './api';
import { pauseMs } from './backoff';
import { openSocket, openStream, UNEXPLAINED, type Carrier } from './carriers';

export type Phase = 'idle' | 'connecting' | 'live' | 'waiting';

/** What is true for a moment, and no event. */
export type Aside = TypingFrame | WaitFrame;

export interface LinkParts {
  getTicket(): Promise<TicketView>;
  lastSeq(stream: string): number;
  onEvent(frame: EventFrame): void;
  onAside(frame: Aside): void;
  onPhase(phase: Phase): void;
  /** The stream cannot be taken up from where we stand: the thread is to be read anew. */
  onTorn(): void;
}

/** The server beats every 25 s; after this silence it is asked whether it is there. */
const SILENCE_MS = 30_000;
/** What comes back from a sleep asks at once, unless it has heard something just now. */
const FRESH_MS = 1000;
/** A connection on which nothing comes for so long after a question, or at its opening, is dead. */
const ANSWER_MS = 4000;
const OPENING_MS = 8000;
const LOOK_MS = 5000;
/** So many sockets in a row that nothing came through on, and a stream is tried instead. */
const SOCKETS_TRIED = 2;
const SLOW_CONSUMER = 4409;

export class Link {
  /** What is followed; '' while nothing is. */
  private stream = '';
  private phase: Phase = 'idle';
  private carrier: Carrier | null = null;
  /** Counts the openings: what belongs to an earlier one is no longer listened to. */
  private turn = 0;
  private attempt = 0;
  private deafSockets = 0;
  private heardAt = 0;
  private earliest = 0;
  private isTorn = false;
  /** Whether anything has come over the carrier. */
  private isOpen = false;
  /** Opens the next socket, once, without a ticket that is asked for. */
  private spare: string | null | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private proof: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: LinkParts) {}

  /** Follow the stream from now on; nothing happens if that is so already. */
  follow(stream: string): void {
    if (stream === this.stream) return;
    this.stream = stream;
    this.connect();
  }

  /** Follow nothing. */
  leave(): void {
    this.drop();
    this.stream = '';
    this.tellPhase('idle');
  }

  /** The tab or the network is back: what looks open may be dead. */
  wake(): void {
    if (this.stream === '' || Date.now() < this.earliest) return;
    if (this.carrier === null) this.connect();
    else if (this.isOpen && Date.now() - this.heardAt > FRESH_MS) this.probe();
  }

  private connect(): void {
    this.attempt = 0;
    this.spare = null;
    void this.open();
  }

  private async open(): Promise<void> {
    const turn = this.drop();
    if (this.phase === 'idle') this.tellPhase('connecting');
    try {
      const { spare } = this;
      this.spare = null;
      if (spare) return this.carry(spare, turn, true);
      const { ticket, stream } = await this.parts.getTicket();
      if (turn !== this.turn) return;
      // Another conversation has begun of which we have not read.
      if (stream !== this.stream) this.tear();
      else this.carry(ticket, turn);
    } catch (error) {
      if (turn !== this.turn) return;
      const refusal = error instanceof Refusal ? error : null;
      if (refusal?.status === 401) this.leaveTorn();
      else this.pause(this.attempt, refusal?.retryAfterSeconds);
    }
  }

  private carry(ticket: string, turn: number, isSpare = false): void {
    const isStream = this.deafSockets >= SOCKETS_TRIED;
    this.isOpen = false;
    this.heardAt = Date.now();
    const end = (code: number, retryAfterSeconds?: number): void => {
      if (turn !== this.turn) return;
      // Nobody has heard the server give a spare ticket just now: it may be down.
      const isDeaf = !isStream && !this.isOpen && code === UNEXPLAINED && !isSpare;
      // When a stream has broken one socket is tried again: the network may be another one.
      if (isStream) this.deafSockets = SOCKETS_TRIED - 1;
      else this.deafSockets = isDeaf ? this.deafSockets + 1 : 0;
      // The server has just given a ticket: what was deaf is no reason to spare it.
      if (isDeaf) this.pause(0);
      else this.pause(code === SLOW_CONSUMER ? -1 : this.attempt, retryAfterSeconds);
    };
    this.proof = setTimeout(() => end(UNEXPLAINED), OPENING_MS);
    this.carrier = (isStream ? openStream : openSocket)({
      ticket,
      stream: this.stream,
      after: () => this.parts.lastSeq(this.stream),
      hear: (frame) => {
        if (turn !== this.turn) return;
        this.isOpen = true;
        this.hear(frame);
      },
      end,
    });
    this.watch();
  }

  private watch(): void {
    this.timer = setTimeout(() => {
      this.watch();
      if (Date.now() - this.heardAt > SILENCE_MS) this.probe();
    }, LOOK_MS);
  }

  /** Is anybody there? Who cannot be asked is left for a new connection. */
  private probe(): void {
    const asked = Date.now();
    if (this.carrier?.probe() !== true) return this.connect();
    clearTimeout(this.proof);
    this.proof = setTimeout(() => {
      if (this.heardAt < asked) this.pause(0);
    }, ANSWER_MS);
  }

  private hear(frame: ServerFrame): void {
    clearTimeout(this.proof);
    this.heardAt = Date.now();
    if (frame.type === 'welcome') this.spare = frame.ticket;
    else if (frame.type === 'subscribed') {
      this.attempt = 0;
      this.isTorn = false;
      this.tellPhase('live');
    } else if (frame.type === 'event') this.parts.onEvent(frame);
    else if (frame.type === 'typing' || frame.type === 'wait') this.parts.onAside(frame);
    else if (frame.type === 'refused') this.tear();
  }

  /** Read anew once; who is refused all the same is not refused for where it stands. */
  private tear(): void {
    if (this.isTorn) return this.pause(this.attempt);
    this.isTorn = true;
    this.leaveTorn();
  }

  private leaveTorn(): void {
    this.leave();
    this.parts.onTorn();
  }

  private pause(attempt: number, retryAfterSeconds = 0): void {
    this.drop();
    this.tellPhase('waiting');
    this.attempt += 1;
    this.earliest = Date.now() + retryAfterSeconds * 1000;
    this.timer = setTimeout(() => void this.open(), attempt < 0 ? 0 : pauseMs(attempt, retryAfterSeconds));
  }

  private tellPhase(phase: Phase): void {
    if (phase === this.phase) return;
    this.phase = phase;
    this.parts.onPhase(phase);
  }

  /** Lets the connection go; the turn of the next. */
  private drop(): number {
    clearTimeout(this.timer);
    clearTimeout(this.proof);
    this.carrier?.close();
    this.carrier = null;
    return (this.turn += 1);
  }
}
