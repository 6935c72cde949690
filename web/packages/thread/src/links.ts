/** Addresses that lead out of the desk, made of what a stranger sent. Nothing asks them by itself. */

/** `tel:` with the digits alone; null where there is nothing to dial. */
export function phoneUrl(phone: string): string | null {
  const dialled = phone.replace(/[^+\d]/g, '');
  return /\d/.test(dialled) ? `tel:${dialled}` : null;
}

/** OpenStreetMap with a mark on the place, near enough to read the names of streets. */
export function mapUrl(place: { latitude: number; longitude: number }): string {
  const { latitude, longitude } = place;
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
}
