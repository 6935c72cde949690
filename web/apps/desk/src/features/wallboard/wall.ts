/** The wallboard on the whole screen, which then stays awake. */
import type { Screen } from '../../shell/screen.svelte';

let lock: WakeLockSentinel | null = null;

export async function toggleWall(screen: Screen): Promise<void> {
  if (screen.isWall) await leaveWall(screen);
  else if (screen.isWallboard) await enterWall(screen);
}

async function enterWall(screen: Screen): Promise<void> {
  screen.isWall = true;
  // Where the browser refuses, the wallboard fills its window at least.
  await document.documentElement.requestFullscreen?.().catch(() => undefined);
  lock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
}

export async function leaveWall(screen: Screen): Promise<void> {
  screen.isWall = false;
  await lock?.release().catch(() => undefined);
  lock = null;
  if (document.fullscreenElement !== null) await document.exitFullscreen().catch(() => undefined);
}
