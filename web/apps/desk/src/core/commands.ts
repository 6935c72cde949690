/** What an agent can do. Each verb takes the server's answer in at once; the frames that follow find
 * nothing left to change. */
import type { MessageView, OfferView, Presence } from '@halfminute/api';
import { withAgent, withConsult, withConversation, withoutOffer, withRead, withTransfer } from './answers';
import type { Desk } from './desk';
import type { Attachment } from './attachments';
import { marksFor } from './edits';
import { forgetErased } from './forgetting';
import { keepLost } from './lostDrafts';
import type { OutboxFile, OutboxItem, OutboxSticker, Place } from './outboxStore';
import { Typing } from './typing';
import { uuid7 } from './uuid7';

export class Commands {
  readonly typing: Typing;

  constructor(private readonly desk: Desk) {
    this.typing = new Typing({
      now: () => desk.parts.now(),
      tell: (id, isTyping) => this.api.showTyping(id, isTyping),
    });
    desk.onEvents((events, before) => keepLost(desk, events, before));
    desk.onEvents((events) => forgetErased(desk, events));
  }

  private get api() {
    return this.desk.parts.api;
  }

  async setPresence(presence: Presence, reason: string): Promise<void> {
    const agent = await this.api.setPresence(presence, reason);
    this.desk.change((state) => withAgent(state, agent));
  }

  async accept(offer: OfferView): Promise<void> {
    const view = await this.api.acceptOffer(offer.id, offer.epoch);
    this.desk.change((state) => withConversation(withoutOffer(state, offer.id), view));
  }

  async decline(offer: OfferView, reason: string): Promise<void> {
    await this.api.declineOffer(offer.id, offer.epoch, reason);
    this.desk.change((state) => withoutOffer(state, offer.id));
  }

  async pull(conversationId: string): Promise<void> {
    const view = await this.api.pull(conversationId);
    this.desk.change((state) => withConversation(state, view));
  }

  async close(conversationId: string, isSolved: boolean, disposition: string): Promise<void> {
    const view = await this.api.closeConversation(conversationId, isSolved, disposition);
    this.desk.change((state) => withConversation(state, view));
  }

  /** It leaves the desk at once, wherever it goes. */
  async transfer(
    conversationId: string,
    client_id: string,
    to: { kind: 'queue' | 'agent'; id: string },
    note: string,
  ): Promise<void> {
    const where = to.kind === 'queue' ? { queue_id: to.id } : { agent_id: to.id };
    const body = { client_id, note, ...where };
    const transfer = await this.api.transferConversation(conversationId, body);
    this.desk.change((state) => withTransfer(state, transfer));
  }

  /** The agent is not asked. The screen learns by its frames where the conversation is. */
  async reassign(conversationId: string, client_id: string, agent_id: string, note: string): Promise<void> {
    await this.api.reassignConversation(conversationId, { client_id, agent_id, note });
  }

  async askConsult(conversationId: string, client_id: string, agent_id: string, note: string): Promise<void> {
    await this.api.askConsult(conversationId, { client_id, agent_id, note });
  }

  async answerConsult(consultId: string, verb: 'accept' | 'decline'): Promise<void> {
    const consult = await this.api.answerConsult(consultId, verb);
    this.desk.change((state) => withConsult(state, consult));
  }

  async endConsult(consultId: string): Promise<void> {
    const consult = await this.api.endConsult(consultId);
    this.desk.change((state) => withConsult(state, consult));
  }

  async extendWrapUp(conversationId: string): Promise<void> {
    const view = await this.api.extendWrapUp(conversationId);
    this.desk.change((state) => withConversation(state, view));
  }

  async finishWrapUp(conversationId: string): Promise<void> {
    const view = await this.api.finishWrapUp(conversationId);
    this.desk.change((state) => withConversation(state, view));
  }

  /** Said on the screen at once; the outbox carries it to the server. Resolves when this browser
   * keeps the words: only then may what they were written from be forgotten. With a reply go the
   * files beside it, which must be ready. */
  async say(
    kind: 'reply' | 'note',
    conversationId: string,
    text: string,
    replyToId: string | null = null,
  ): Promise<void> {
    if (kind === 'reply') this.typing.sent(conversationId);
    const taken = kind === 'reply' ? this.desk.attachments.take(conversationId) : [];
    await this.post({
      conversation_id: conversationId,
      kind,
      text,
      reply_to_message_id: replyToId,
      files: taken.map(fileOf),
    });
    const isStillDraft = this.desk.drafts.local(conversationId)?.trim() === text;
    if (kind === 'reply' && isStillDraft) this.desk.drafts.write(conversationId, '');
  }

  /** A place goes by itself. */
  async sendPlace(conversationId: string, location: Place): Promise<void> {
    await this.post({ conversation_id: conversationId, kind: 'reply', text: '', location });
  }

  /** A sticker goes as words do, and leaves the draft as it is. */
  async sendSticker(
    conversationId: string,
    sticker: OutboxSticker,
    replyToId: string | null = null,
  ): Promise<void> {
    await this.post({
      conversation_id: conversationId,
      kind: 'reply',
      text: '',
      reply_to_message_id: replyToId,
      sticker,
    });
  }

  private async post(
    said: Pick<OutboxItem, 'conversation_id' | 'kind' | 'text'> & Partial<OutboxItem>,
  ): Promise<void> {
    const at = this.desk.clock.now();
    await this.desk.outbox.add({
      client_id: uuid7(at),
      created_at: new Date(at).toISOString(),
      reply_to_message_id: null,
      files: [],
      location: null,
      sticker: null,
      refused: null,
      ...said,
    });
  }

  sendItem(item: OutboxItem): Promise<MessageView> {
    const { client_id, text, reply_to_message_id, location, sticker } = item;
    if (sticker !== null) {
      const body = { client_id, sticker_id: sticker.id, reply_to_message_id };
      return this.api.reply(item.conversation_id, body);
    }
    if (item.kind === 'note') return this.api.addNote(item.conversation_id, { client_id, text });
    const file_ids = item.files.map((file) => file.id);
    const reply = { client_id, text, reply_to_message_id, file_ids, location };
    return this.api.reply(item.conversation_id, reply);
  }

  async resend(message: MessageView): Promise<void> {
    await this.api.retry(message.conversation_id, message.id);
  }

  /** The message changes on every screen when the channel has taken it: frames tell. */
  async editMessage(message: MessageView, text: string): Promise<void> {
    const { conversation_id, id, revision } = message;
    const entities = marksFor(message, text);
    await this.api.editMessage(conversation_id, id, { revision, text, entities });
  }

  async deleteMessage(message: MessageView): Promise<void> {
    await this.api.deleteMessage(message.conversation_id, message.id);
  }

  async dropChange(message: MessageView): Promise<void> {
    await this.api.dropChange(message.conversation_id, message.id);
  }

  async eraseContact(contactId: string, name: string): Promise<void> {
    await this.api.eraseContact(contactId, name);
  }

  markRead(conversationId: string, messageId: string): void {
    const read = this.desk.snapshot.state?.reads.get(conversationId) ?? '';
    if (read >= messageId) return;
    this.desk.change((state) => withRead(state, conversationId, messageId));
    // The next read mark says the same and more, so a lost one needs no second attempt.
    this.api.markRead(conversationId, messageId).catch(() => undefined);
  }

  keepDraft(conversationId: string, text: string): void {
    const conflicts = new Map(this.desk.snapshot.draftConflicts);
    conflicts.delete(conversationId);
    this.desk.update({ draftConflicts: conflicts });
    this.desk.drafts.decide(conversationId, text);
  }
}

function fileOf({ uploaded, name }: Attachment): OutboxFile {
  if (uploaded === null) throw new Error(`${name} is not there`);
  const { id, kind, media_type, size, width, height, duration_seconds } = uploaded;
  return { id, kind, name: uploaded.name, media_type, size, width, height, duration_seconds };
}
