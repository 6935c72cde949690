/** Files beside the words that are being written. Each is uploaded as soon as it is chosen, and stays
 * with its conversation for the life of this tab, whatever breaks: until it is sent or removed. */
import {
  ApiError,
  isApiError,
  type ChannelAbilities,
  type Upload,
  type UploadedFile,
} from '@halfminute/api';
import { kindOfFile, limitOf, type MediaKind } from './attachable';
import { fullJitter } from './backoff';

/** The server's own: `NewReply.file_ids`. */
export const MOST_FILES = 10;
/** Fewer than the server takes of one person at a time, so that another tab has a turn. */
const AT_ONCE = 2;
const LOOK_AGAIN_MS = 2000;

/** `checking`: it is there, and is being scanned. `failed` for a transient reason goes on by itself. */
export type AttachmentState = 'waiting' | 'uploading' | 'checking' | 'ready' | 'failed';

export interface Attachment {
  /** Our own id of the upload: sent twice, it is taken in once. */
  readonly id: string;
  readonly conversationId: string;
  readonly file: Blob;
  readonly name: string;
  readonly size: number;
  /** As its type says, until the server has looked into it. */
  readonly kind: MediaKind;
  readonly state: AttachmentState;
  /** 0 to 1. */
  readonly progress: number;
  readonly failure: ApiError | null;
  readonly uploaded: UploadedFile | null;
}

/** Why a file is not even tried; `limit` in bytes, or in files. */
export interface Rejection {
  readonly name: string;
  readonly reason: 'too_many' | 'too_large' | 'empty' | 'unsendable';
  readonly limit: number;
}

export type Trays = ReadonlyMap<string, readonly Attachment[]>;

export interface AttachmentsParts {
  upload: Upload;
  /** Throws `file_not_ready` until the file was scanned. */
  look(fileId: string): Promise<unknown>;
  remove(fileId: string): Promise<unknown>;
  onChange(trays: Trays): void;
  makeId(): string;
  random(): number;
}

export class Attachments {
  private trays = new Map<string, readonly Attachment[]>();
  private readonly running = new Map<string, AbortController>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly attempts = new Map<string, number>();
  private readonly abilities = new Map<string, ChannelAbilities>();

  constructor(private readonly parts: AttachmentsParts) {}

  of(conversationId: string): readonly Attachment[] {
    return this.trays.get(conversationId) ?? [];
  }

  /** Begins to upload what the channel carries; gives what it does not, and why. */
  add(conversationId: string, abilities: ChannelAbilities, files: readonly File[]): Rejection[] {
    this.abilities.set(conversationId, abilities);
    const rejected: Rejection[] = [];
    const tray = [...this.of(conversationId)];
    for (const file of files) {
      const rejection = rejectionOf(file, abilities, tray.length);
      if (rejection !== null) rejected.push(rejection);
      else tray.push(this.make(conversationId, file));
    }
    this.show(conversationId, tray);
    this.startNext();
    return rejected;
  }

  /** Cancels it if it is on its way. */
  remove(id: string): void {
    const found = this.find(id);
    if (found === undefined) return;
    this.leave(id);
    this.show(found.conversationId, this.of(found.conversationId).filter((each) => each.id !== id));
    // What no message shows is removed by the server in time, so a lost request does no harm.
    if (found.uploaded !== null) this.parts.remove(found.uploaded.id).catch(() => undefined);
    this.startNext();
  }

  retry(id: string): void {
    if (this.find(id)?.state !== 'failed') return;
    this.clearTimer(id);
    this.set(id, { state: 'waiting', failure: null, progress: 0 });
    this.startNext();
  }

  /** Another place among the others; `by` is how far. */
  move(id: string, by: number): void {
    const found = this.find(id);
    if (found === undefined) return;
    const tray = this.of(found.conversationId);
    const from = tray.indexOf(found);
    const to = Math.min(tray.length - 1, Math.max(0, from + by));
    if (to !== from) this.show(found.conversationId, tray.toSpliced(from, 1).toSpliced(to, 0, found));
  }

  /** What is to be sent now: all of them, which must be ready. */
  take(conversationId: string): readonly Attachment[] {
    const tray = this.of(conversationId);
    if (tray.some((each) => each.state !== 'ready')) throw new Error('not all files are there');
    this.show(conversationId, []);
    for (const each of tray) this.leave(each.id);
    return tray;
  }

  /** The words of a conversation were erased: nothing waits beside them either. Gives what did. */
  forget(conversationId: string): readonly Blob[] {
    const tray = this.of(conversationId);
    for (const each of tray) this.remove(each.id);
    return tray.map((each) => each.file);
  }

  /** The connection came back: what broke is tried again at once. */
  retryBroken(): void {
    for (const tray of this.trays.values()) {
      for (const each of tray) if (each.failure?.isTransient) this.retry(each.id);
    }
  }

  stop(): void {
    for (const controller of this.running.values()) controller.abort();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.running.clear();
    this.timers.clear();
  }

  private make(conversationId: string, file: File): Attachment {
    return {
      id: this.parts.makeId(),
      conversationId,
      file,
      name: file.name,
      size: file.size,
      kind: kindOfFile(file),
      state: 'waiting',
      progress: 0,
      failure: null,
      uploaded: null,
    };
  }

  private find(id: string): Attachment | undefined {
    for (const tray of this.trays.values()) {
      const found = tray.find((each) => each.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private show(conversationId: string, tray: readonly Attachment[]): void {
    this.trays = new Map(this.trays);
    if (tray.length === 0) this.trays.delete(conversationId);
    else this.trays.set(conversationId, tray);
    this.parts.onChange(this.trays);
  }

  private set(id: string, change: Partial<Attachment>): void {
    const found = this.find(id);
    if (found === undefined) return;
    const tray = this.of(found.conversationId);
    this.show(found.conversationId, tray.with(tray.indexOf(found), { ...found, ...change }));
  }

  private leave(id: string): void {
    this.running.get(id)?.abort();
    this.running.delete(id);
    this.attempts.delete(id);
    this.clearTimer(id);
  }

  private startNext(): void {
    const waiting = [...this.trays.values()].flat().filter((each) => each.state === 'waiting');
    for (const each of waiting.slice(0, Math.max(0, AT_ONCE - this.running.size))) void this.send(each);
  }

  private async send(attachment: Attachment): Promise<void> {
    const { id, name, file } = attachment;
    const controller = new AbortController();
    this.running.set(id, controller);
    this.set(id, { state: 'uploading' });
    const onProgress = (progress: number): void => this.set(id, { progress });
    try {
      const options = { clientId: id, name, onProgress, signal: controller.signal };
      const uploaded = await this.parts.upload(file, options);
      if (controller.signal.aborted) this.parts.remove(uploaded.id).catch(() => undefined);
      else this.arrived(id, uploaded);
    } catch (error) {
      if (!controller.signal.aborted) this.failed(id, error);
    }
    if (this.running.get(id) === controller) this.running.delete(id);
    this.startNext();
  }

  private arrived(id: string, uploaded: UploadedFile): void {
    this.set(id, { uploaded, kind: uploaded.kind, progress: 1 });
    const found = this.find(id);
    const abilities = found && this.abilities.get(found.conversationId);
    const limit = abilities === undefined ? Infinity : limitOf(abilities, uploaded.kind);
    if (uploaded.size > limit) this.failed(id, new ApiError('refused', 400, 'file_not_sendable', ''));
    else if (uploaded.state === 'ready') this.set(id, { state: 'ready' });
    else this.lookLater(id, uploaded.id);
  }

  /** The scanner has it: nobody is shown the file before it has said its word. */
  private lookLater(id: string, fileId: string): void {
    this.set(id, { state: 'checking' });
    this.later(id, LOOK_AGAIN_MS, async () => {
      try {
        await this.parts.look(fileId);
        this.set(id, { state: 'ready' });
      } catch (error) {
        const isWaiting = isApiError(error) && (error.code === 'file_not_ready' || error.isTransient);
        if (isWaiting) this.lookLater(id, fileId);
        else this.failed(id, error);
      }
    });
  }

  private failed(id: string, error: unknown): void {
    const failure = isApiError(error) ? error : new ApiError('refused', 0, 'unreadable', String(error));
    this.set(id, { state: 'failed', failure });
    if (!failure.isTransient) return;
    const attempt = this.attempts.get(id) ?? 0;
    this.attempts.set(id, attempt + 1);
    const asked = (failure.retryAfterSeconds ?? 0) * 1000;
    const pause = Math.max(asked, 1000 + fullJitter(attempt, this.parts.random));
    this.later(id, pause, () => this.retry(id));
  }

  private later(id: string, pauseMs: number, work: () => unknown): void {
    this.clearTimer(id);
    this.timers.set(id, setTimeout(() => void work(), pauseMs));
  }

  private clearTimer(id: string): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }
}

function rejectionOf(file: File, abilities: ChannelAbilities, count: number): Rejection | null {
  const limit = limitOf(abilities, kindOfFile(file));
  const { name } = file;
  if (count >= MOST_FILES) return { name, reason: 'too_many', limit: MOST_FILES };
  if (file.size === 0) return { name, reason: 'empty', limit: 0 };
  if (limit === 0) return { name, reason: 'unsendable', limit };
  return file.size > limit ? { name, reason: 'too_large', limit } : null;
}
