/** Where files of the thread are read: signed addresses, asked for together and kept while they hold. */
import type { FileAddress } from '@halfminute/api';
import type { Api } from './api';

type Found = Record<string, FileAddress>;

/** Asked for anew before it ends: a film may be paused for a while. */
const MARGIN_MS = 10 * 60_000;
/** Parts of one drawing ask within one moment. */
const GATHER_MS = 5;
const AT_ONCE = 100;

const opened = new WeakMap<Api, Addresses>();

/** Those of the chat whose server that is. */
export function addressesOf(api: Api): Addresses {
  const known = opened.get(api) ?? new Addresses((ids) => api.getAddresses(ids));
  opened.set(api, known);
  return known;
}

export class Addresses {
  private readonly known = new Map<string, FileAddress>();
  private readonly waiting = new Map<string, ((address: FileAddress | null) => void)[]>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ask: (ids: string[]) => Promise<Found>) {}

  /** Null where there is none now: the file is not here, or there is no line. One that is known is asked
   * for anew unless it `isGood`. */
  get(id: string, isGood: (known: FileAddress) => boolean): Promise<FileAddress | null> {
    const known = this.known.get(id);
    if (known !== undefined && isGood(known) && Date.parse(known.expires_at) - Date.now() > MARGIN_MS) {
      return Promise.resolve(known);
    }
    this.timer ??= setTimeout(() => void this.fetch(), GATHER_MS);
    return new Promise((resolve) => {
      this.waiting.set(id, [...(this.waiting.get(id) ?? []), resolve]);
    });
  }

  private async fetch(): Promise<void> {
    this.timer = undefined;
    const ids = [...this.waiting.keys()].slice(0, AT_ONCE);
    const asked = ids.map((id) => [id, this.waiting.get(id) ?? []] as const);
    for (const id of ids) this.waiting.delete(id);
    if (this.waiting.size > 0) this.timer = setTimeout(() => void this.fetch(), GATHER_MS);
    const found = await this.ask(ids).catch((): Found => ({}));
    this.keep(found);
    for (const [id, resolves] of asked) for (const resolve of resolves) resolve(found[id] ?? null);
  }

  /** Told without being asked for. */
  keep(found: Found): void {
    for (const id in found) this.known.set(id, found[id] as FileAddress);
  }
}
