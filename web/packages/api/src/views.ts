/** What the server shows of its things: the JSON of the HTTP API and of realtime frames. Times are
 * RFC 3339 UTC, durations end in `_seconds`, text offsets count code points. */

export type ChannelKind = string;
export type Presence = 'available' | 'busy' | 'away' | 'offline';
export type ConversationState = 'new' | 'queued' | 'offered' | 'active' | 'wrap_up' | 'closed';
export type Delivery =
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'failed'
  | 'unknown';
export type FileState = 'pending' | 'ready' | 'too_large' | 'expired' | 'failed';
export type Language = 'en' | 'ru';

export interface ContactRef {
  id: string;
  name: string;
  language?: string | null;
}

export interface AddressRef {
  id: string;
  username?: string | null;
  is_reachable: boolean;
  unreachable_reason: string;
}

export interface LastMessage {
  id: string;
  direction: Direction;
  kind: string;
  preview: string;
}

export interface ConversationView {
  id: string;
  state: ConversationState;
  awaiting: 'customer' | 'agent' | 'nobody';
  channel_kind: ChannelKind;
  channel_account_id: string;
  channel_account_name: string;
  queue_id?: string | null;
  agent_id?: string | null;
  agent_name?: string | null;
  contact: ContactRef;
  address: AddressRef;
  opened_at: string;
  queued_at?: string | null;
  assigned_at?: string | null;
  first_customer_message_at?: string | null;
  first_reply_at?: string | null;
  unanswered_since?: string | null;
  last_message_at?: string | null;
  last_message?: LastMessage | null;
  is_solved?: boolean | null;
  solved_at?: string | null;
  disposition_code?: string | null;
  wrap_up_at?: string | null;
  wrap_up_seconds?: number | null;
  closed_at?: string | null;
  reopened_count: number;
  version: number;
}

export type Direction = 'in' | 'out' | 'internal' | 'system';
export type AuthorKind = 'contact' | 'agent' | 'assistant' | 'system';

export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string | null;
  language?: string | null;
  custom_emoji_id?: string | null;
}

export interface TextPart {
  type: 'text';
  text: string;
  entities?: Entity[];
}

export type MediaKind =
  | 'image'
  | 'video'
  | 'audio'
  | 'voice'
  | 'video_note'
  | 'animation'
  | 'file';

export interface MediaPart {
  type: 'media';
  kind: MediaKind;
  file_id?: string | null;
  file_state: FileState;
  media_type: string;
  size?: number | null;
  width?: number | null;
  height?: number | null;
  duration_seconds?: number | null;
  name: string;
  caption?: TextPart | null;
}

export interface StickerPart {
  type: 'sticker';
  format: 'webp' | 'tgs' | 'webm';
  emoji: string;
  set_name?: string | null;
  file_id?: string | null;
  file_state: FileState;
  thumbnail_file_id?: string | null;
  width?: number | null;
  height?: number | null;
}

export interface UnsupportedPart {
  type: 'unsupported';
  vendor_type: string;
}

export interface StartPart {
  type: 'start';
  payload: string;
}

export type Part = TextPart | MediaPart | StickerPart | UnsupportedPart | StartPart;

export interface ReplyTo {
  message_id?: string | null;
  external_id?: string | null;
  preview?: string | null;
}

export interface MessageView {
  id: string;
  conversation_id: string;
  direction: Direction;
  author_kind: AuthorKind;
  author_id?: string | null;
  author_name: string;
  client_id?: string | null;
  sent_at: string;
  created_at: string;
  parts: Part[];
  reply_to?: ReplyTo | null;
  delivery?: Delivery | null;
  delivery_reason: string;
  is_retryable: boolean;
  revision: number;
  edited_at?: string | null;
  deleted_at?: string | null;
  reactions: { actor_kind: 'contact' | 'agent'; emoji: string }[];
}

export interface RevisionView {
  revision: number;
  parts: Part[];
  replaced_at: string;
}

export interface OfferView {
  id: string;
  number: number;
  conversation_id: string;
  agent_id: string;
  queue_id: string;
  state: 'pending' | 'accepted' | 'declined' | 'timed_out' | 'withdrawn';
  epoch: number;
  offered_at: string;
  expires_at: string;
  reason: string;
}

export interface AgentView {
  id: string;
  name: string;
  presence: Presence;
  presence_reason: string;
  presence_changed_at: string;
  capacity_units: number;
  load_units: number;
  queue_ids: string[];
}

export interface QueueView {
  id: string;
  name: string;
  target_seconds: number;
  offer_timeout_seconds: number;
  wrap_up: 'none' | 'fixed' | 'open';
  wrap_up_seconds: number;
  is_pull_allowed: boolean;
  waiting_count: number;
  longest_waiting_since?: string | null;
}

export interface UserView {
  id: string;
  name: string;
  email: string;
  language: string;
}

export interface SessionView {
  user: UserView;
  roles: { role: string; scope: string; scope_id?: string | null }[];
  permissions: string[];
}

export interface DraftView {
  text: string;
  version: number;
}

export interface DispositionView {
  code: string;
  labels: Record<string, string>;
}
