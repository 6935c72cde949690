/** One message of the thread. All that people wrote is a text node. */
import type { MessageView, Part } from '@halfminute/api';
import { buildNodes, type TextNode } from '@halfminute/thread/entities';
import type { ComponentChildren } from 'preact';
import type { Words } from '../words';
import { findLinks } from './links';

interface Props {
  message: MessageView;
  words: Words;
  language: string;
}

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

function PartView({ part, words }: { part: Part; words: Words }) {
  if (part.type === 'form') return <p class="given">{part.answers.map(({ value }) => value).join(' · ')}</p>;
  if (part.type !== 'text') return <p class="quiet">{words('unsupported')}</p>;
  return (
    <p>
      {buildNodes(part.text, part.entities).map((node, index) => (
        <Node key={index} node={node} />
      ))}
    </p>
  );
}

export function Message({ message, words, language }: Props) {
  const isOurs = message.direction === 'in';
  const time = new Date(message.sent_at).toLocaleTimeString(language, {
    hour: '2-digit',
    minute: '2-digit',
  });
  const quote = message.reply_to?.preview;
  return (
    <li class={isOurs ? 'mine' : 'theirs'}>
      <div class="author">{isOurs ? words('you') : message.author_name}</div>
      <div class="bubble">
        {quote && <blockquote>{quote}</blockquote>}
        {message.deleted_at !== null ? (
          <p class="quiet">{words('deleted')}</p>
        ) : (
          message.parts.map((part, index) => <PartView key={index} part={part} words={words} />)
        )}
      </div>
      <div class="foot">
        {message.edited_at !== null && message.deleted_at === null && `${words('edited')} · `}
        <time dateTime={message.sent_at}>{time}</time>
        {isOurs && ` · ${words('state.sent')}`}
      </div>
    </li>
  );
}
