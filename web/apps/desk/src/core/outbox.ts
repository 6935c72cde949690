/** Replies and notes on their way to our server. An item is kept in this browser from the key press
 * until the server has answered, and the server takes one client id in once: whatever breaks in
 * between, nothing is lost and nothing is said twice. All tabs share what is kept; one at a time
 * sends. */
import { isApiError, type MessageView, type Part, type TextPart } from '@halfminute/api';
import { fullJitter } from './backoff';
import type { OutboxItem, OutboxStore } from './outboxStore';

export interface OutboxParts {
  store: OutboxStore;
  send(item: OutboxItem): Promise<MessageView>;
  onSent(item: OutboxItem, message: MessageView): void;
  onChange(items: readonly OutboxItem[]): void;
  onSignedOut(): void;
  random(): number;
}

export class Outbox {
  private items: readonly OutboxItem[] = [];
  /** What the browser did not keep: it lives as long as this tab. */
  private readonly unkept = new Set<string>();
  private readonly busy = new Set<string>();
  private readonly attempts = new Map<string, number>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private changes = 0;

  constructor(private readonly parts: OutboxParts) {
    parts.store.onForeignChange = () => void this.read();
  }

  /** Takes up what earlier pages and other tabs left behind. */
  async start(): Promise<void> {
    await this.read();
    this.sendAll();
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.parts.store.onForeignChange = () => undefined;
  }

  /** Resolves when the browser has the item, or will not have it. */
  async add(item: OutboxItem): Promise<void> {
    await this.keep(item);
    void this.advance(item.conversation_id);
  }

  async retry(clientId: string): Promise<void> {
    const item = this.items.find((candidate) => candidate.client_id === clientId);
    if (item !== undefined) await this.add({ ...item, refused: null });
  }

  async remove(clientId: string): Promise<void> {
    this.show(this.items.filter((item) => item.client_id !== clientId));
    this.unkept.delete(clientId);
    await this.parts.store.remove(clientId).catch(() => undefined);
  }

  /** Tries everything at once, because the connection came back. */
  sendAll(): void {
    for (const id of new Set(this.items.map((item) => item.conversation_id))) void this.advance(id);
  }

  /** Of a conversation whose words were erased nothing waits in this browser either. */
  async forget(conversationId: string): Promise<void> {
    const waiting = this.items.filter((item) => item.conversation_id === conversationId);
    for (const item of waiting) await this.remove(item.client_id);
  }

  private show(items: readonly OutboxItem[]): void {
    this.changes += 1;
    this.items = [...items].sort((a, b) => (a.client_id < b.client_id ? -1 : 1));
    this.parts.onChange(this.items);
  }

  private async keep(item: OutboxItem): Promise<void> {
    this.show([...this.items.filter((other) => other.client_id !== item.client_id), item]);
    try {
      await this.parts.store.put(item);
      this.unkept.delete(item.client_id);
    } catch {
      this.unkept.add(item.client_id);
    }
  }

  /** What is kept takes the place of what is shown, unless that changed meanwhile. */
  private async read(): Promise<void> {
    const changes = this.changes;
    const kept = await this.parts.store.list().catch(() => null);
    if (changes !== this.changes) return this.read();
    if (kept !== null) {
      this.show([...kept, ...this.items.filter((item) => this.unkept.has(item.client_id))]);
    }
  }

  /** One request at a time per conversation keeps the order in which things were said. */
  private async advance(conversationId: string): Promise<void> {
    if (this.busy.has(conversationId)) return;
    this.clearPause(conversationId);
    if (this.next(conversationId) === undefined) return;
    this.busy.add(conversationId);
    const isDone = await this.parts.store.alone(conversationId, async () => {
      // Another tab may have sent it while we waited for our turn.
      await this.read();
      const item = this.next(conversationId);
      return item === undefined || this.sendOne(item);
    });
    this.busy.delete(conversationId);
    if (isDone) void this.advance(conversationId);
  }

  private next(conversationId: string): OutboxItem | undefined {
    return this.items.find(
      (item) => item.conversation_id === conversationId && item.refused === null,
    );
  }

  /** False when the conversation has to pause before the next attempt. */
  private async sendOne(item: OutboxItem): Promise<boolean> {
    try {
      const message = await this.parts.send(item);
      this.attempts.delete(item.conversation_id);
      this.parts.onSent(item, message);
      await this.remove(item.client_id);
      return true;
    } catch (error) {
      return this.failed(item, error);
    }
  }

  private async failed(item: OutboxItem, error: unknown): Promise<boolean> {
    if (isApiError(error) && error.kind === 'signed_out') {
      this.parts.onSignedOut();
      return false;
    }
    if (isApiError(error) && !error.isTransient) {
      await this.keep({ ...item, refused: error.code });
      return true;
    }
    const attempt = this.attempts.get(item.conversation_id) ?? 0;
    this.attempts.set(item.conversation_id, attempt + 1);
    const asked = isApiError(error) ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
    const pause = Math.max(asked, fullJitter(attempt, this.parts.random));
    const timer = setTimeout(() => void this.advance(item.conversation_id), pause);
    this.timers.set(item.conversation_id, timer);
    return false;
  }

  private clearPause(conversationId: string): void {
    clearTimeout(this.timers.get(conversationId));
    this.timers.delete(conversationId);
  }
}

/** What the thread shows of an item until the server's message takes its place. */
export function echoOf(item: OutboxItem, author: { id: string; name: string }): MessageView {
  const quoted = item.reply_to_message_id;
  return {
    id: item.client_id,
    client_id: item.client_id,
    conversation_id: item.conversation_id,
    direction: item.kind === 'note' ? 'internal' : 'out',
    author_kind: 'agent',
    author_id: author.id,
    author_name: author.name,
    sent_at: item.created_at,
    created_at: item.created_at,
    parts: partsOf(item),
    forwarded_from: null,
    is_deleted_in_channel: false,
    reply_to: quoted === null ? null : { message_id: quoted, external_id: null, preview: '' },
    delivery: null,
    delivery_code: '',
    delivery_reason: '',
    is_retryable: false,
    revision: 0,
    edited_at: null,
    deleted_at: null,
    erased_at: null,
    change: null,
    transfer: null,
    consult: null,
    reactions: [],
  };
}

function partsOf({ text, files, location, sticker }: OutboxItem): Part[] {
  if (sticker !== null) return [sticker.part];
  if (location !== null) {
    return [{ type: 'location', ...location, accuracy_meters: null, live_until: null }];
  }
  const words: TextPart = { type: 'text', text, entities: [] };
  const parts = files.map(({ id, ...file }): Part => {
    return { type: 'media', ...file, file_id: id, file_state: 'ready', caption: null };
  });
  const [first, ...others] = parts;
  if (first?.type !== 'media') return [words];
  return [text === '' ? first : { ...first, caption: words }, ...others];
}
