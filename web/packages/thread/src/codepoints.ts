/** The wire counts code points, JavaScript counts UTF-16 units. */

/** UTF-16 index of each code point of `text`, and its length as the last item. */
export function unitIndexes(text: string): number[] {
  const indexes: number[] = [];
  let unit = 0;
  for (const character of text) {
    indexes.push(unit);
    unit += character.length;
  }
  indexes.push(unit);
  return indexes;
}

export function countCodePoints(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}
