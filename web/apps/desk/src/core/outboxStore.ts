/** Where unsent words wait in this browser: one list for all tabs of a user, changed by one of them at
 * a time. A browser that keeps nothing for us is no reason to lose words: they are then held by their
 * tab alone. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import * as v from 'valibot';

const FileSchema = v.object({
  id: v.string(),
  kind: v.picklist(['image', 'video', 'audio', 'voice', 'video_note', 'animation', 'file']),
  name: v.string(),
  media_type: v.string(),
  size: v.number(),
  width: v.nullable(v.number()),
  height: v.nullable(v.number()),
  duration_seconds: v.nullable(v.number()),
});

/** A sticker on its way: what the server calls it, and what the thread shows meanwhile. */
const StickerSchema = v.object({
  id: v.string(),
  part: v.object({
    type: v.literal('sticker'),
    format: v.picklist(['webp', 'tgs', 'webm']),
    file_state: v.picklist(['pending', 'ready', 'too_large', 'expired', 'failed', 'infected']),
    emoji: v.string(),
    set_name: v.nullable(v.string()),
    file_id: v.nullable(v.string()),
    thumbnail_file_id: v.nullable(v.string()),
    width: v.nullable(v.number()),
    height: v.nullable(v.number()),
  }),
});

const PlaceSchema = v.object({
  latitude: v.number(),
  longitude: v.number(),
  title: v.string(),
  address: v.string(),
});

const ItemSchema = v.object({
  client_id: v.string(),
  conversation_id: v.string(),
  kind: v.picklist(['reply', 'note']),
  text: v.string(),
  /** In the place of words. Missing from what an older page has kept. */
  sticker: v.optional(v.nullable(StickerSchema), null),
  reply_to_message_id: v.nullable(v.string()),
  /** What was uploaded for it. Items of an older page have neither these nor a place. */
  files: v.optional(v.array(FileSchema), []),
  location: v.optional(v.nullable(PlaceSchema), null),
  created_at: v.string(),
  /** The code of the server's no; null while it is still to be sent. */
  refused: v.nullable(v.string()),
});

export type OutboxItem = v.InferOutput<typeof ItemSchema>;
export type OutboxFile = v.InferOutput<typeof FileSchema>;
export type Place = v.InferOutput<typeof PlaceSchema>;
export type OutboxSticker = v.InferOutput<typeof StickerSchema>;

/** Every change is seen by each `list` that is asked for after it. */
export interface OutboxStore {
  list(): Promise<OutboxItem[]>;
  put(item: OutboxItem): Promise<void>;
  remove(clientId: string): Promise<void>;
  /** Runs `work` while no other tab runs one of the same name. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Told when another tab has changed something. */
  onForeignChange: () => void;
}

interface Schema extends DBSchema {
  items: { key: string; value: unknown };
}

export class BrowserOutboxStore implements OutboxStore {
  onForeignChange = (): void => undefined;
  private readonly name: string;
  private readonly database: Promise<IDBPDatabase<Schema>>;
  private readonly channel: BroadcastChannel;

  constructor(userId: string) {
    this.name = `halfminute.outbox.${userId}`;
    this.database = this.open();
    this.database.catch(() => undefined);
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = () => this.onForeignChange();
  }

  private async open(): Promise<IDBPDatabase<Schema>> {
    return openDB<Schema>(this.name, 1, {
      upgrade: (database) => void database.createObjectStore('items'),
    });
  }

  async list(): Promise<OutboxItem[]> {
    const stored = await (await this.database).getAll('items');
    const read = stored.map((value) => v.safeParse(ItemSchema, value));
    return read.filter((each) => each.success).map((each) => each.output);
  }

  async put(item: OutboxItem): Promise<void> {
    await (await this.database).put('items', item, item.client_id);
    this.channel.postMessage(null);
  }

  async remove(clientId: string): Promise<void> {
    await (await this.database).delete('items', clientId);
    this.channel.postMessage(null);
  }

  /** Without a lock where the page is not secure (plain HTTP): the server takes an id in once. */
  async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const locks = navigator.locks as LockManager | undefined;
    return locks === undefined ? work() : locks.request(`${this.name}.${name}`, work);
  }
}
