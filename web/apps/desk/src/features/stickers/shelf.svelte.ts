/** The sets of stickers of the accounts that the desk answers for, as far as they were asked for. */
import { isApiError, type ApiClient, type ApiError, type StickerSetView } from '@halfminute/api';
import type { Screen } from '../../shell/screen.svelte';

export interface Shelf {
  /** Null until they were read once. */
  sets: readonly StickerSetView[] | null;
  isLoading: boolean;
  error: ApiError | null;
}

const EMPTY: Shelf = { sets: null, isLoading: false, error: null };

export class Shelves {
  private shelves = $state.raw<Readonly<Record<string, Shelf>>>({});

  constructor(private readonly api: ApiClient) {}

  of(accountId: string): Shelf {
    return this.shelves[accountId] ?? EMPTY;
  }

  async load(accountId: string): Promise<void> {
    if (this.of(accountId).isLoading) return;
    this.change(accountId, { isLoading: true });
    try {
      const sets = await this.api.listStickerSets(accountId);
      this.change(accountId, { sets, isLoading: false, error: null });
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.change(accountId, { isLoading: false, error });
    }
  }

  /** Reads what nobody has read yet. */
  ensure(accountId: string): void {
    const { sets, error } = this.of(accountId);
    if (sets === null && error === null) void this.load(accountId);
  }

  /** Throws ApiError. */
  async add(accountId: string, name: string): Promise<StickerSetView> {
    const added = await this.api.addStickerSet(accountId, name);
    this.put(accountId, added);
    return added;
  }

  /** Throws ApiError; why it could not be listed is then read with the set. */
  async refresh(accountId: string, setId: string): Promise<void> {
    try {
      this.put(accountId, await this.api.refreshStickerSet(accountId, setId));
    } catch (error) {
      void this.load(accountId);
      throw error;
    }
  }

  /** Throws ApiError. */
  async remove(accountId: string, setId: string): Promise<void> {
    try {
      await this.api.removeStickerSet(accountId, setId);
    } catch (error) {
      // Somebody was quicker.
      if (!isApiError(error) || error.code !== 'unknown_sticker_set') throw error;
    }
    const sets = this.of(accountId).sets ?? [];
    this.change(accountId, { sets: sets.filter((set) => set.id !== setId) });
  }

  private put(accountId: string, set: StickerSetView): void {
    const sets = this.of(accountId).sets ?? [];
    const isKnown = sets.some((known) => known.id === set.id);
    const put = isKnown ? sets.map((known) => (known.id === set.id ? set : known)) : [...sets, set];
    this.change(accountId, { sets: put });
  }

  private change(accountId: string, change: Partial<Shelf>): void {
    this.shelves = { ...this.shelves, [accountId]: { ...this.of(accountId), ...change } };
  }
}

const KEPT = new WeakMap<Screen, Shelves>();

/** The shelves of whoever is signed in at this screen. */
export function shelvesOf(screen: Screen): Shelves {
  const kept = KEPT.get(screen) ?? new Shelves(screen.desk.parts.api);
  KEPT.set(screen, kept);
  return kept;
}
