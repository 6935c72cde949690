/** A place as an agent writes it: "50.45012, 30.52341", as maps show and copy it. */

export interface Degrees {
  latitude: number;
  longitude: number;
}

const NUMBER = String.raw`[-−+]?\d{1,3}(?:[.,]\d+)?`;
// With a decimal comma the two are parted by more than a comma.
const PAIR = new RegExp(String.raw`^\s*(${NUMBER})°?\s*(?:[;\s]|,\s|,(?=[-−+]?\d{1,3}\.))\s*(${NUMBER})°?\s*$`);

const numberIn = (written: string): number => Number(written.replace('−', '-').replace(',', '.'));

/** Null where it is no place on this planet. */
export function readDegrees(written: string): Degrees | null {
  const found = PAIR.exec(written);
  if (found === null) return null;
  const latitude = numberIn(found[1] ?? '');
  const longitude = numberIn(found[2] ?? '');
  const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return isOnEarth ? { latitude, longitude } : null;
}
