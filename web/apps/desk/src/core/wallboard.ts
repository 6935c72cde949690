/** What the wallboard makes of its figures: how old they are, how they stand to what is promised, and
 * where a line of them runs. */
import type { Wallboard, WallboardFigures } from '@halfminute/api';

/** `none`: there is nothing to judge. */
export type Tone = 'good' | 'near' | 'over' | 'none';

export const STALE_SECONDS = 5;
/** Behind by so much it is no delay: the log is being counted anew. */
export const COUNTING_SECONDS = 60;
/** From this share of a limit on it is close. */
const NEAR = 0.75;
/** A ratio that falls short by less than this is close. */
const NEARLY = 0.01;
const STEADY_MS = 10_000;

/** How old the figures are at a moment of the server's clock; null where there are none. */
export function ageSeconds(board: Wallboard, nowMs: number): number | null {
  return board.as_of === null ? null : Math.max(0, (nowMs - Date.parse(board.as_of)) / 1000);
}

/** How long the first of those who wait has waited; null where nobody does. A wait goes on between two
 * answers, but not while the figures are old: whether it still does nobody knows. */
export function waitedSeconds(
  figures: WallboardFigures,
  board: Wallboard,
  isStale: boolean,
  nowMs: number,
): number | null {
  if (figures.waiting_since === null) return null;
  const until = isStale && board.as_of !== null ? Date.parse(board.as_of) : nowMs;
  return Math.max(0, (until - Date.parse(figures.waiting_since)) / 1000);
}

/** Of something that should be no more than its limit. */
export function toneBelow(value: number | null, limit: number): Tone {
  if (value === null) return 'none';
  if (value > limit) return 'over';
  return value >= limit * NEAR ? 'near' : 'good';
}

/** Of a ratio that should be no less than its target. */
export function toneAbove(ratio: number | null, target: number): Tone {
  if (ratio === null) return 'none';
  if (ratio >= target) return 'good';
  return ratio >= target - NEARLY ? 'near' : 'over';
}

/** Keeps a tone until another has lasted for ten seconds, so that a figure at its limit does not
 * flicker on a wall. What was nothing becomes something at once, and the other way round. */
export class SteadyTone {
  private shown: Tone = 'none';
  private wish: Tone = 'none';
  private wishedAt = 0;

  next(tone: Tone, nowMs: number): Tone {
    if (tone !== this.wish) {
      this.wish = tone;
      this.wishedAt = nowMs;
    }
    const isAtOnce = tone === 'none' || this.shown === 'none';
    if (isAtOnce || nowMs - this.wishedAt >= STEADY_MS) this.shown = tone;
    return this.shown;
  }
}

export interface Point {
  x: number;
  y: number;
}

/** Runs of neighbours that have a value, as points of a box of this size; a gap ends a run. */
export function runsOf(
  values: readonly (number | null)[],
  width: number,
  height: number,
  top: number,
): Point[][] {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const runs: Point[][] = [];
  let run: Point[] = [];
  values.forEach((value, index) => {
    if (value !== null) {
      run.push({ x: index * step, y: yOf(value, height, top) });
      return;
    }
    if (run.length > 0) runs.push(run);
    run = [];
  });
  return run.length > 0 ? [...runs, run] : runs;
}

/** Where a value stands in a box whose upper edge is `top`. */
export function yOf(value: number, height: number, top: number): number {
  return height - (Math.min(Math.max(value, 0), top) / (top || 1)) * height;
}

/** A top for an axis: the value or what is promised, whichever is more, and some air. */
export function topOf(values: readonly (number | null)[], promised = 0): number {
  return Math.max(1, promised * 1.5, ...values.map((value) => (value ?? 0) * 1.1));
}

export const QUARTER_MS = 15 * 60_000;
const QUARTERS = 24;

export interface QuarterSlot {
  startMs: number;
  quarter: Wallboard['quarters'][number] | null;
}

/** The last six hours without a gap: quarters in which nobody came have no figures. */
export function slotsOf(board: Wallboard, nowMs: number): QuarterSlot[] {
  const known = new Map(board.quarters.map((each) => [Date.parse(each.start_at), each]));
  const last = Math.floor(nowMs / QUARTER_MS) * QUARTER_MS;
  return Array.from({ length: QUARTERS }, (_, index) => {
    const startMs = last - (QUARTERS - 1 - index) * QUARTER_MS;
    return { startMs, quarter: known.get(startMs) ?? null };
  });
}
