/** How a wait is drawn: the ring fills up to the promise, then warns. */

export type Urgency = 'within' | 'over' | 'long';

export function urgencyOf(seconds: number, targetSeconds: number): Urgency {
  if (seconds <= targetSeconds) return 'within';
  return seconds <= targetSeconds * 2 ? 'over' : 'long';
}

/** The part of the ring that is drawn, 0..1. */
export function filledRatio(seconds: number, targetSeconds: number): number {
  return Math.min(1, Math.max(0, seconds / Math.max(1, targetSeconds)));
}
