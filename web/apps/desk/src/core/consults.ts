/** The help that we are asked for, and that we give, in conversations of others. */
import type { ConsultView, ConversationView } from '@halfminute/api';
import { ownIds } from './selectors';
import type { DeskState } from './state';

/** Where we help. */
export function helpedConversations(state: DeskState): ConversationView[] {
  return [...state.consults.values()]
    .filter((consult) => consult.state === 'active')
    .map((consult) => state.conversations.get(consult.conversation_id))
    .filter((view) => view !== undefined);
}

export function consultIn(state: DeskState, conversationId: string): ConsultView | null {
  const consults = [...state.consults.values()];
  return consults.find((consult) => consult.conversation_id === conversationId) ?? null;
}

export function isHelping(state: DeskState, conversationId: string): boolean {
  return consultIn(state, conversationId)?.state === 'active';
}

/** What is asked of us and can still be answered; the first to run out first. */
export function askedConsult(state: DeskState, now: number): ConsultView | null {
  const asked = [...state.consults.values()].filter(
    (consult) => consult.state === 'asked' && Date.parse(consult.expires_at) > now,
  );
  return asked.sort((a, b) => Date.parse(a.expires_at) - Date.parse(b.expires_at))[0] ?? null;
}

/** The conversations whose every word we are told: ours, and those in which we help. */
export function followedIds(state: DeskState): string[] {
  return [...ownIds(state), ...helpedConversations(state).map((view) => view.id)];
}

/** Who helps in a conversation, or is asked to, by the notes in its thread. */
export function helpersIn(state: DeskState, conversationId: string, now: number): ConsultView[] {
  const messages = state.threads.get(conversationId)?.messages ?? [];
  return messages
    .map((message) => message.consult)
    .filter((consult) => consult !== null)
    .filter((consult) => consult.state === 'active' || (consult.state === 'asked' && Date.parse(consult.expires_at) > now));
}
