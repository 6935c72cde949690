/** What the panel shows. */
import type { ConversationView, GivenForm, MessageView, WaitFrame, WidgetView } from '@halfminute/api';
import type { Word } from '../words';
import type { Phase } from './link';
import type { Item } from './outbox';

export interface State {
  widget: WidgetView | null;
  /** Oldest first, as far as it has been read. */
  messages: readonly MessageView[];
  items: readonly Item[];
  hasEarlier: boolean;
  conversation: ConversationView | null;
  /** What was filled in before the first words; null until it was. */
  filled: GivenForm | null;
  /** Where this visitor stands in line, and for how long; null while it waits for nobody. */
  place: WaitFrame | null;
  /** Whether another conversation is open as well, of which the socket does not tell. */
  isDivided: boolean;
  /** Our people have read what the visitor wrote up to this message. */
  readId: string | null;
  isAgentTyping: boolean;
  /** The conversation that the visitor would not rate. */
  unratedId: string | null;
  /** What could not be done. */
  notice: Word | null;
  phase: Phase;
  /** The last request got no answer. */
  isUnheard: boolean;
  isLoaded: boolean;
  /** Why the chat cannot be used, in the server's word. */
  trouble: string | null;
}

/** Of a thread that nobody may see. */
export const NO_THREAD = {
  messages: [],
  items: [],
  hasEarlier: false,
  conversation: null,
  place: null,
  isDivided: false,
  readId: null,
  isAgentTyping: false,
};

export const EMPTY: State = {
  ...NO_THREAD,
  widget: null,
  filled: null,
  unratedId: null,
  notice: null,
  phase: 'idle',
  isUnheard: false,
  isLoaded: false,
  trouble: null,
};
