import type { MediaPart, MessageView } from '@halfminute/api';
import { expect, test } from 'vitest';
import { sampleConversation, sampleDesk, sampleMessage } from '../../core/samples';
import { deedsFor, wordsIn } from './deeds';

const TELEGRAM = sampleDesk().channels['telegram']!;
const TALK = sampleConversation('c');
const PICTURE: MediaPart = {
  type: 'media',
  kind: 'image',
  file_state: 'ready',
  file_id: 'file',
  media_type: 'image/png',
  size: 1,
  width: 1,
  height: 1,
  duration_seconds: null,
  name: 'tower.png',
  caption: { type: 'text', text: 'A tower', entities: [] },
};

const ours = (change: Partial<MessageView> = {}): MessageView =>
  sampleMessage('m', 'c', { direction: 'out', author_kind: 'agent', delivery: 'sent', ...change });

test('what the channel can change is offered, each by itself', () => {
  expect(deedsFor(ours(), TALK, TELEGRAM)).toEqual(['edit', 'delete']);
  expect(deedsFor(ours(), TALK, { ...TELEGRAM, can_edit: false })).toEqual(['delete']);
  expect(deedsFor(ours(), TALK, { ...TELEGRAM, can_delete: false })).toEqual(['edit']);
  expect(deedsFor(ours(), TALK, undefined)).toEqual([]);
});

test('the words of a file are edited where the channel has such', () => {
  const album = ours({ parts: [PICTURE, { ...PICTURE, caption: null }] });
  expect(deedsFor(album, TALK, TELEGRAM)).toEqual(['edit', 'delete']);
  expect(deedsFor(album, TALK, { ...TELEGRAM, caption_limit: 0 })).toEqual(['delete']);
  expect(wordsIn(album.parts)).toBe('A tower');
  const circle = ours({ parts: [{ ...PICTURE, kind: 'video_note', caption: null }] });
  expect(deedsFor(circle, TALK, TELEGRAM)).toEqual(['delete']);
});

test('what is no words, or not with the channel, is not edited', () => {
  const place = ours({ parts: [{ type: 'unsupported', hint: '' } as never] });
  expect(deedsFor(place, TALK, TELEGRAM)).toEqual(['delete']);
  expect(deedsFor(ours({ delivery: 'queued' }), TALK, TELEGRAM)).toEqual([]);
});
