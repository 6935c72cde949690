/** Replies and notes on their way to our server. An item is kept in this browser from the key press
 * until the server has answered, and the server takes one client id in once: whatever breaks in
 * between, nothing is lost and nothing is said twice. */
import { isApiError, type MessageView } from '@halfminute/api';
import * as v from 'valibot';
import { fullJitter } from './backoff';
import type { Storage } from './storage';

const ItemSchema = v.object({
  client_id: v.string(),
  conversation_id: v.string(),
  kind: v.picklist(['reply', 'note']),
  text: v.string(),
  reply_to_message_id: v.nullable(v.string()),
  created_at: v.string(),
  /** The code of the server's no; null while it is still to be sent. */
  refused: v.nullable(v.string()),
});

export type OutboxItem = v.InferOutput<typeof ItemSchema>;

export interface OutboxParts {
  storage: Storage;
  userId: string;
  send(item: OutboxItem): Promise<MessageView>;
  onSent(item: OutboxItem, message: MessageView): void;
  onChange(items: readonly OutboxItem[]): void;
  onSignedOut(): void;
  random(): number;
}

export class Outbox {
  private items: readonly OutboxItem[] = [];
  private readonly busy = new Set<string>();
  private readonly attempts = new Map<string, number>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly prefix: string;

  constructor(private readonly parts: OutboxParts) {
    this.prefix = `halfminute.outbox.${parts.userId}.`;
  }

  /** Takes up what an earlier page left behind. */
  start(): void {
    const stored = this.parts.storage
      .keys(this.prefix)
      .map((key) => parseItem(this.parts.storage.get(key)))
      .filter((item) => item !== null);
    this.items = stored.sort((a, b) => (a.client_id < b.client_id ? -1 : 1));
    this.parts.onChange(this.items);
    this.sendAll();
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  add(item: OutboxItem): void {
    this.keep(item);
    void this.advance(item.conversation_id);
  }

  retry(clientId: string): void {
    const item = this.items.find((candidate) => candidate.client_id === clientId);
    if (item === undefined) return;
    this.keep({ ...item, refused: null });
    void this.advance(item.conversation_id);
  }

  remove(clientId: string): void {
    this.parts.storage.remove(this.prefix + clientId);
    this.items = this.items.filter((item) => item.client_id !== clientId);
    this.parts.onChange(this.items);
  }

  /** Tries everything at once, because the connection came back. */
  sendAll(): void {
    for (const id of new Set(this.items.map((item) => item.conversation_id))) void this.advance(id);
  }

  private keep(item: OutboxItem): void {
    this.parts.storage.set(this.prefix + item.client_id, JSON.stringify(item));
    const others = this.items.filter((other) => other.client_id !== item.client_id);
    this.items = [...others, item].sort((a, b) => (a.client_id < b.client_id ? -1 : 1));
    this.parts.onChange(this.items);
  }

  /** One request at a time per conversation keeps the order in which things were said. */
  private async advance(conversationId: string): Promise<void> {
    if (this.busy.has(conversationId)) return;
    this.clearPause(conversationId);
    const item = this.items.find(
      (candidate) => candidate.conversation_id === conversationId && candidate.refused === null,
    );
    if (item === undefined) return;
    this.busy.add(conversationId);
    const isDone = await this.sendOne(item);
    this.busy.delete(conversationId);
    if (isDone) void this.advance(conversationId);
  }

  /** False when the conversation has to pause before the next attempt. */
  private async sendOne(item: OutboxItem): Promise<boolean> {
    try {
      const message = await this.parts.send(item);
      this.attempts.delete(item.conversation_id);
      this.parts.onSent(item, message);
      this.remove(item.client_id);
      return true;
    } catch (error) {
      return this.failed(item, error);
    }
  }

  private failed(item: OutboxItem, error: unknown): boolean {
    if (isApiError(error) && error.kind === 'signed_out') {
      this.parts.onSignedOut();
      return false;
    }
    if (isApiError(error) && !error.isTransient) {
      this.keep({ ...item, refused: error.code });
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

function parseItem(text: string | null): OutboxItem | null {
  if (text === null) return null;
  try {
    return v.parse(ItemSchema, JSON.parse(text));
  } catch {
    return null;
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
    parts: [{ type: 'text', text: item.text, entities: [] }],
    reply_to: quoted === null ? null : { message_id: quoted, external_id: null, preview: '' },
    delivery: null,
    delivery_code: '',
    delivery_reason: '',
    is_retryable: false,
    revision: 0,
    edited_at: null,
    deleted_at: null,
    reactions: [],
  };
}
