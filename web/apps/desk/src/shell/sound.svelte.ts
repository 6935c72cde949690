/** The ring and the tick, made of sine waves. Of several open tabs one sounds. */
import { preferences } from './preferences.svelte';

const RING = [
  { at: 0, hertz: 660, seconds: 0.22 },
  { at: 0.18, hertz: 880, seconds: 0.34 },
];
const TICK = [{ at: 0, hertz: 520, seconds: 0.12 }];
const RING_EVERY_MS = 2400;
const LOCK = 'halfminute.sound';

class Sound {
  /** The browser has not let us sound yet, because nobody has touched the page. */
  isBlocked = $state(false);
  private context: AudioContext | null = null;
  private isOurs = !('locks' in navigator);
  private ringing: ReturnType<typeof setInterval> | null = null;

  constructor() {
    if ('locks' in navigator) {
      void navigator.locks.request(LOCK, () => {
        this.isOurs = true;
        return new Promise(() => undefined);
      });
    }
    const wake = (): void => void this.wake();
    addEventListener('pointerdown', wake);
    addEventListener('keydown', wake);
  }

  ring(): void {
    if (this.ringing !== null) return;
    this.play(RING);
    this.ringing = setInterval(() => this.play(RING), RING_EVERY_MS);
  }

  quiet(): void {
    if (this.ringing !== null) clearInterval(this.ringing);
    this.ringing = null;
  }

  tick(): void {
    this.play(TICK, 0.5);
  }

  sample(): void {
    this.play(RING, 1, true);
  }

  private async wake(): Promise<void> {
    this.context ??= new AudioContext();
    if (this.context.state === 'suspended') await this.context.resume();
    this.isBlocked = false;
  }

  private play(notes: typeof RING, share = 1, isAsked = false): void {
    const { volume, isMuted } = preferences.current;
    if (!isAsked && (isMuted || !this.isOurs)) return;
    if (this.context?.state !== 'running') {
      this.isBlocked = true;
      return;
    }
    for (const note of notes) this.note(this.context, note, volume * share);
  }

  private note(context: AudioContext, note: (typeof RING)[number], volume: number): void {
    const start = context.currentTime + note.at;
    const oscillator = new OscillatorNode(context, { frequency: note.hertz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume * 0.35, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + note.seconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + note.seconds + 0.05);
  }
}

export const sound = new Sound();
