/** What a channel takes of files, told before one is uploaded. The server looks into the bytes and has
 * the last word. */
import type { ChannelAbilities, MediaPart } from '@halfminute/api';

export type MediaKind = MediaPart['kind'];

/** Formats that the server keeps as pictures; of others it makes files. */
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

export function kindOfFile(file: { type: string }): MediaKind {
  if (PICTURES.has(file.type)) return file.type === 'image/gif' ? 'animation' : 'image';
  const [group] = file.type.split('/');
  return group === 'video' || group === 'audio' ? group : 'file';
}

/** The most bytes of a file of this kind; 0 where the channel carries none. */
export const limitOf = (abilities: ChannelAbilities, kind: MediaKind): number =>
  abilities.upload_limits[kind] ?? 0;

/** The most bytes of any file; 0 where the channel carries no files. */
export const largestOf = (abilities: ChannelAbilities | undefined): number =>
  Math.max(0, ...Object.values(abilities?.upload_limits ?? {}));
