import { photograph } from './photograph';

/** Why there is no picture: it is not allowed, or there is no camera, or it went away. */
export type Trouble = 'camera.refused' | 'camera.missing';

export interface Taken {
  file: File;
  /** Good until the next picture, and until the camera is put away. */
  url: string;
}

const WISH: MediaStreamConstraints = {
  video: { width: { ideal: 1920 }, height: { ideal: 1080 } },
  audio: false,
};

/**
 * The camera of this computer, one picture at a time. Its light is on only while it looks: not while
 * a picture is thought over, and never after it was put away, even if it answers later.
 */
export class Camera {
  stream = $state.raw<MediaStream | null>(null);
  taken = $state.raw<Taken | null>(null);
  trouble = $state<Trouble | null>(null);
  /** Counts its openings: an answer to an earlier one is too late. */
  #opening = 0;
  #isTaking = false;

  /** Look, with no picture taken yet. */
  async open(): Promise<void> {
    this.putAway();
    const opening = ++this.#opening;
    try {
      const given = await navigator.mediaDevices.getUserMedia(WISH);
      if (opening !== this.#opening) return stop(given);
      for (const track of given.getTracks()) track.onended = () => this.#fail('camera.missing');
      this.stream = given;
    } catch (error) {
      const isRefused = error instanceof DOMException && error.name === 'NotAllowedError';
      if (opening === this.#opening) this.#fail(isRefused ? 'camera.refused' : 'camera.missing');
    }
  }

  /** Keep what `film` shows now; a second press meanwhile takes nothing more. */
  async take(film: HTMLVideoElement): Promise<void> {
    if (this.stream === null || this.#isTaking || film.videoWidth === 0) return;
    this.#isTaking = true;
    const opening = this.#opening;
    const file = await photograph(film);
    this.#isTaking = false;
    if (file === null || opening !== this.#opening) return;
    this.#stop();
    this.taken = { file, url: URL.createObjectURL(file) };
  }

  /** The light goes off, and what was taken is forgotten. */
  putAway(): void {
    this.#opening += 1;
    this.#stop();
    if (this.taken !== null) URL.revokeObjectURL(this.taken.url);
    this.taken = null;
    this.trouble = null;
  }

  #fail(trouble: Trouble): void {
    this.#stop();
    this.trouble = trouble;
  }

  #stop(): void {
    if (this.stream !== null) stop(this.stream);
    this.stream = null;
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
