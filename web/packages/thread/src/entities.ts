/** A text and its entities as a tree of nodes: what a screen draws, never HTML. */
import type { Entity } from '@halfminute/api';
import { unitIndexes } from './codepoints';
import { phoneUrl } from './links';

export type TextNode = string | EntityNode;

export interface EntityNode {
  type: string;
  /** A checked address for links, else null: only the schemes in LINK_SCHEMES pass. */
  href: string | null;
  /** The real host when the shown words do not say it. */
  host: string | null;
  children: TextNode[];
}

interface Span {
  start: number;
  end: number;
  entity: Entity;
}

const LINK_SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:']);

function checkedUrl(candidate: string): URL | null {
  try {
    const url = new URL(candidate);
    return LINK_SCHEMES.has(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

function linkOf(entity: Entity, words: string): URL | null {
  switch (entity.type) {
    case 'text_link':
      return entity.url ? checkedUrl(entity.url) : null;
    case 'url':
      return checkedUrl(/^[a-z][a-z0-9+.-]*:/i.test(words) ? words : `https://${words}`);
    case 'email':
      return checkedUrl(`mailto:${words}`);
    case 'phone_number':
      return checkedUrl(phoneUrl(words) ?? '');
    default:
      return null;
  }
}

function spansOf(text: string, entities: readonly Entity[]): Span[] {
  const units = unitIndexes(text);
  const spans: Span[] = [];
  for (const entity of entities) {
    const start = units[entity.offset];
    const end = units[entity.offset + entity.length];
    if (start === undefined || end === undefined || start >= end) continue;
    spans.push({ start, end, entity });
  }
  return spans.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Crossing spans are cut at the border of the one that began first, so that nodes always nest. */
function build(text: string, start: number, end: number, spans: readonly Span[]): TextNode[] {
  const nodes: TextNode[] = [];
  let at = start;
  let rest = [...spans];
  while (rest.length > 0) {
    const [outer, ...others] = rest as [Span, ...Span[]];
    if (outer.start > at) nodes.push(text.slice(at, outer.start));
    const inside = others
      .filter((span) => span.start < outer.end)
      .map((span) => ({ ...span, end: Math.min(span.end, outer.end) }));
    nodes.push(nodeOf(text, outer, inside));
    rest = others
      .filter((span) => span.end > outer.end)
      .map((span) => ({ ...span, start: Math.max(span.start, outer.end) }));
    at = outer.end;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

function nodeOf(text: string, span: Span, inside: Span[]): EntityNode {
  const words = text.slice(span.start, span.end);
  const url = linkOf(span.entity, words);
  const isHidden = url !== null && url.host !== '' && !words.includes(url.host);
  return {
    type: span.entity.type,
    href: url === null ? null : url.href,
    host: isHidden ? url.host : null,
    children: build(text, span.start, span.end, inside),
  };
}

export function buildNodes(text: string, entities: readonly Entity[] = []): TextNode[] {
  return build(text, 0, text.length, spansOf(text, entities));
}
