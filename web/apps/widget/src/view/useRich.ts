/** Fetches what shows more than words when it is wanted for the first time; null until it is here. */
import { useEffect, useState } from 'preact/hooks';
import type * as Everything from './rich';

type Rich = typeof Everything;

const AGAIN_MS = 3000;

let rich: Rich | null = null;

export function useRich(isWanted: boolean): Rich | null {
  const [, setLoaded] = useState(rich !== null);
  useEffect(() => {
    if (!isWanted || rich !== null) return;
    let isLeft = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = (): void => {
      void import('./rich').then(
        (loaded) => {
          rich = loaded;
          if (!isLeft) setLoaded(true);
        },
        // No line, or no server: the words are shown meanwhile.
        () => {
          if (!isLeft) timer = setTimeout(load, AGAIN_MS);
        },
      );
    };
    load();
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [isWanted]);
  return rich;
}
