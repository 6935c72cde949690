/** Words on their way to the server: kept from the key press until the server has them. All tabs share
 * what is kept. Each sends in the order of writing and only what the one before it has let through, and
 * the server takes a client id in once: so two tabs at once neither double nor turn anything round. */
import type { GivenForm, StickerPart } from '@halfminute/api';
import type { Keeping } from './keeping';
import type { Parcel } from './parcels';

/** A sticker of those that the widget offers, and how it looks. */
export interface ChosenSticker {
  id: string;
  part: StickerPart;
}

export interface Item {
  client_id: string;
  text: string;
  created_at: string;
  /** The code of the server's no; null while it is still to be sent. */
  refused: string | null;
  /** What was filled in before it, if it is the first. */
  form?: GivenForm;
  files?: Parcel[];
  sticker?: ChosenSticker;
  /** The message of ours whose button was pressed. */
  reply_to?: string;
}

let writtenAt = 0;

/** `created_at` tells the order of writing, so it grows whatever the clock does. */
export function newItem(text: string): Item {
  writtenAt = Math.max(Date.now(), writtenAt + 1);
  return { client_id: newId(), text, created_at: new Date(writtenAt).toISOString(), refused: null };
}

/** A UUID of version 4 (RFC 9562, 5.4), also where a page that is not secure lacks `randomUUID`. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = ((bytes[8] ?? 0) & 0x3f | 0x80).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(18, 20), hex.slice(20)].join('-');
}

const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && typeof (value as Item).client_id === 'string' && typeof (value as Item).text === 'string';

export class Outbox {
  constructor(
    private readonly keeping: Keeping,
    readonly prefix: string,
  ) {}

  /** In the order in which they were written. */
  async list(): Promise<Item[]> {
    const items = (await this.keeping.list(this.prefix)).map(parse).filter(isItem);
    // A page that was slow to keep one has it beside our own memory.
    const byId = new Map(items.map((item) => [item.client_id, item]));
    return [...byId.values()].sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
  }

  put(item: Item): Promise<void> {
    return this.keeping.set(this.prefix + item.client_id, JSON.stringify(item));
  }

  remove(clientId: string): Promise<void> {
    return this.keeping.remove(this.prefix + clientId);
  }
}

/** Another program on the site may have written there. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
