/** Where the panel keeps the visitor's token and their unsent words.
 *
 * Browsers give a frame of another site no storage, or forget it; so in a frame the page around us keeps
 * things for us (`loader.ts`). What nobody keeps lives as long as the tab. */

export interface Keeping {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** All values whose keys begin so. */
  list(prefix: string): Promise<string[]>;
  /** Forgets all whose keys begin so. */
  clear(prefix: string): Promise<void>;
  /** Bytes, under keys of their own: see `bytes.ts`. Undefined where nothing can be kept. */
  ask(wish: Wish, key: string, value?: unknown, patienceMs?: number): Promise<unknown>;
  /** Told when another tab has changed something. */
  onForeignChange: () => void;
}

export type Wish = 'get' | 'set' | 'remove' | 'list' | 'clear';

/** A page that does not answer so long has no loader of ours. */
const PATIENCE_MS = 2000;
/** One that has answered before is only busy. */
const BUSY_MS = 30_000;

abstract class Remembering implements Keeping {
  onForeignChange: () => void = () => undefined;
  /** What could not be kept. */
  private readonly memory = new Map<string, string>();

  async get(key: string): Promise<string | null> {
    return this.memory.get(key) ?? ((await this.ask('get', key)) as string | null | undefined) ?? null;
  }

  async set(key: string, value: string): Promise<void> {
    if ((await this.ask('set', key, value)) === true) this.memory.delete(key);
    else this.memory.set(key, value);
  }

  async remove(key: string): Promise<void> {
    this.memory.delete(key);
    await this.ask('remove', key);
  }

  async list(prefix: string): Promise<string[]> {
    const kept = ((await this.ask('list', prefix)) ?? []) as string[];
    const held = [...this.memory].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
    return [...kept, ...held];
  }

  async clear(prefix: string): Promise<void> {
    for (const key of [...this.memory.keys()]) if (key.startsWith(prefix)) this.memory.delete(key);
    await this.ask('clear', prefix);
  }

  /** What came of it; undefined where nothing can be kept. */
  abstract ask(wish: Wish, key: string, value?: unknown, patienceMs?: number): Promise<unknown>;
}

/** In a frame: the page around us does it. */
class FramedKeeping extends Remembering {
  private readonly waiting = new Map<number, (answer: unknown) => void>();
  private last = 0;
  private hasLoader = false;

  constructor() {
    super();
    addEventListener('message', ({ source, data }) => {
      const told = data as { halfminute?: unknown; id?: number; answer?: unknown } | null;
      if (source !== parent) return;
      if (told?.halfminute === 'kept') {
        this.hasLoader = true;
        this.waiting.get(told.id ?? 0)?.(told.answer);
      }
      if (told?.halfminute === 'changed') this.onForeignChange();
    });
  }

  ask(wish: Wish, key: string, value?: unknown, patienceMs = PATIENCE_MS): Promise<unknown> {
    const id = (this.last += 1);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), this.hasLoader ? Math.max(BUSY_MS, patienceMs) : patienceMs);
      this.waiting.set(id, (answer) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(answer);
      });
      parent.postMessage({ halfminute: 'keep', id, wish, key, value }, '*');
    });
  }
}

/** On a page of our own. */
class OwnKeeping extends Remembering {
  constructor() {
    super();
    addEventListener('storage', () => this.onForeignChange());
  }

  async ask(wish: Wish, key: string, value: unknown = ''): Promise<unknown> {
    // Of texts alone: bytes live as long as the tab here.
    if (typeof value !== 'string' || key.includes('.file.')) return undefined;
    try {
      if (wish === 'get') return localStorage.getItem(key);
      const keys = Object.keys(localStorage).filter((each) => each.startsWith(key));
      if (wish === 'list') return keys.map((each) => localStorage.getItem(each));
      if (wish === 'clear') keys.forEach((each) => localStorage.removeItem(each));
      else if (wish === 'set') localStorage.setItem(key, value);
      else localStorage.removeItem(key);
      return true;
    } catch {
      return undefined;
    }
  }
}

export const openKeeping = (): Keeping => (parent === window ? new OwnKeeping() : new FramedKeeping());
