/** A list must not jump under the pointer: while it is held, what was shown keeps its place and what
 * is new waits above. */

export interface HeldOrder {
  ids: string[];
  /** How many items wait for the list to be let go. */
  hiddenCount: number;
}

export function holdOrder(shown: readonly string[], current: readonly string[]): HeldOrder {
  const present = new Set(current);
  const ids = shown.filter((id) => present.has(id));
  return { ids, hiddenCount: current.length - ids.length };
}
