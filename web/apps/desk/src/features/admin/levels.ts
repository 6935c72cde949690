/** Proficiencies by skill. */

/** How well, from 1 to 5; 0 is not at all, and is left out. */
export type Level = 0 | 1 | 2 | 3 | 4 | 5;
export type Levels = Readonly<Record<string, Level>>;

/** In one order, so that equal levels are written alike. */
export const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([one], [other]) => one.localeCompare(other)));

export function withLevel(levels: Levels, key: string, level: Level): Levels {
  const { [key]: _, ...others } = levels;
  return sorted(level === 0 ? others : { ...others, [key]: level });
}
