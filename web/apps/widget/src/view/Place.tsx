/** The place in line and the expected wait, for the eye as they are; screen readers hear of them now and then. */
import type { WaitFrame } from '@halfminute/api';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Words } from '../words';
import { placeWords } from './places';

/** What is said aloud is not said anew for so long: it changes with everybody who is served. */
const QUIET_MS = 60_000;

export function Place({ place, words }: { place: WaitFrame | null; words: Words }) {
  const told = place === null ? '' : placeWords(place, words);
  const [aloud, setAloud] = useState('');
  const saidAt = useRef(-Infinity);
  useEffect(() => {
    if (told === '') return setAloud('');
    const timer = setTimeout(
      () => {
        saidAt.current = Date.now();
        setAloud(told);
      },
      saidAt.current + QUIET_MS - Date.now(),
    );
    return () => clearTimeout(timer);
  }, [told]);
  return (
    <>
      <p class="standing place">{told}</p>
      <p class="aloud" role="status">
        {aloud}
      </p>
    </>
  );
}
