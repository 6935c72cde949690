import type { MessageView } from '@halfminute/api';
import { expect, test } from 'vitest';
import { buildRows } from './rows';

const message = (id: string, at: string, author = 'contact'): MessageView => ({
  id,
  conversation_id: 'c',
  direction: author === 'contact' ? 'in' : 'out',
  author_kind: author === 'contact' ? 'contact' : 'agent',
  author_id: null,
  author_name: author,
  client_id: null,
  sent_at: at,
  created_at: at,
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
});

test('messages of one author within minutes are one group', () => {
  const rows = buildRows(
    [
      message('1', '2026-03-01T10:00:00Z'),
      message('2', '2026-03-01T10:01:00Z'),
      message('3', '2026-03-01T10:02:00Z', 'Anna'),
      message('4', '2026-03-01T10:20:00Z', 'Anna'),
    ],
    null,
  );
  expect(rows.map((row) => (row.kind === 'message' ? [row.isFirst, row.isLast] : row.kind))).toEqual([
    'day',
    [true, false],
    [false, true],
    [true, true],
    [true, true],
  ]);
});

test('a new day and the border of what is new begin groups', () => {
  const rows = buildRows(
    [
      message('1', '2026-03-01T10:00:00Z'),
      message('2', '2026-03-01T10:01:00Z'),
      message('3', '2026-03-03T10:01:00Z'),
    ],
    '2',
  );
  expect(rows.map((row) => row.kind)).toEqual(['day', 'message', 'new', 'message', 'day', 'message']);
  expect(rows.filter((row) => row.kind === 'message').every((row) => row.isFirst)).toBe(true);
});

test('an echo keeps its row when the server confirms it', () => {
  const echo = { ...message('client', '2026-03-01T10:00:00Z'), client_id: 'client' };
  const confirmed = { ...message('server', '2026-03-01T10:00:00Z'), client_id: 'client' };
  expect(buildRows([echo], null)[1]?.key).toBe(buildRows([confirmed], null)[1]?.key);
});
