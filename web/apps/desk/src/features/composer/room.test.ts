import { expect, test } from 'vitest';
import { sampleDesk, sampleMessage } from '../../core/samples';
import { fits, roomFor, roomForNote } from './room';

const TELEGRAM = sampleDesk().channels['telegram']!;
const roomForReply = (text: string, abilities = TELEGRAM) => roomFor(text, abilities, null);

test('a reply may be as long as the server says, and is cut', () => {
  expect(roomForReply('x'.repeat(4096))).toMatchObject({ messages: 1, left: 36_864 });
  expect(roomForReply('x'.repeat(4097))).toMatchObject({ messages: 2 });
  const longest = roomForReply('x'.repeat(40_960));
  expect(longest).toMatchObject({ messages: 10, left: 0 });
  expect(fits(longest)).toBe(true);
  expect(fits(roomForReply('x'.repeat(40_961)))).toBe(false);
});

test('the channel says what it counts', () => {
  const emoji = '👍'.repeat(2049);
  expect(roomForReply(emoji).messages).toBe(2);
  expect(roomForReply(emoji, { ...TELEGRAM, text_unit: 'code_points' }).messages).toBe(1);
});

test('cut between paragraphs, the words may become more messages than a reply may have', () => {
  const room = roomForReply('x'.repeat(2500).concat('\n\n').repeat(11));
  expect(room).toMatchObject({ messages: 11, mostMessages: 10 });
  expect(room.left).toBeGreaterThan(0);
  expect(fits(room)).toBe(false);
});

test('white space around the words takes no room', () => {
  expect(roomForReply(`  ${'x'.repeat(4096)}\n`).messages).toBe(1);
});

test('words too long for a caption are told', () => {
  expect(roomForReply('x'.repeat(1024)).isCaptionLong).toBe(false);
  expect(roomForReply('👍'.repeat(513)).isCaptionLong).toBe(true);
});

test('an edit stays one message, and a caption below its file', () => {
  const text = sampleMessage('m', 'c');
  const picture = sampleMessage('m', 'c', { parts: [{ type: 'media' } as never] });
  expect(roomFor('x'.repeat(4097), TELEGRAM, text)).toMatchObject({ left: -1, messages: 1 });
  expect(roomFor('x'.repeat(1025), TELEGRAM, picture)).toMatchObject({ left: -1 });
});

test('a server that does not tell the limit yet keeps nothing back', () => {
  const { text_limit, caption_limit } = TELEGRAM;
  expect(fits(roomForReply('x', { text_limit, caption_limit } as never))).toBe(true);
});

test('of a channel that is not there the server knows alone', () => {
  expect(fits(roomFor('x'.repeat(100_000), undefined, null))).toBe(true);
});

test('a note has a limit of its own', () => {
  expect(roomForNote('👍'.repeat(4096), 4096).left).toBe(0);
});
