/** The files of messages on their way: handed in before the message that names them. */
import type { UploadedFile } from '@halfminute/api';
import { Refusal, type Api, type NewMessage } from './api';
import { Bytes } from './bytes';
import type { Keeping } from './keeping';
import { newId, newItem, type Item, type Outbox } from './outbox';

/** A file of a message that is not sent yet. `file_id` once the server has it. */
export interface Parcel {
  client_id: string;
  name: string;
  size: number;
  file_id: string | null;
}

export interface ParcelParts {
  bytes: Bytes;
  upload(parcel: Parcel, file: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<UploadedFile>;
  takeBack(fileId: string): Promise<unknown>;
  onChange(): void;
}

/** What a message names, as the server is told it. */
export function namesOf(item: Item): Pick<NewMessage, 'file_ids' | 'reply_to_message_id' | 'sticker_id'> {
  return {
    ...(item.files && { file_ids: item.files.flatMap(({ file_id }) => file_id ?? []) }),
    ...(item.sticker && { sticker_id: item.sticker.id }),
    ...(item.reply_to !== undefined && { reply_to_message_id: item.reply_to }),
  };
}

export function openParcels(api: Api, keeping: Keeping, outbox: Outbox, prefix: string, onChange: () => void): Parcels {
  const bytes = new Bytes((...wish) => keeping.ask(...wish), `${prefix}file.`);
  void bytes.retain(outbox.prefix);
  return new Parcels({
    bytes,
    upload: ({ client_id, name }, file, onProgress, signal) => api.upload(client_id, name, file, { onProgress, signal }),
    takeBack: (fileId) => api.takeBack(fileId),
    onChange,
  });
}

export class Parcels {
  private readonly lost = new Set<string>();
  private readonly shares = new Map<string, number>();
  private readonly leaving = new Map<string, AbortController>();

  constructor(private readonly parts: ParcelParts) {}

  /** A message; the bytes of its files wait from now on. It is to be kept at once. */
  pack(text: string, files: readonly File[]): Item {
    const item = newItem(text);
    return files.length === 0 ? item : { ...item, files: files.map((file) => this.parcelOf(file)) };
  }

  /** The same with other files, in the place of those that are lost or that the server will not take. */
  repack(item: Item, files: readonly File[]): Item {
    this.cancel(item);
    return { ...item, files: files.map((file) => this.parcelOf(file)), refused: null };
  }

  /** Neither this tab nor the page around it has its files any more: they are to be chosen again. */
  isLost(item: Item): boolean {
    return this.lost.has(item.client_id);
  }

  /** How much of its files has gone, 0 to 1; null while nothing goes. */
  shareOf(item: Item): number | null {
    return this.shares.get(item.client_id) ?? null;
  }

  /** Hands in what is not yet; `keep` is called with the message after each. False: files are lost.
   *
   * Throws Refusal. */
  async handIn(item: Item, keep: (item: Item) => Promise<void>): Promise<boolean> {
    const parcels = item.files ?? [];
    const total = parcels.reduce((sum, { size }) => sum + size, 0) || 1;
    const leaving = new AbortController();
    this.leaving.set(item.client_id, leaving);
    let gone = 0;
    try {
      for (const parcel of parcels) {
        if (parcel.file_id === null) {
          const file = await this.parts.bytes.get(parcel.client_id);
          if (file === null) {
            this.lost.add(item.client_id);
            return false;
          }
          const tell = (share: number): void => this.tell(item, (gone + share * parcel.size) / total);
          tell(0);
          parcel.file_id = (await this.parts.upload(parcel, file, tell, leaving.signal)).id;
          if (leaving.signal.aborted) throw new Refusal(0, 'cancelled');
          await keep(item);
        }
        gone += parcel.size;
      }
      return true;
    } finally {
      this.leaving.delete(item.client_id);
      this.shares.delete(item.client_id);
      this.parts.onChange();
    }
  }

  /** What the server refused for want of files that it has let go since is handed in anew. */
  judge(item: Item): Item {
    if (item.refused !== 'file_not_found' || item.files === undefined) return item;
    return { ...item, refused: null, files: item.files.map((parcel) => ({ ...parcel, file_id: null })) };
  }

  /** The message is sent: its bytes are needed no more. */
  letGo(item: Item): void {
    this.lost.delete(item.client_id);
    for (const { client_id } of item.files ?? []) void this.parts.bytes.remove(client_id);
  }

  /** The message is not to be sent. */
  cancel(item: Item): void {
    this.leaving.get(item.client_id)?.abort();
    for (const { file_id } of item.files ?? []) {
      if (file_id !== null) void this.parts.takeBack(file_id).catch(() => undefined);
    }
    this.letGo(item);
  }

  private parcelOf(file: File): Parcel {
    const parcel: Parcel = { client_id: newId(), name: file.name, size: file.size, file_id: null };
    void this.parts.bytes.put(parcel.client_id, file);
    return parcel;
  }

  private tell(item: Item, share: number): void {
    this.shares.set(item.client_id, share);
    this.parts.onChange();
  }
}
