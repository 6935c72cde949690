/** Full jitter: a uniform pause up to an exponentially growing limit, so that a thousand desks do
 * not come back in one moment. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
export function fullJitter(
  attempt: number,
  random: () => number,
  baseMs = 500,
  capMs = 15_000,
): number {
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** attempt));
}
