/** What an edit says: the words that an agent typed, with the marks that those before them had. */
import type { Entity, MessageView, Part, TextPart } from '@halfminute/api';
import { keepEntities } from '@halfminute/thread';

/** The words of a message, with their marks; of files the caption. */
export function markedIn(parts: readonly Part[]): TextPart | null {
  const [first] = parts;
  if (first?.type === 'media') return first.caption ?? null;
  return first?.type === 'text' ? first : null;
}

/** The marks of `text` in the place of a message's words: of those that are asked for already, when
 * another edit is under way. */
export function marksFor({ change, parts }: MessageView, text: string): Entity[] {
  const before = markedIn(change?.parts ?? parts);
  return before === null ? [] : keepEntities(before.text, before.entities ?? [], text);
}
