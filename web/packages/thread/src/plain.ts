/** The words of a message without its form: for quotes, live regions and the clipboard. */
import type { MessageKind, Part } from '@halfminute/api';

/** The words a part carries; empty where it has none, and a screen must name the kind instead. */
export function textOf(part: Part): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'media':
      return part.caption?.text || part.name;
    case 'sticker':
      return part.emoji;
    case 'location':
      return [part.title, part.address].filter(Boolean).join(', ') || coordinates(part);
    case 'contact':
      return [part.name, part.phone].filter(Boolean).join(' ');
    case 'poll':
      return part.question;
    case 'dice':
      return `${part.emoji} ${part.value}`;
    case 'form':
      return part.answers.map(({ value }) => value).join(', ');
    case 'start':
    case 'unsupported':
      return '';
    default:
      return textOfNewer(part);
  }
}

/** A page may be older than its server; a kind that the description knows must have its case. */
function textOfNewer(_part: never): string {
  return '';
}

/** The one word for a part, as the server's `kind_of` has it. */
export const kindOf = (part: Part): MessageKind => (part.type === 'media' ? part.kind : part.type);

/** Degrees, five places: about a metre. */
export const coordinates = (place: { latitude: number; longitude: number }): string =>
  `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;

/** A line for each part. `say` names the kind of what is more than words; `words` may be empty. */
export function plainText(
  parts: readonly Part[],
  say: (kind: MessageKind, words: string) => string,
): string {
  const lineOf = (part: Part): string =>
    part.type === 'text' ? part.text : say(kindOf(part), textOf(part));
  return parts.map(lineOf).filter(Boolean).join('\n');
}
