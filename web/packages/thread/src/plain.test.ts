import type { MessageKind, Part } from '@halfminute/api';
import { describe, expect, test } from 'vitest';
import { mapUrl, phoneUrl } from './links';
import { kindOf, plainText, textOf } from './plain';

const say = (kind: MessageKind, words: string): string => (words === '' ? kind : `${kind}: ${words}`);
const place = { latitude: 50.4501, longitude: 30.5234, accuracy_meters: null, live_until: null };

const PARTS: { part: Part; kind: MessageKind; said: string }[] = [
  { part: { type: 'text', text: 'Hi', entities: [] }, kind: 'text', said: 'Hi' },
  { part: { type: 'location', ...place, title: '', address: '' }, kind: 'location', said: 'location: 50.45010, 30.52340' },
  { part: { type: 'location', ...place, title: 'Café', address: 'Main St 1' }, kind: 'location', said: 'location: Café, Main St 1' },
  { part: { type: 'contact', name: 'Ivan', phone: '+380 50', is_proven: true }, kind: 'contact', said: 'contact: Ivan +380 50' },
  { part: { type: 'poll', question: 'Tea?', options: [], voter_count: 0, has_many_answers: false, is_closed: false }, kind: 'poll', said: 'poll: Tea?' },
  { part: { type: 'dice', emoji: '🎲', value: 4 }, kind: 'dice', said: 'dice: 🎲 4' },
  { part: { type: 'unsupported', vendor_type: 'story' }, kind: 'unsupported', said: 'unsupported' },
  { part: { type: 'start', payload: 'x' }, kind: 'start', said: 'start' },
];

describe('a message in plain words', () => {
  test.each(PARTS)('$kind is said as $said', ({ part, kind, said }) => {
    expect(kindOf(part)).toBe(kind);
    expect(plainText([part], say)).toBe(said);
  });

  test('a voice message without a name is named by its kind, and words stand beneath it', () => {
    const voice: Part = {
      type: 'media',
      kind: 'voice',
      file_state: 'ready',
      file_id: null,
      media_type: 'audio/ogg',
      size: null,
      width: null,
      height: null,
      duration_seconds: 3,
      name: '',
      caption: null,
    };
    expect(plainText([voice, { type: 'text', text: 'Listen', entities: [] }], say)).toBe('voice\nListen');
  });

  test('a kind that a newer server knows is said without words', () => {
    const newer = { type: 'hologram' } as unknown as Part;
    expect(textOf(newer)).toBe('');
  });
});

describe('addresses that lead out', () => {
  test.each([
    ['+380 (50) 123-45-67', 'tel:+380501234567'],
    ['javascript:alert(1)', 'tel:1'],
    ['call me', null],
    ['', null],
  ])('%s is dialled as %s', (phone, url) => {
    expect(phoneUrl(phone)).toBe(url);
  });

  test('the map is asked for the place itself', () => {
    expect(mapUrl({ latitude: -33.8568, longitude: 151.2153 })).toBe(
      'https://www.openstreetmap.org/?mlat=-33.8568&mlon=151.2153#map=17/-33.8568/151.2153',
    );
  });
});
