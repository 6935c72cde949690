/** Short messages about what just happened. */
import { isApiError } from '@halfminute/api';
import type { MessageKey } from '@halfminute/i18n';
import { t } from './words.svelte';

export interface Toast {
  id: number;
  text: string;
  tone: 'calm' | 'warn' | 'late';
}

const SHOWN_MS = 8000;

class Toasts {
  items = $state.raw<Toast[]>([]);
  private lastId = 0;

  show(text: string, tone: Toast['tone'] = 'calm'): void {
    const id = (this.lastId += 1);
    this.items = [...this.items.filter((toast) => toast.text !== text), { id, text, tone }];
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  dismiss(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  /** Says what did not work, and why where the reason is one the agent can act on. */
  failure(key: MessageKey, error: unknown): void {
    if (!isApiError(error)) throw error;
    if (error.kind === 'signed_out') return;
    const why =
      error.kind === 'offline'
        ? t('signin.offline')
        : error.kind === 'unavailable'
          ? t('load.unavailable.text')
          : '';
    this.show([t(key), why].filter(Boolean).join(' '), 'late');
  }
}

export const toasts = new Toasts();
