/** Old state + frames = fresh state. Frames carry current views, so applying one twice is harmless;
 * the seq of each stream says which frames are new and whether one is missing. */
import type { EventFrame } from '@halfminute/api';
import { edit, forgetIfDeparted, putMessage, upsertConversation, type Draft } from './editing';
import type { DeskState } from './state';

export interface Applied {
  state: DeskState;
  /** Frames that were new, in order. */
  fresh: EventFrame[];
  /** Streams of which a frame is missing: nothing after the hole was applied. */
  gaps: string[];
}

const LEAVES_QUEUE_BY = new Set(['offer', 'pull']);

function isMessageEvent(frame: EventFrame): boolean {
  return frame.stream.startsWith('conversation:');
}

function applyOffer(draft: Draft, frame: EventFrame): void {
  const offer = frame.data.offer;
  if (!offer) return;
  if (offer.state === 'pending' && offer.agent_id === draft.user.id) draft.offers.set(offer.id, offer);
  else draft.offers.delete(offer.id);
}

function applyConsult(draft: Draft, frame: EventFrame): void {
  const consult = frame.data.consult;
  if (consult?.agent_id !== draft.user.id) return;
  if (consult.state === 'asked' || consult.state === 'active') draft.consults.set(consult.id, consult);
  else draft.consults.delete(consult.id);
}

function applyRead(draft: Draft, frame: EventFrame): void {
  const { conversation_id, message_id, agent_id } = frame.data;
  if (!conversation_id || !message_id || agent_id !== draft.user.id) return;
  if ((draft.reads.get(conversation_id) ?? '') < message_id) {
    draft.reads.set(conversation_id, message_id);
  }
}

function applyQueue(draft: Draft, frame: EventFrame): void {
  const queue = frame.data.queue;
  if (!queue || !draft.queues.has(queue.id)) return;
  draft.queues.set(queue.id, queue);
}

function applyEvent(draft: Draft, frame: EventFrame): void {
  const { conversation, message, agent } = frame.data;
  if (conversation) {
    upsertConversation(draft, conversation, {
      hasLeftQueueUnseen:
        frame.event === 'ConversationAssigned' && LEAVES_QUEUE_BY.has(frame.data.by ?? ''),
    });
  }
  if (message && isMessageEvent(frame)) putMessage(draft, message, frame.seq);
  applyOffer(draft, frame);
  applyConsult(draft, frame);
  applyQueue(draft, frame);
  if (agent && agent.id === draft.user.id) draft.agent = agent;
  if (frame.event === 'ConversationRead') applyRead(draft, frame);
  if (conversation && !isMessageEvent(frame)) forgetIfDeparted(draft, conversation.id);
}

export function applyEvents(state: DeskState, frames: readonly EventFrame[]): Applied {
  const draft = edit(state);
  const fresh: EventFrame[] = [];
  const gaps = new Set<string>();
  for (const frame of frames) {
    const last = draft.streams.get(frame.stream);
    if (last === undefined || frame.seq <= last || gaps.has(frame.stream)) continue;
    if (frame.seq > last + 1) {
      gaps.add(frame.stream);
      continue;
    }
    draft.streams.set(frame.stream, frame.seq);
    applyEvent(draft, frame);
    fresh.push(frame);
  }
  return { state: fresh.length > 0 ? draft : state, fresh, gaps: [...gaps] };
}
