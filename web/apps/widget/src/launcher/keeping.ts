/** What the chat must not lose, kept in the page: a frame of another site is given no storage. */

export interface Wish {
  id: number;
  wish: 'get' | 'set' | 'remove' | 'list' | 'clear';
  key: string;
  value?: unknown;
}

export interface Keeper {
  /** The answer to a wish of the frame's: what was found, true for what was done, nothing for what could
   * not be. Of keys that do not begin with our name there is nothing. */
  keep(wish: Wish): Promise<object>;
  /** Forgets all of this widget's; returns the visit's token, if there was one. */
  forget(): string | null;
  /** Whether the browser lets us keep anything. */
  canKeep(): boolean;
}

export function openKeeper(name: string): Keeper {
  const filesOf = `${name}file.`;
  const clearFiles = (): Promise<unknown> => keepFile('clear', filesOf);
  return {
    keep: async ({ id, wish, key, value }) => {
      let answer: unknown;
      if (key.startsWith(filesOf)) answer = await keepFile(wish, key, value);
      else if (key.startsWith(name)) {
        answer = keepText(wish, key, value);
        if (wish === 'clear') await clearFiles();
      }
      return { halfminute: 'kept', id, answer };
    },
    forget: () => {
      const token = keepText('get', `${name}visit`) as string | null | undefined;
      keepText('clear', name);
      void clearFiles();
      return token ?? null;
    },
    canKeep: () => keepText('set', `${name}try`) === true,
  };
}

/** Undefined where nothing can be kept. */
export function keepText(wish: Wish['wish'], key: string, value?: unknown): unknown {
  try {
    const { localStorage } = window;
    const keys = Object.keys(localStorage).filter((each) => each.startsWith(key));
    if (wish === 'get') return localStorage.getItem(key);
    if (wish === 'list') return keys.map((each) => localStorage.getItem(each));
    if (wish === 'set') localStorage.setItem(key, String(value));
    else for (const each of wish === 'clear' ? keys : [key]) localStorage.removeItem(each);
    return true;
  } catch {
    // Forbidden or full: the chat then holds it as long as the tab is open.
    return undefined;
  }
}

/** Files are too large for texts. The bytes are handed over as such, and found by their keys. */
function keepFile(wish: Wish['wish'], key: string, value?: unknown): Promise<unknown> {
  return new Promise<unknown>((resolve) => {
    const end = (): void => resolve(undefined);
    const opening = indexedDB.open('halfminute', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('files');
    opening.onerror = end;
    opening.onsuccess = () => {
      const deal = opening.result.transaction('files', 'readwrite');
      const files = deal.objectStore('files');
      const below = IDBKeyRange.bound(key, `${key}\uffff`);
      const asked: { readonly result: unknown } =
        wish === 'get' ? files.get(key)
        : wish === 'list' ? files.getAllKeys(below)
        : wish === 'set' ? files.put(value, key)
        : files.delete(wish === 'clear' ? below : key);
      deal.oncomplete = () => resolve(asked.result);
      deal.onabort = end;
      opening.result.close();
    };
  }).catch(() => undefined);
}
