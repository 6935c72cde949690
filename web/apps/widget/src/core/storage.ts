/** The visitor's token in this browser. Storage may be forbidden: the visit then lasts as long as
 * the tab. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // It is still held in memory by its owner.
  }
}
