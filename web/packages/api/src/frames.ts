/** Reads what the socket sends; anything that is not a frame of the server's is dropped. */
import * as v from 'valibot';
import type { EventData, ServerFrame } from './server.generated';

const Seq = v.pipe(v.number(), v.integer(), v.minValue(0));

const Frame: v.GenericSchema<unknown, ServerFrame> = v.variant('type', [
  v.object({
    type: v.literal('welcome'),
    heartbeat_seconds: v.number(),
    server_time: v.string(),
  }),
  v.object({ type: v.literal('subscribed'), stream: v.string(), seq: Seq }),
  v.object({
    type: v.literal('event'),
    stream: v.string(),
    seq: Seq,
    at: v.string(),
    event: v.string(),
    // Views are taken on trust, as they are in the answers of the routes.
    data: v.pipe(
      v.record(v.string(), v.unknown()),
      v.transform((data) => data as EventData),
    ),
  }),
  v.object({
    type: v.literal('typing'),
    stream: v.string(),
    by: v.picklist(['agent', 'contact']),
    is_typing: v.boolean(),
  }),
  v.object({
    type: v.literal('wait'),
    stream: v.string(),
    position: v.nullable(v.number()),
    expected_wait: v.nullable(v.object({ least_minutes: v.number(), most_minutes: v.number() })),
  }),
  v.object({ type: v.literal('refused'), stream: v.string(), code: v.string() }),
  v.object({ type: v.literal('heartbeat'), server_time: v.string(), is_live: v.boolean() }),
  v.object({ type: v.literal('error'), code: v.string() }),
]);

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
    if (result.success) frames.push(result.output);
  }
  return frames;
}
