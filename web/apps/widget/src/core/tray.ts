/** The files that are to go with the words being written, and what is said of those that cannot. */

export const FILES_AT_ONCE = 10;

export interface Tray {
  files: readonly File[];
  /** The first that was left out, and why. */
  refused: { name: string; why: 'too_large' | 'too_many' | 'empty_file' | 'refused_file' } | null;
}

export const EMPTY_TRAY: Tray = { files: [], refused: null };

/** As the server refuses them by their names, told before anything is sent. */
const ACTIVE = /\.(?:app|bat|cmd|com|exe|hta|html?|jar|js|lnk|msi|ps1|reg|scr|sh|svgz?|vb[es]?|ws[cfh])$/i;

export function addFiles(tray: Tray, given: readonly File[], limit: number): Tray {
  const files = [...tray.files];
  let refused: Tray['refused'] = null;
  for (const file of given) {
    const why =
      file.size > limit ? 'too_large'
      : file.size === 0 ? 'empty_file'
      : ACTIVE.test(file.name) ? 'refused_file'
      : files.length >= FILES_AT_ONCE ? 'too_many'
      : null;
    if (why === null) files.push(file);
    else refused ??= { name: file.name, why };
  }
  return { files, refused };
}

export function removeFile(tray: Tray, file: File): Tray {
  const files = tray.files.filter((other) => other !== file);
  return files.length === 0 ? EMPTY_TRAY : { files, refused: null };
}
