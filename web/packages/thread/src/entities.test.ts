import { describe, expect, test } from 'vitest';
import { countCodePoints } from './codepoints';
import { buildNodes, type TextNode } from './entities';

const flat = (nodes: TextNode[]): string =>
  nodes.map((node) => (typeof node === 'string' ? node : flat(node.children))).join('');

describe('text with entities', () => {
  test('offsets count code points, also after characters outside the basic plane', () => {
    const nodes = buildNodes('😀😀 да', [{ type: 'bold', offset: 3, length: 2 }]);
    expect(nodes[0]).toBe('😀😀 ');
    expect(nodes[1]).toMatchObject({ type: 'bold', children: ['да'] });
    expect(countCodePoints('😀😀 да')).toBe(5);
  });

  test('nested entities nest', () => {
    const nodes = buildNodes('one two three', [
      { type: 'italic', offset: 4, length: 3 },
      { type: 'bold', offset: 0, length: 13 },
    ]);
    expect(nodes).toMatchObject([
      { type: 'bold', children: ['one ', { type: 'italic', children: ['two'] }, ' three'] },
    ]);
  });

  test('crossing entities are cut, and no letter is lost or doubled', () => {
    const text = 'abcdefghij';
    const nodes = buildNodes(text, [
      { type: 'bold', offset: 0, length: 6 },
      { type: 'italic', offset: 3, length: 6 },
      { type: 'code', offset: 5, length: 5 },
    ]);
    expect(flat(nodes)).toBe(text);
  });

  test('entities that point outside of the text are ignored', () => {
    expect(buildNodes('hi', [{ type: 'bold', offset: 1, length: 9 }])).toEqual(['hi']);
    expect(buildNodes('hi', [{ type: 'bold', offset: -1, length: 1 }])).toEqual(['hi']);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'x'])(
    'a link to %s stays words',
    (url) => {
      const [node] = buildNodes('click', [{ type: 'text_link', offset: 0, length: 5, url }]);
      expect(node).toMatchObject({ href: null });
    },
  );

  test('a link whose words hide its host shows the host', () => {
    const [node] = buildNodes('my bank', [
      { type: 'text_link', offset: 0, length: 7, url: 'https://evil.example/x' },
    ]);
    expect(node).toMatchObject({ href: 'https://evil.example/x', host: 'evil.example' });
  });

  test('a bare address gets https', () => {
    const [node] = buildNodes('halfminute.example', [{ type: 'url', offset: 0, length: 18 }]);
    expect(node).toMatchObject({ href: 'https://halfminute.example/', host: null });
  });
});
