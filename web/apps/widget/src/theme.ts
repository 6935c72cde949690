/** Two colours of the site's own, with a contrast that can be read whatever they chose. */

export interface Theme {
  accent: string;
  onAccent: string;
}

/** WCAG 2.2, 1.4.3: text needs 4.5:1. */
const CONTRAST = 4.5;

type Colour = [number, number, number];

const read = (hex: string): Colour => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

const write = (colour: Colour): string =>
  `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

/** WCAG 2.2, relative luminance. */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Colour;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(read(one)), luminance(read(other))].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** White on the colour if that can be read, else the colour is darkened until it can. */
export function themeOf(accent: string): Theme {
  let colour = read(accent);
  while (contrast(write(colour), '#ffffff') < CONTRAST) {
    colour = colour.map((part) => part * 0.94) as Colour;
  }
  return { accent: write(colour), onAccent: '#ffffff' };
}
