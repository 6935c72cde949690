/** What was being written when its conversation went to somebody else: kept in this browser until the
 * agent puts it away. */
import type { EventFrame } from '@halfminute/api';
import type { Desk } from './desk';
import { isHeldBy, type DeskState } from './state';
import type { Storage } from './storage';

export interface LostDraft {
  conversationId: string;
  /** The contact's. */
  name: string;
  text: string;
}

export interface LostDraftParts {
  storage: Storage;
  userId: string;
  onChange(drafts: readonly LostDraft[]): void;
}

export class LostDrafts {
  private readonly drafts = new Map<string, LostDraft>();

  constructor(private readonly parts: LostDraftParts) {}

  private key(conversationId: string): string {
    return `halfminute.lost_draft.${this.parts.userId}.${conversationId}`;
  }

  /** Takes up those that an earlier page has kept. */
  start(): void {
    for (const key of this.parts.storage.keys(this.key(''))) {
      const kept = this.parts.storage.get(key);
      if (kept === null) continue;
      const draft = JSON.parse(kept) as LostDraft;
      this.drafts.set(draft.conversationId, draft);
    }
    this.tell();
  }

  keep(draft: LostDraft): void {
    if (draft.text.trim() === '') return;
    const name = draft.name || (this.drafts.get(draft.conversationId)?.name ?? '');
    const kept = { ...draft, name };
    this.drafts.set(draft.conversationId, kept);
    this.parts.storage.set(this.key(draft.conversationId), JSON.stringify(kept));
    this.tell();
  }

  /** The server does not take it any more. */
  keepRefused(state: DeskState | null, conversationId: string, text: string): void {
    const name = state?.conversations.get(conversationId)?.contact.name ?? '';
    this.keep({ conversationId, name, text });
  }

  putAway(conversationId: string): void {
    this.drafts.delete(conversationId);
    this.parts.storage.remove(this.key(conversationId));
    this.tell();
  }

  private tell(): void {
    this.parts.onChange([...this.drafts.values()]);
  }
}

export interface Loss {
  conversationId: string;
  name: string;
  /** Who has it now; null: it waits. */
  to: string | null;
  /** Where it waits. */
  queue: string | null;
}

/** Whether somebody else's word has taken a conversation from us. */
export function lossIn(frame: EventFrame, before: DeskState): Loss | null {
  const { conversation, message } = frame.data;
  if (frame.stream !== `agent:${before.user.id}` || !conversation) return null;
  const known = before.conversations.get(conversation.id);
  if (known === undefined || !isHeldBy(known, before.user.id)) return null;
  const transfer = message?.transfer;
  if (!transfer || transfer.transferred_by === before.user.id) return null;
  if (transfer.taken_by === before.user.id) return null;
  return {
    conversationId: conversation.id,
    name: conversation.contact.name,
    to: transfer.taken_by_name,
    queue: transfer.queue_name,
  };
}

/** Before anything of the conversation is forgotten. */
export function keepLost(desk: Desk, frames: readonly EventFrame[], before: DeskState): void {
  for (const frame of frames) {
    const loss = lossIn(frame, before);
    if (loss === null) continue;
    const { conversationId, name } = loss;
    const text = desk.drafts.local(conversationId) ?? before.drafts.get(conversationId)?.text ?? '';
    desk.lostDrafts.keep({ conversationId, name, text });
    desk.drafts.forget(conversationId);
  }
}
