/** Fetches what shows more than words when it is wanted for the first time; null until it is here. */
import { useEffect, useState } from 'preact/hooks';
import type * as Everything from './rich';

type Rich = typeof Everything;

let rich: Rich | null = null;

export function useRich(isWanted: boolean): Rich | null {
  const [, setLoaded] = useState(rich !== null);
  useEffect(() => {
    if (!isWanted || rich !== null) return;
    let isLeft = false;
    const load = (): void => {
      void import('./rich').then(
        (loaded) => {
          rich = loaded;
          if (!isLeft) setLoaded(true);
        },
        // There is no line: what cannot be shown can be once it is back.
        () => addEventListener('online', load, { once: true }),
      );
    };
    load();
    return () => {
      isLeft = true;
    };
  }, [isWanted]);
  return rich;
}
