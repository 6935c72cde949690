/** Small lasting things of this browser. Storage may be full, forbidden or absent: the desk then
 * works on without it. */

export interface Storage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(prefix: string): string[];
}

export class BrowserStorage implements Storage {
  get(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  set(key: string, value: string): void {
    try {
      localStorage.setItem(key, value);
    } catch {
      // What cannot be kept is still held in memory by its owner.
    }
  }

  remove(key: string): void {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  }

  keys(prefix: string): string[] {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  }
}

export class MemoryStorage implements Storage {
  readonly items = new Map<string, string>();
  get = (key: string): string | null => this.items.get(key) ?? null;
  set = (key: string, value: string): void => void this.items.set(key, value);
  remove = (key: string): void => void this.items.delete(key);
  keys = (prefix: string): string[] => [...this.items.keys()].filter((key) => key.startsWith(prefix));
}
