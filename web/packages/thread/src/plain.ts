/** The words of a message without its form: for quotes, live regions and the clipboard. */
import type { MessageView, Part } from '@halfminute/api';

/** The text a person wrote in the part, or null where a screen must name the kind instead. */
export function textOf(part: Part): string | null {
  if (part.type === 'text') return part.text;
  if (part.type === 'media') return part.caption?.text ?? null;
  return part.type === 'sticker' ? part.emoji : null;
}

export function plainText(message: MessageView): string {
  return message.parts.map(textOf).filter(Boolean).join('\n');
}
