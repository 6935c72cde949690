/** What the desk tells the preview, and the preview its panel. */
import type { WidgetView } from '@halfminute/api';
import type { LauncherSettings } from '../launcher/settings';

/** What is to be seen: the button, what is asked before the chat, or the chat. */
export type Scene = 'button' | 'form' | 'chat';

export interface Told {
  halfminute: 'preview';
  launcher: LauncherSettings;
  view: WidgetView;
  scene: Scene;
  scheme: 'light' | 'dark';
  language: string;
  /** A question and its answer, for the scene `chat`. */
  sample: { question: string; agent: string; answer: string };
}

export function isTold(data: unknown): data is Told {
  return (data as { halfminute?: unknown } | null)?.halfminute === 'preview';
}
