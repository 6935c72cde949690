/** A widget's settings as they stand in the fields, and back: lists are lines of a text. */
import type { LauncherSettings } from '../../../../widget/src/launcher/settings';
import type { FormSettings, Invitation, NewWidget, WidgetChange, WidgetDetails, WidgetView } from '@halfminute/api';
import { inkOn } from '@halfminute/ui/contrast';

export const FIELDS = ['name', 'email', 'phone', 'topic'] as const;
export type Asked = 'no' | 'optional' | 'required';

export interface Draft {
  name: string;
  /** Empty: none. */
  queueId: string;
  isEnabled: boolean;
  origins: string;
  title: string;
  greeting: string;
  accent: string;
  head: string;
  side: 'left' | 'right';
  hiddenPages: string;
  asked: Record<(typeof FIELDS)[number], Asked>;
  topics: string;
  invitation: string;
  seconds: number;
  pages: string;
  /** Ids of the sets that visitors choose from. */
  stickerSets: string[];
}

const FALLBACK = '#1a6b54';
const lines = (text: string): string[] => text.split('\n');
const filled = (text: string): string[] => lines(text).map((line) => line.trim()).filter(Boolean);

type Known = Pick<WidgetDetails, 'name' | 'queue_id' | 'is_enabled' | 'settings'>;

/** A widget that is to be made. */
export const BLANK: Known = { name: '', queue_id: null, is_enabled: true, settings: {} };

export function draftOf({ name, queue_id, is_enabled, settings }: Known): Draft {
  const form: FormSettings = settings.form ?? {};
  const invitation: Invitation = settings.invitation ?? {};
  return {
    name,
    queueId: queue_id ?? '',
    isEnabled: is_enabled,
    origins: (settings.origins ?? []).join('\n'),
    title: settings.title ?? '',
    greeting: settings.greeting ?? '',
    accent: settings.accent ?? FALLBACK,
    head: settings.head ?? '',
    side: settings.side ?? 'right',
    hiddenPages: (settings.hidden_pages ?? []).join('\n'),
    asked: { name: form.name ?? 'no', email: form.email ?? 'no', phone: form.phone ?? 'no', topic: form.topic ?? 'no' },
    topics: (form.topics ?? []).join('\n'),
    invitation: invitation.text ?? '',
    seconds: invitation.seconds ?? 15,
    pages: (invitation.pages ?? []).join('\n'),
    stickerSets: settings.sticker_sets ?? [],
  };
}

const settingsOf = (draft: Draft): WidgetDetails['settings'] => ({
  origins: filled(draft.origins),
  title: draft.title,
  greeting: draft.greeting,
  accent: draft.accent,
  head: draft.head,
  side: draft.side,
  hidden_pages: filled(draft.hiddenPages),
  form: { ...draft.asked, topics: filled(draft.topics) },
  invitation: { text: draft.invitation, seconds: Math.round(Number(draft.seconds)) || 0, pages: filled(draft.pages) },
  sticker_sets: draft.stickerSets,
});

/** What the screen does not know of stays as it was. */
export const changeOf = (draft: Draft, { settings, revision }: WidgetDetails): WidgetChange => ({
  name: draft.name,
  queue_id: draft.queueId || null,
  is_enabled: draft.isEnabled,
  revision,
  settings: { ...settings, ...settingsOf(draft) },
});

export const newOf = (draft: Draft): NewWidget => ({
  name: draft.name,
  queue_id: draft.queueId || null,
  settings: settingsOf(draft),
});

const COLOUR = /^#[0-9a-f]{6}$/i;
const colourOr = (text: string, other: string): string => (COLOUR.test(text.trim()) ? text.trim().toLowerCase() : other);

/** What a colour field shows and the preview uses while something else is being typed. */
export const accentOf = (draft: Draft): string => colourOr(draft.accent, FALLBACK);
export const headOf = (draft: Draft): string => colourOr(draft.head, accentOf(draft));

export const launcherOf = (draft: Draft): LauncherSettings => ({
  widget: 'preview',
  accent: accentOf(draft),
  ink: inkOn(accentOf(draft)),
  side: draft.side,
  hidden: [],
  // Nobody waits for it in a preview.
  invitation: { text: draft.invitation.trim(), seconds: 0, pages: [] },
});

export const viewOf = (draft: Draft): WidgetView => ({
  title: draft.title.trim(),
  greeting: draft.greeting.trim(),
  accent: accentOf(draft),
  accent_ink: inkOn(accentOf(draft)),
  head: headOf(draft),
  head_ink: inkOn(headOf(draft)),
  form: { ...draft.asked, topics: filled(draft.topics) },
  // The preview sends nothing and leads nowhere; nothing in it can be pressed.
  continues_in: null,
  file_limit: 0,
  has_stickers: draft.stickerSets.length > 0,
  is_attended: true,
});

export const asksAnything = (draft: Draft): boolean => FIELDS.some((name) => draft.asked[name] !== 'no');
