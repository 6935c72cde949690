/** How large a file is, in words. */

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];

export function sizeOf(bytes: number, language: string): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const style = { style: 'unit', unit: UNITS[unit] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: size < 10 && unit > 0 ? 1 : 0 };
  return new Intl.NumberFormat(language, style as Intl.NumberFormatOptions).format(size);
}
