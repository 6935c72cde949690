/** Words on their way to the server: kept in this browser from the key press until the server has
 * them. All tabs share what is kept, and one at a time sends; the server takes a client id in once. */

export interface Item {
  client_id: string;
  text: string;
  created_at: string;
  /** The code of the server's no; null while it is still to be sent. */
  refused: string | null;
}

const STORE = 'items';

export class Outbox {
  /** Told when another tab has changed something. */
  onForeignChange: () => void = () => undefined;
  private readonly name: string;
  private readonly database: Promise<IDBDatabase>;
  private readonly channel: BroadcastChannel;
  /** What the browser would not keep: it lives as long as this tab. */
  private readonly unkept = new Map<string, Item>();

  constructor(widgetId: string) {
    this.name = `halfminute.${widgetId}`;
    this.database = open(this.name);
    this.database.catch(() => undefined);
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = () => this.onForeignChange();
  }

  /** In the order in which they were written. */
  async list(): Promise<Item[]> {
    const kept = await this.run<Item[]>('readonly', (store) => store.getAll()).catch(() => []);
    const all = [...kept, ...this.unkept.values()];
    return all.sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
  }

  async put(item: Item): Promise<void> {
    try {
      await this.run('readwrite', (store) => store.put(item, item.client_id));
      this.unkept.delete(item.client_id);
      this.channel.postMessage(null);
    } catch {
      this.unkept.set(item.client_id, item);
    }
  }

  async remove(clientId: string): Promise<void> {
    this.unkept.delete(clientId);
    await this.run('readwrite', (store) => store.delete(clientId)).catch(() => undefined);
    this.channel.postMessage(null);
  }

  /** Runs `work` while no other tab runs its own; where a browser has no locks for a frame, at once:
   * the server takes a client id in once in any case. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    let hasBegun = false;
    const begin = (): Promise<T> => {
      hasBegun = true;
      return work();
    };
    try {
      return await navigator.locks.request(this.name, begin);
    } catch (error) {
      if (hasBegun) throw error;
      return work();
    }
  }

  private async run<T>(
    mode: IDBTransactionMode,
    act: (store: IDBObjectStore) => IDBRequest,
  ): Promise<T> {
    const transaction = (await this.database).transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result as T);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
