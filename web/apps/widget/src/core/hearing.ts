/** What is heard of the conversation: over a connection where this tab leads, else from the tab that does. */
import type { EventFrame, TicketView } from '@halfminute/api';
import { Link, type Aside, type Phase } from './link';
import { Tabs, type Standing } from './tabs';

export interface HearingParts {
  getTicket(): Promise<TicketView>;
  /** The conversation's stream as far as we know, '' before there is one; and where we stand on it. */
  stream(): string;
  seq(): number;
  onEvent(frame: EventFrame): void;
  onAside(frame: Aside): void;
  onPhase(phase: Phase): void;
  /** Something was missed, or is to be done that another tab has seen. */
  onNews(): void;
  /** Where we stand is none of the server's numbers. */
  onTorn(): void;
  /** This tab leads from now on, or no longer. */
  onTurn(): void;
}

export class Hearing {
  private readonly link: Link;
  private readonly tabs: Tabs;
  private phase: Phase = 'idle';
  /** The place that was heard last. */
  private place: Aside | undefined;

  constructor(private readonly parts: HearingParts) {
    this.link = new Link({
      getTicket: () => parts.getTicket(),
      lastSeq: (stream) => (stream === parts.stream() ? parts.seq() : 0),
      onEvent: (frame) => {
        this.tabs.tell({ type: 'frame', frame, before: parts.seq() });
        parts.onEvent(frame);
      },
      onAside: (frame) => {
        if (frame.type === 'wait') this.place = frame;
        this.tabs.tell({ type: 'aside', frame });
        parts.onAside(frame);
      },
      onPhase: (phase) => this.setPhase(phase),
      onTorn: () => parts.onTorn(),
    });
    this.tabs = new Tabs({
      onLead: (isLeader) => {
        if (isLeader) this.follow();
        else this.link.leave();
        parts.onTurn();
      },
      onFrame: (frame, before) => {
        const isNext = frame.stream === parts.stream() && before <= parts.seq();
        if (isNext) parts.onEvent(frame);
        else parts.onNews();
      },
      onAside: (frame) => parts.onAside(frame),
      onStanding: (standing) => this.compare(standing),
      onNews: () => parts.onNews(),
      standing: () => this.standing(),
    });
  }

  get isLeader(): boolean {
    return this.tabs.isLeader;
  }

  join(): void {
    this.tabs.join();
  }

  /** The tab is looked at again, or the network is back. */
  wake(): void {
    this.link.wake();
    this.tabs.wake();
  }

  /** Hear of the conversation, if there is one. */
  follow(): void {
    if (this.isLeader && this.parts.stream() !== '') this.link.follow(this.parts.stream());
  }

  leave(): void {
    this.link.leave();
  }

  /** The other tabs are to read the thread anew, and to send what is kept. */
  tellNews(): void {
    this.tabs.tell({ type: 'news' });
  }

  private standing(): Standing {
    return { phase: this.phase, stream: this.parts.stream(), seq: this.parts.seq(), place: this.place };
  }

  /** The tab that leads stands so: whoever is behind catches up. */
  private compare({ phase, stream, seq, place }: Standing): void {
    this.setPhase(phase);
    if (place) this.parts.onAside(place);
    if (stream === this.parts.stream() && seq <= this.parts.seq()) return;
    if (stream < this.parts.stream()) this.tellNews();
    else this.parts.onNews();
  }

  private setPhase(phase: Phase): void {
    this.phase = phase;
    if (phase !== 'live') this.place = undefined;
    this.parts.onPhase(phase);
    if (this.isLeader) this.tabs.tell({ type: 'standing', ...this.standing() });
  }
}
