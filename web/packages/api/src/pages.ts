/** What the reading routes answer: views, and the seq of the stream at which they were read. */
import type {
  AddressRef,
  AgentView,
  ContactRef,
  ConversationView,
  DispositionView,
  DraftView,
  MessageView,
  OfferView,
  QueueView,
  UserView,
} from './views';

export interface DeskView {
  user: UserView;
  agent?: AgentView | null;
  queues: QueueView[];
  conversations: ConversationView[];
  offers: (OfferView & { conversation: ConversationView })[];
  dispositions: DispositionView[];
  reads: Record<string, string>;
  drafts: Record<string, DraftView>;
  streams: Record<string, number>;
  server_time: string;
}

export interface WaitingPage {
  items: ConversationView[];
  next?: string | null;
  stream_seq: number;
}

export interface ConversationPage {
  conversation: ConversationView;
  draft?: DraftView | null;
  last_read_message_id?: string | null;
  stream_seq: number;
}

export interface MessagesPage {
  items: MessageView[];
  has_more: boolean;
  stream_seq: number;
}

export interface ContactPage {
  contact: ContactRef;
  addresses: (AddressRef & { channel_kind?: string; channel_account_name?: string })[];
  conversations: ConversationView[];
}
