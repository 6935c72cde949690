import type { MessageView, TextPart } from '@halfminute/api';
import { expect, test } from 'vitest';
import { marksFor } from './edits';
import { sampleMessage } from './samples';

const words = (text: string, offset: number): TextPart => ({
  type: 'text',
  text,
  entities: [{ type: 'bold', offset, length: 4 }],
});
const sent = (more: Partial<MessageView>): MessageView => sampleMessage('m', 'c', more);

test('an edit keeps the marks of the words that stay', () => {
  expect(marksFor(sent({ parts: [words('The fast plan', 4)] }), 'Try the fast plan')).toEqual([
    { type: 'bold', offset: 8, length: 4 },
  ]);
});

test('a message without words has no marks to keep', () => {
  expect(marksFor(sent({ parts: [] }), 'Hello')).toEqual([]);
});
