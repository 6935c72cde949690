/** Finds addresses in words that came without marks, as an agent types them. */

export type Piece = string | { href: string; text: string };

// What ends a sentence or closes a bracket is not of the address.
const ADDRESS = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?()[\]{}«»…]/g;

export function findLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    if (!URL.canParse(found[0])) continue;
    if (found.index > at) pieces.push(text.slice(at, found.index));
    pieces.push({ href: found[0], text: found[0] });
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}
