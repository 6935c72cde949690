/** Words, all of them text nodes: what people wrote is never read as markup. */
import type { TextPart } from '@halfminute/api';
import { buildNodes, type TextNode } from '@halfminute/thread/entities';
import type { ComponentChildren } from 'preact';
import { findLinks } from './links';

const TAGS: Record<string, 'b' | 'i' | 's' | 'code' | 'u' | 'pre' | 'blockquote'> = {
  bold: 'b',
  italic: 'i',
  strikethrough: 's',
  underline: 'u',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
};

function Link({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function Plain({ text }: { text: string }) {
  const pieces = findLinks(text).map((piece, index) =>
    typeof piece === 'string' ? piece : (
      <Link key={index} href={piece.href}>
        {piece.text}
      </Link>
    ),
  );
  return <>{pieces}</>;
}

function Node({ node }: { node: TextNode }) {
  if (typeof node === 'string') return <Plain text={node} />;
  const children = node.children.map((child, index) => <Node key={index} node={child} />);
  if (node.href !== null) {
    return (
      <Link href={node.href}>
        {children}
        {node.host !== null && <small> ({node.host})</small>}
      </Link>
    );
  }
  const Tag = TAGS[node.type];
  return Tag === undefined ? <>{children}</> : <Tag>{children}</Tag>;
}

export function Text({ part }: { part: TextPart }) {
  return (
    <p>
      {buildNodes(part.text, part.entities).map((node, index) => (
        <Node key={index} node={node} />
      ))}
    </p>
  );
}
