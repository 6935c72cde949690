/** Draws a moving sticker. The player is fetched with the first one, and never by who sees none. */
import type { AnimationItem } from 'lottie-web';
import { readTgs, UnfitSticker, type Animation } from './tgs';

/** Standing at its first frame within `box`. Throws UnfitSticker, or what fetching throws. */
export async function drawAnimation(
  box: HTMLElement,
  url: string,
  signal: AbortSignal,
): Promise<AnimationItem> {
  // The light player has no expressions, and so no `eval`, which our policy forbids.
  const [{ default: lottie }, animationData] = await Promise.all([
    import('lottie-web/build/player/lottie_light'),
    fetchAnimation(url, signal),
  ]);
  signal.throwIfAborted();
  const settings = { container: box, animationData, loop: true, autoplay: false };
  return lottie.loadAnimation({ ...settings, renderer: 'svg' });
}

async function fetchAnimation(url: string, signal: AbortSignal): Promise<Animation> {
  const answer = await fetch(url, { signal, credentials: 'same-origin' });
  if (!answer.ok || answer.body === null) throw new UnfitSticker(`Answered ${answer.status}`);
  return readTgs(answer.body);
}
