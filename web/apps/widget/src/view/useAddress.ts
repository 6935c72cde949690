/** Where a file of the thread is read; null until it is known. */
import type { FileAddress } from '@halfminute/api';
import { useEffect, useState } from 'preact/hooks';
import type { Addresses } from '../core/addresses';

export interface Place {
  address: FileAddress | null;
  isBroken: boolean;
  /** What was shown by it broke: it may have ended meanwhile, so another is asked for, once. */
  onBroken: () => void;
  retry: () => void;
}

/** `isSmall`: the server has made a small picture, so an address without one is out of date. */
export function useAddress(addresses: Addresses, id: string | null | undefined, isSmall = false): Place {
  const [address, setAddress] = useState<FileAddress | null>(null);
  const [isBroken, setBroken] = useState(false);
  // Odd ones are the second of a round.
  const [attempt, setAttempt] = useState(0);
  const isSecond = attempt % 2 === 1;
  useEffect(() => {
    if (!id) return;
    let isLeft = false;
    const isGood = (known: FileAddress): boolean => attempt === 0 && (!isSmall || known.thumbnail_url !== null);
    void addresses.get(id, isGood).then((found) => {
      if (isLeft) return;
      if (found === null || (isSecond && found.url === address?.url)) setBroken(true);
      else setAddress(found);
    });
    return () => {
      isLeft = true;
    };
  }, [addresses, id, isSmall, attempt]);
  return {
    address,
    isBroken,
    onBroken: () => (isSecond ? setBroken(true) : setAttempt(attempt + 1)),
    retry: () => {
      setBroken(false);
      setAddress(null);
      setAttempt(attempt + (isSecond ? 1 : 2));
    },
  };
}
