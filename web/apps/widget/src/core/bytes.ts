/** Where the bytes of files wait that are not handed in yet: in this tab, and where it can be done in
 * the page around us, so that a reload loses none. */
import type { Wish } from './keeping';

export type Ask = (wish: Wish, key: string, value: unknown, patienceMs: number) => Promise<unknown>;

/** The disk of an old telephone takes its time for a film. */
const PATIENCE_MS = 30_000;

export class Bytes {
  private readonly held = new Map<string, Blob>();

  /** The keeper knows by `prefix` that what it is handed is no text. */
  constructor(
    private readonly ask: Ask,
    private readonly prefix: string,
  ) {}

  /** At once in this tab. A file that cannot be read is not kept, and told when it is wanted. */
  async put(id: string, file: Blob): Promise<void> {
    this.held.set(id, file);
    // Bytes, not the file itself: a telephone takes what its camera made away with the tab.
    const bytes = await file.arrayBuffer().catch(() => null);
    if (bytes !== null) await this.ask('set', this.prefix + id, bytes, PATIENCE_MS);
  }

  async get(id: string): Promise<Blob | null> {
    const held = this.held.get(id);
    if (held !== undefined) return held;
    const kept = await this.ask('get', this.prefix + id, undefined, PATIENCE_MS);
    return kept instanceof ArrayBuffer ? new Blob([kept]) : null;
  }

  async remove(id: string): Promise<void> {
    this.held.delete(id);
    await this.ask('remove', this.prefix + id, undefined, PATIENCE_MS);
  }

  /** Let go what no message names any more: a tab may have died between the two.
   *
   * `unsent`: below which keys messages are kept. Where they cannot be read, nothing is let go. */
  async retain(unsent: string): Promise<void> {
    const keys = await this.ask('list', this.prefix, undefined, PATIENCE_MS);
    if (!Array.isArray(keys) || keys.length === 0) return;
    const messages = await this.ask('list', unsent, undefined, PATIENCE_MS);
    if (!Array.isArray(messages)) return;
    for (const key of keys.map(String)) {
      const id = key.slice(this.prefix.length);
      if (!messages.some((message) => String(message).includes(id))) await this.remove(id);
    }
  }
}
