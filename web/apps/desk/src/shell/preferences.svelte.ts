/** How this person wants the desk in this browser. */
import * as v from 'valibot';
import { storage } from './storage';

const KEY = 'halfminute.preferences';

const PreferencesSchema = v.object({
  theme: v.optional(v.picklist(['system', 'light', 'dark']), 'system'),
  density: v.optional(v.picklist(['comfortable', 'compact']), 'comfortable'),
  volume: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.6),
  isMuted: v.optional(v.boolean(), false),
  wantsNotifications: v.optional(v.boolean(), false),
  enterSends: v.optional(v.boolean(), true),
  usesLetters: v.optional(v.boolean(), true),
  isPanelOpen: v.optional(v.boolean(), true),
  /** How fast voice messages are played. */
  speed: v.optional(v.picklist([1, 1.5, 2]), 1),
});

export type Preferences = v.InferOutput<typeof PreferencesSchema>;
export type Theme = Preferences['theme'];

function stored(): Preferences {
  try {
    return v.parse(PreferencesSchema, JSON.parse(storage.get(KEY) ?? '{}'));
  } catch {
    return v.parse(PreferencesSchema, {});
  }
}

class PreferencesStore {
  current = $state.raw<Preferences>(stored());
  private readonly system = matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    this.system.addEventListener('change', () => this.apply());
    this.apply();
  }

  change(change: Partial<Preferences>): void {
    this.current = { ...this.current, ...change };
    storage.set(KEY, JSON.stringify(this.current));
    this.apply();
  }

  private apply(): void {
    const { theme, density } = this.current;
    const isDark = theme === 'dark' || (theme === 'system' && this.system.matches);
    const root = document.documentElement;
    root.dataset['theme'] = isDark ? 'dark' : 'light';
    root.dataset['density'] = density;
  }
}

export const preferences = new PreferencesStore();
