/** Fetches a piece of the panel when it is wanted for the first time; null until it is here. */
import { useEffect, useState } from 'preact/hooks';

const AGAIN_MS = 3000;

/** `fetch` imports the piece; the hook that it gives tells by `isWanted` whether it is time. */
export function later<Piece>(fetch: () => Promise<Piece>): (isWanted: boolean) => Piece | null {
  let piece: Piece | null = null;
  return (isWanted) => {
    const [, setLoaded] = useState(piece !== null);
    useEffect(() => {
      if (!isWanted || piece !== null) return;
      let isLeft = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const load = (): void => {
        void fetch().then(
          (loaded) => {
            piece = loaded;
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
    return piece;
  };
}

/** What shows more than words. */
export const useRich = later(() => import('./rich'));
/** What stickers are chosen from. */
export const usePicker = later(() => import('./picker'));
/** What stands beside the thread only now and then. */
export const useAsides = later(() => import('./asides'));
