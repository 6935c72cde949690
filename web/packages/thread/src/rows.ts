/** A thread as the rows a screen draws: days, the border of what is new, messages in groups. */
import type { MessageView } from '@halfminute/api';

export type Row =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'new'; key: string }
  | { kind: 'message'; key: string; message: MessageView; isFirst: boolean; isLast: boolean };

/** Messages of one author further apart than this do not stand as one group. */
const GROUP_GAP_MS = 5 * 60_000;

const dayOf = (at: string): string => new Date(at).toDateString();

function isSameGroup(a: MessageView, b: MessageView): boolean {
  return (
    a.direction === b.direction &&
    a.direction !== 'system' &&
    a.author_kind === b.author_kind &&
    (a.author_id ?? a.author_name) === (b.author_id ?? b.author_name) &&
    dayOf(a.sent_at) === dayOf(b.sent_at) &&
    Math.abs(Date.parse(b.sent_at) - Date.parse(a.sent_at)) < GROUP_GAP_MS
  );
}

/** The client id survives the journey from echo to the server's message: the row stays mounted. */
export const rowKey = (message: MessageView): string => message.client_id ?? message.id;

/** `newFromId`: the first message the agent had not read when the thread was opened. */
export function buildRows(messages: readonly MessageView[], newFromId: string | null): Row[] {
  const rows: Row[] = [];
  messages.forEach((message, index) => {
    const previous = messages[index - 1];
    const next = messages[index + 1];
    if (previous === undefined || dayOf(previous.sent_at) !== dayOf(message.sent_at)) {
      rows.push({ kind: 'day', key: `day:${message.id}`, at: message.sent_at });
    }
    const isNewBorder = message.id === newFromId;
    if (isNewBorder) rows.push({ kind: 'new', key: 'new' });
    rows.push({
      kind: 'message',
      key: rowKey(message),
      message,
      isFirst: previous === undefined || isNewBorder || !isSameGroup(previous, message),
      isLast: next === undefined || next.id === newFromId || !isSameGroup(message, next),
    });
  });
  return rows;
}
