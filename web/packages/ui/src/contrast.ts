/** What can be read on a colour that somebody else chose. Colours as #1a6b54. */

/** WCAG 2.2, 1.4.3: text needs 4.5:1. */
const CONTRAST = 4.5;

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16);
  const [red = 0, green = 0, blue = 0] = [value >> 16, (value >> 8) & 255, value & 255].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** White where it can be read on the colour, else black: one of the two always can. */
export const inkOn = (colour: string): string =>
  contrast('#ffffff', colour) >= CONTRAST ? '#ffffff' : '#000000';
