/** Invented views for tests. */
import type {
  ConversationView,
  DeskView,
  EventData,
  EventFrame,
  MessageView,
  OfferView,
} from '@halfminute/api';

export const ME = 'agent-me';
export const QUEUE = 'queue-1';

export function sampleConversation(
  id: string,
  change: Partial<ConversationView> = {},
): ConversationView {
  return {
    id,
    state: 'active',
    awaiting: 'agent',
    channel_kind: 'telegram',
    channel_account_id: 'account',
    channel_account_name: 'Support',
    queue_id: QUEUE,
    agent_id: ME,
    agent_name: 'Me',
    contact: { id: `contact-${id}`, name: `Contact ${id}`, language: null },
    address: {
      id: `address-${id}`,
      username: null,
      proof: 'channel',
      is_disputed: false,
      is_reachable: true,
      unreachable_reason: '',
    },
    business: null,
    reply_until: null,
    opened_at: '2026-03-01T10:00:00Z',
    queued_at: '2026-03-01T10:00:00Z',
    entered_queue_at: null,
    target: null,
    assigned_at: null,
    first_customer_message_at: null,
    first_reply_at: null,
    unanswered_since: null,
    last_message_at: null,
    last_message: null,
    is_solved: null,
    solved_at: null,
    disposition_code: null,
    wrap_up_at: null,
    wrap_up_seconds: null,
    wrap_up_extension_seconds: 0,
    silent_since: null,
    returned_at: null,
    closed_at: null,
    ended_by_contact_at: null,
    rating: null,
    requirements: [],
    is_callback: false,
    reopened_count: 0,
    version: 1,
    ...change,
  };
}

export function sampleMessage(
  id: string,
  conversationId: string,
  change: Partial<MessageView> = {},
): MessageView {
  return {
    id,
    conversation_id: conversationId,
    direction: 'in',
    author_kind: 'contact',
    author_id: null,
    author_name: 'Contact',
    client_id: null,
    sent_at: '2026-03-01T10:00:00Z',
    created_at: '2026-03-01T10:00:00Z',
    parts: [{ type: 'text', text: id, entities: [] }],
    forwarded_from: null,
    reply_to: null,
    delivery: null,
    delivery_code: '',
    delivery_reason: '',
    is_retryable: false,
    revision: 0,
    edited_at: null,
    deleted_at: null,
    is_deleted_in_channel: false,
    erased_at: null,
    change: null,
    transfer: null,
    consult: null,
    reactions: [],
    ...change,
  };
}

export function sampleOffer(id: string, conversationId: string): OfferView {
  return {
    id,
    number: 1,
    conversation_id: conversationId,
    agent_id: ME,
    queue_id: QUEUE,
    state: 'pending',
    epoch: 1,
    offered_at: '2026-03-01T10:00:00Z',
    expires_at: '2026-03-01T10:00:20Z',
    reason: '',
  };
}

export function sampleDesk(change: Partial<DeskView> = {}): DeskView {
  return {
    user: { id: ME, name: 'Me', email: 'me@example.org', language: 'en' },
    agent: {
      id: ME,
      name: 'Me',
      team_id: null,
      presence: 'available',
      presence_reason: '',
      presence_changed_at: '2026-03-01T09:00:00Z',
      capacity_units: 100,
      load_units: 0,
      queue_ids: [QUEUE],
    },
    queues: [
      {
        id: QUEUE,
        name: 'First line',
        target_seconds: 30,
        offer_timeout_seconds: 20,
        wrap_up: 'fixed',
        wrap_up_seconds: 30,
        is_pull_allowed: true,
        waiting_count: 0,
        longest_waiting_since: null,
      },
    ],
    conversations: [],
    offers: [],
    consults: [],
    dispositions: [],
    reads: {},
    drafts: {},
    channels: {
      telegram: {
        text_limit: 4096,
        text_unit: 'utf16',
        caption_limit: 1024,
        reply_limit: 40_960,
        can_edit: true,
        can_delete: true,
        upload_limits: { image: 10_000_000, video: 50_000_000, file: 50_000_000 },
        can_send_stickers: true,
        can_send_locations: true,
      },
    },
    note_limit: 4096,
    streams: { [`agent:${ME}`]: 0, [`queue:${QUEUE}`]: 0 },
    server_time: '2026-03-01T10:00:00Z',
    ...change,
  };
}

export function sampleEvent(
  stream: string,
  seq: number,
  event: string,
  data: EventData = {},
): EventFrame {
  return { type: 'event', stream, seq, at: '2026-03-01T10:00:00Z', event, data };
}
