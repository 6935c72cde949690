/** Whether a page is one of those that an administrator named. `*` stands for anything. */

const trimmed = (path: string): string => path.replace(/(.)\/$/, '$1');

export function isAmong(patterns: readonly string[], path: string): boolean {
  return patterns.some((pattern) => {
    const pieces = trimmed(pattern).split('*').map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pieces.join('.*')}$`).test(trimmed(path));
  });
}

/** Tells when the page moves on without a reload, as far as the browser says so. */
export function onMove(listener: () => void): void {
  addEventListener('popstate', listener);
  (window as { navigation?: EventTarget }).navigation?.addEventListener('currententrychange', listener);
}
