/** Into which messages the server will split a text that is too long for one, so that it can be said
 * beforehand. The rule is the server's (`conversations/splitting.py`), of words without marks;
 * `splitting.cases.json` holds both to it. */
import { countCodePoints, unitIndexes } from './codepoints';

/** What a channel counts of a text. */
export type TextUnit = 'code_points' | 'utf16';

export const lengthIn = (unit: TextUnit, text: string): number =>
  unit === 'utf16' ? text.length : countCodePoints(text);

const JOINER = '\u200d';
/** The place after each of these is where a piece may end, best first. */
const ENDS = [/\n[^\S\n]*\n\s*/gu, /\n\s*/gu, /[.!?…]["'»”)\]]*\s+/gu, /\s+/gu];

/** The pieces, each of at most `limit` units, without the white space between. */
export function splitText(text: string, limit: number, unit: TextUnit): string[] {
  const cutter = new Cutter(text, limit, unit);
  const pieces: string[] = [];
  for (let start = 0; start < cutter.length; ) {
    const end = cutter.endOf(start);
    const piece = cutter.cut(start, end);
    if (piece !== '') pieces.push(piece);
    start = end;
  }
  return pieces;
}

/** Places are in code points, as on the server; the expressions of JavaScript count UTF-16. */
class Cutter {
  private readonly points: string[];
  private readonly units: number[];
  private readonly pointAt: Uint32Array;

  constructor(
    private readonly text: string,
    private readonly limit: number,
    private readonly unit: TextUnit,
  ) {
    this.points = [...text];
    this.units = unitIndexes(text);
    this.pointAt = new Uint32Array(text.length + 1);
    this.units.forEach((at, point) => (this.pointAt[at] = point));
  }

  get length(): number {
    return this.points.length;
  }

  endOf(start: number): number {
    const end = this.fittingEnd(start);
    return end < this.length ? this.bestEnd(start, end) : end;
  }

  cut(start: number, end: number): string {
    let piece = this.text.slice(this.at(start), this.at(end));
    if (start > 0) piece = piece.trimStart();
    return end < this.length ? piece.trimEnd() : piece;
  }

  private at(place: number): number {
    return this.units[place] ?? this.text.length;
  }

  /** The last place up to which the text fits; one code point always does. */
  private fittingEnd(start: number): number {
    let end = Math.min(this.length, start + this.limit);
    if (this.unit === 'code_points') return end;
    while (end > start + 1 && this.at(end) - this.at(start) > this.limit) end -= 1;
    return end;
  }

  private bestEnd(start: number, end: number): number {
    // What is left out at the end of a piece may reach beyond the limit.
    const window = this.text.slice(this.at(start), this.at(end + 1));
    for (const [level, pattern] of ENDS.entries()) {
      const least = level < ENDS.length - 1 ? start + Math.floor((end - start) / 2) : start;
      for (const found of [...window.matchAll(pattern)].reverse()) {
        const after = this.pointAt[this.at(start) + found.index + found[0].length] ?? end;
        const place = Math.min(after, end);
        if (place > least && found.index > 0 && !this.isInsideCharacter(place)) return place;
      }
    }
    let place = end;
    while (place > start && this.isInsideCharacter(place)) place -= 1;
    return place > start ? place : end;
  }

  private isInsideCharacter(place: number): boolean {
    const before = this.points[place - 1];
    const after = this.points[place];
    if (before === undefined || after === undefined) return false;
    if (before === JOINER || after === JOINER || (before === '\r' && after === '\n')) return true;
    if (isFlagLetter(before) && isFlagLetter(after)) return this.countFlagLetters(place) % 2 === 1;
    return extendsCharacter(after);
  }

  /** How many stand in a row before the place. */
  private countFlagLetters(place: number): number {
    let count = 0;
    while (count < place && isFlagLetter(this.points[place - 1 - count] ?? '')) count += 1;
    return count;
  }
}

const isFlagLetter = (character: string): boolean => /^[\u{1f1e6}-\u{1f1ff}]$/u.test(character);

/** Marks, variation selectors, skins, and the letters of tags. */
const extendsCharacter = (character: string): boolean =>
  /^[\p{M}\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]$/u.test(character);
