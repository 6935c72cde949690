/** Where an open thread stands. It is held at its first unread words, or at its end, until somebody
 * moves it: rows are measured once they are shown, pictures come later still, the composer grows, and
 * each of these would push the place away. */
import { tick } from 'svelte';
import type { VirtualizerHandle } from 'virtua/svelte';

/** `unread`: the border of what is new stands in the middle. */
export type Held = 'unread' | 'end' | null;

export interface PlaceParts {
  /** Pixels above the first row. */
  top: number;
  scroller(): HTMLElement | null;
  rows(): VirtualizerHandle | null;
  /** The row of the border of what is new; -1 without. */
  border(): number;
}

/** Nearer to the end than this many pixels is at the end. */
const NEAR_PX = 90;
/** The browser rounds what we ask for to its own pixels. */
const ROUNDING_PX = 1.5;

export class Place {
  isAtEnd = $state(false);
  /** Rows have been measured: what is seen is where we stand, and no guess any more. */
  isSettled = $state(false);
  private sought = 0;

  constructor(
    private readonly parts: PlaceParts,
    private held: Held,
  ) {
    this.isAtEnd = held === 'end';
  }

  /** Stands where it is held; nothing where it is not. To be asked whenever a size has changed. */
  seek(): void {
    const scroller = this.parts.scroller();
    if (scroller === null || this.held === null) return;
    const wanted = this.held === 'end' ? scroller.scrollHeight : this.borderIn(scroller);
    if (wanted === null) return;
    scroller.scrollTop = wanted;
    // Read back, for it may be less than was asked for.
    this.sought = scroller.scrollTop;
    this.look(scroller);
  }

  /** The same once the rows stand where their new sizes put them. */
  async seekSoon(): Promise<void> {
    await tick();
    this.seek();
  }

  /** The first sizes are known. */
  settle(): void {
    this.seek();
    this.isSettled = true;
  }

  async toEnd(): Promise<void> {
    this.held = 'end';
    this.isAtEnd = true;
    await this.seekSoon();
  }

  /** The person takes the thread into their own hands. */
  release(): void {
    if (this.held === 'unread') this.held = null;
  }

  /** The thread has scrolled: by us, or by somebody else who then has it. */
  scrolled(): void {
    const scroller = this.parts.scroller();
    if (scroller === null) return;
    const isOurs = this.held !== null && Math.abs(scroller.scrollTop - this.sought) <= ROUNDING_PX;
    if (isOurs) {
      this.look(scroller);
      return;
    }
    const below = belowIn(scroller);
    this.held = below < NEAR_PX ? 'end' : null;
    this.sought = scroller.scrollTop;
    this.isAtEnd = below < NEAR_PX;
  }

  private look(scroller: HTMLElement): void {
    this.isAtEnd = this.held === 'end' || belowIn(scroller) < NEAR_PX;
  }

  private borderIn(scroller: HTMLElement): number | null {
    const rows = this.parts.rows();
    const border = this.parts.border();
    if (rows === null || border < 0) return null;
    const middle = rows.getItemOffset(border) + rows.getItemSize(border) / 2;
    return Math.max(0, this.parts.top + middle - scroller.clientHeight / 2);
  }
}

const belowIn = (scroller: HTMLElement): number =>
  scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
