/** Unsent words: kept in this browser at each key press and on the server within two seconds. When
 * another device wrote a newer draft meanwhile, the agent decides which one stays. */
import { isApiError, type DraftView } from '@halfminute/api';
import type { Storage } from './storage';

export interface DraftParts {
  storage: Storage;
  userId: string;
  save(conversationId: string, text: string, version: number): Promise<{ version: number }>;
  /** The draft the server has now. */
  load(conversationId: string): Promise<DraftView | null>;
  onSaved(conversationId: string, draft: DraftView | null): void;
  /** The conversation is not ours to write in any more; this was to be saved. */
  onRefused(conversationId: string, text: string): void;
  onConflict(conversationId: string, theirs: DraftView): void;
}

interface Pending {
  text: string;
  timer: ReturnType<typeof setTimeout> | null;
  isSaving: boolean;
}

/** One second after the last key, and the request itself, stay below the two seconds promised. */
const QUIET_MS = 1000;
const RETRY_MS = 5000;

export class Drafts {
  private readonly pending = new Map<string, Pending>();
  private readonly versions = new Map<string, number>();
  /** Conversations whose draft waits for the agent's decision: nothing is saved over it. */
  private readonly undecided = new Set<string>();

  constructor(private readonly parts: DraftParts) {}

  private key(conversationId: string): string {
    return `halfminute.draft.${this.parts.userId}.${conversationId}`;
  }

  /** What this browser holds and the server has not confirmed, or null. */
  local(conversationId: string): string | null {
    return this.pending.get(conversationId)?.text ?? this.parts.storage.get(this.key(conversationId));
  }

  /** The version that the text in the composer descends from. */
  know(conversationId: string, version: number): void {
    this.versions.set(conversationId, version);
  }

  write(conversationId: string, text: string): void {
    this.parts.storage.set(this.key(conversationId), text);
    const entry = this.pending.get(conversationId) ?? { text, timer: null, isSaving: false };
    entry.text = text;
    this.pending.set(conversationId, entry);
    this.schedule(conversationId, entry, QUIET_MS);
  }

  /** The agent's word on a conflict: the text that stays. */
  decide(conversationId: string, text: string): void {
    this.undecided.delete(conversationId);
    this.write(conversationId, text);
  }

  /** Of a conversation whose words were erased nothing stays in this browser either. */
  forget(conversationId: string): void {
    const entry = this.pending.get(conversationId);
    if (entry?.timer) clearTimeout(entry.timer);
    this.pending.delete(conversationId);
    this.undecided.delete(conversationId);
    this.versions.delete(conversationId);
    this.parts.storage.remove(this.key(conversationId));
  }

  /** Saves what is pending without waiting for the pause. */
  flush(): void {
    for (const [id, entry] of this.pending) this.schedule(id, entry, 0);
  }

  /** Takes up drafts that an earlier page could not save. */
  start(): void {
    const prefix = this.key('');
    for (const key of this.parts.storage.keys(prefix)) {
      const text = this.parts.storage.get(key);
      if (text !== null) this.write(key.slice(prefix.length), text);
    }
  }

  stop(): void {
    for (const entry of this.pending.values()) if (entry.timer !== null) clearTimeout(entry.timer);
  }

  private schedule(id: string, entry: Pending, pauseMs: number): void {
    if (entry.timer !== null) clearTimeout(entry.timer);
    if (this.undecided.has(id)) return;
    entry.timer = setTimeout(() => void this.save(id, entry), pauseMs);
  }

  private async save(id: string, entry: Pending): Promise<void> {
    if (entry.isSaving) {
      this.schedule(id, entry, QUIET_MS);
      return;
    }
    entry.isSaving = true;
    entry.timer = null;
    const text = entry.text;
    try {
      const { version } = await this.parts.save(id, text, this.versions.get(id) ?? 0);
      this.saved(id, entry, text, version);
    } catch (error) {
      await this.failed(id, entry, error);
    } finally {
      entry.isSaving = false;
    }
  }

  private saved(id: string, entry: Pending, text: string, version: number): void {
    this.versions.set(id, version);
    this.parts.onSaved(id, text === '' ? null : { text, version });
    if (entry.text !== text) return;
    this.pending.delete(id);
    this.parts.storage.remove(this.key(id));
  }

  private async failed(id: string, entry: Pending, error: unknown): Promise<void> {
    if (isApiError(error) && error.code === 'contact_erased') {
      this.forget(id);
    } else if (isApiError(error) && error.status === 409) {
      await this.conflict(id, entry);
    } else if (isApiError(error) && !error.isTransient && error.kind !== 'signed_out') {
      // The conversation is no longer ours to write in.
      this.parts.onRefused(id, entry.text);
      this.pending.delete(id);
      this.parts.storage.remove(this.key(id));
    } else {
      this.schedule(id, entry, RETRY_MS);
    }
  }

  private async conflict(id: string, entry: Pending): Promise<void> {
    try {
      const theirs = (await this.parts.load(id)) ?? { text: '', version: 0 };
      this.versions.set(id, theirs.version);
      if (theirs.text === entry.text || theirs.text === '') this.schedule(id, entry, 0);
      else {
        this.undecided.add(id);
        this.parts.onConflict(id, theirs);
      }
    } catch {
      this.schedule(id, entry, RETRY_MS);
    }
  }
}
