/** The one sound that plays. It is kept here and not in a message, whose row may scroll away. */
import { SvelteSet } from 'svelte/reactivity';
import { preferences } from './preferences.svelte';

export const SPEEDS = [1, 1.5, 2] as const;
export type Speed = (typeof SPEEDS)[number];

class Player {
  /** What is loaded, playing or paused. */
  url = $state<string | null>(null);
  isPlaying = $state(false);
  /** Seconds from the beginning. */
  at = $state(0);
  /** Seconds; null until the browser knows, and where the file does not tell. */
  length = $state<number | null>(null);
  /** What the browser could not fetch or does not know how to play. */
  readonly broken = new SvelteSet<string>();
  private readonly sound = new Audio();
  /** Where others were left. */
  private readonly places = new Map<string, number>();
  private film: HTMLMediaElement | null = null;
  private isSought = false;

  constructor() {
    const { sound } = this;
    sound.preload = 'metadata';
    sound.addEventListener('play', () => (this.isPlaying = true));
    sound.addEventListener('pause', () => (this.isPlaying = false));
    sound.addEventListener('timeupdate', () => (this.at = sound.currentTime));
    sound.addEventListener('durationchange', () => {
      this.length = Number.isFinite(sound.duration) ? sound.duration : null;
    });
    sound.addEventListener('playing', () => (this.isSought = false));
    // What was heard to its end begins anew; who moved it to the end finds it there.
    sound.addEventListener('ended', () => {
      if (!this.isSought) sound.currentTime = 0;
    });
    sound.addEventListener('error', () => {
      if (this.url !== null) this.broken.add(this.url);
      this.url = null;
      this.isPlaying = false;
    });
  }

  toggle(url: string): void {
    if (this.url === url && this.isPlaying) {
      this.sound.pause();
      return;
    }
    this.film?.pause();
    this.load(url);
    this.isPlaying = true;
    // What cannot be played says so by its own event; what was stopped meanwhile is no failure.
    void this.sound.play().catch(() => (this.isPlaying = !this.sound.paused));
  }

  /** Goes to a second of it, and goes on playing if it was. */
  seek(url: string, seconds: number): void {
    this.load(url);
    this.isSought = true;
    this.at = Math.max(0, seconds);
    this.sound.currentTime = this.at;
  }

  placeOf(url: string): number {
    return this.url === url ? this.at : (this.places.get(url) ?? 0);
  }

  setSpeed(speed: Speed): void {
    preferences.change({ speed });
    this.sound.defaultPlaybackRate = speed;
    this.sound.playbackRate = speed;
  }

  /** A film began: there shall be one voice at a time. */
  yieldTo(film: HTMLMediaElement): void {
    this.sound.pause();
    if (this.film !== film) this.film?.pause();
    this.film = film;
  }

  /** The conversation is left: nobody could stop the sound any more. */
  stop(): void {
    this.sound.pause();
    this.film = null;
  }

  private load(url: string): void {
    if (this.url === url) return;
    if (this.url !== null) this.places.set(this.url, this.at);
    this.sound.pause();
    this.url = url;
    this.length = null;
    this.sound.defaultPlaybackRate = preferences.current.speed;
    this.sound.src = url;
    this.at = this.places.get(url) ?? 0;
    this.sound.currentTime = this.at;
  }
}

export const player = new Player();
