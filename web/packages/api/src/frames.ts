/** The realtime protocol's frames; anything that is not one of them is dropped. */
import * as v from 'valibot';
import type {
  AgentView,
  ConversationView,
  MessageView,
  OfferView,
  QueueView,
} from './views';

/** The ids an event carries, joined with the current views of what they name. */
export interface EventData {
  conversation_id?: string;
  message_id?: string;
  offer_id?: string;
  agent_id?: string | null;
  queue_id?: string | null;
  by?: string;
  reason?: string;
  conversation?: ConversationView | null;
  message?: MessageView | null;
  offer?: OfferView | null;
  agent?: AgentView | null;
  queue?: QueueView | null;
}

export interface EventFrame {
  type: 'event';
  stream: string;
  seq: number;
  at: string;
  event: string;
  data: EventData;
}

const Seq = v.pipe(v.number(), v.integer(), v.minValue(0));

const Frame = v.variant('type', [
  v.object({ type: v.literal('welcome'), server_time: v.string() }),
  v.object({ type: v.literal('subscribed'), stream: v.string(), seq: Seq }),
  v.object({
    type: v.literal('event'),
    stream: v.string(),
    seq: Seq,
    at: v.string(),
    event: v.string(),
    data: v.record(v.string(), v.unknown()),
  }),
  v.object({ type: v.literal('refused'), stream: v.string(), code: v.string() }),
  v.object({ type: v.literal('heartbeat'), server_time: v.string(), is_live: v.boolean() }),
  v.object({ type: v.literal('error'), code: v.string() }),
]);

export type ServerFrame =
  | Exclude<v.InferOutput<typeof Frame>, { type: 'event' }>
  | EventFrame;

/** One socket message holds one frame or an array of them. */
export function readFrames(text: string): ServerFrame[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const frames: ServerFrame[] = [];
  for (const candidate of Array.isArray(parsed) ? parsed : [parsed]) {
    const result = v.safeParse(Frame, candidate);
    if (result.success) frames.push(result.output as ServerFrame);
  }
  return frames;
}
