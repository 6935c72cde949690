import { describe, expect, test } from 'vitest';
import { addFiles, EMPTY_TRAY, FILES_AT_ONCE, removeFile } from './tray';

const file = (name: string, size = 1): File => new File([new Uint8Array(size)], name);

describe('the tray', () => {
  test.each([
    ['film.mov', 11, 'too_large'],
    ['empty.txt', 0, 'empty_file'],
    ['setup.EXE', 1, 'refused_file'],
    ['drawing.svg', 1, 'refused_file'],
  ])('leaves out %s of %i bytes, and says why', (name, size, why) => {
    const tray = addFiles(EMPTY_TRAY, [file(name, size), file('fine.png')], 10);
    expect(tray.refused).toEqual({ name, why });
    expect(tray.files.map((each) => each.name)).toEqual(['fine.png']);
  });

  test('holds as many as a message may name', () => {
    const many = Array.from({ length: FILES_AT_ONCE + 1 }, (_, n) => file(`${n}.png`));
    const tray = addFiles(EMPTY_TRAY, many, 10);
    expect(tray.files).toHaveLength(FILES_AT_ONCE);
    expect(tray.refused).toEqual({ name: `${FILES_AT_ONCE}.png`, why: 'too_many' });
  });

  test('gives one back', () => {
    const [a, b] = [file('a'), file('b')];
    expect(removeFile({ files: [a, b], refused: null }, a).files).toEqual([b]);
  });
});
