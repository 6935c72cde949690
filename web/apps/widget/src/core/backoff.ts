/** How long to wait before trying again. */

const BASE_MS = 500;
const CAP_MS = 30_000;

/** Full jitter, so that ten thousand browsers do not come back in one moment; never before the time
 * that the server asked for (Retry-After: RFC 9110, 10.2.3). `attempt` counts from 0. */
export const pauseMs = (attempt: number, retryAfterSeconds = 0): number =>
  retryAfterSeconds * 1000 + Math.random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt);
