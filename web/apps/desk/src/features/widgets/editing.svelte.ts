/** The settings of one widget while they are changed: read, edited, saved, or found to be another's; or of one
 * that is to be made. */
import { isApiError, type ApiClient, type ApiError, type WidgetDetails } from '@halfminute/api';
import { isMessageKey } from '@halfminute/i18n';
import { t } from '../../shell/words.svelte';
import { BLANK, changeOf, draftOf, newOf, type Draft } from './draft';

export class Editing {
  details = $state.raw<WidgetDetails | null>(null);
  draft = $state<Draft | null>(null);
  hasFailed = $state(false);
  isSaving = $state(false);
  /** Codes by field, as the server tells them. */
  problems = $state.raw<Readonly<Record<string, string>>>({});
  failure = $state<'' | 'fields' | 'account_changed' | 'unavailable' | 'other'>('');
  message = $state('');
  isDirty = $derived(
    this.draft !== null && JSON.stringify(this.draft) !== JSON.stringify(draftOf(this.details ?? BLANK)),
  );

  /** Null: one that is to be made. */
  constructor(
    private readonly api: ApiClient,
    private id: string | null,
  ) {}

  load = async (): Promise<void> => {
    if (this.id === null) {
      this.draft ??= draftOf(BLANK);
      return;
    }
    try {
      this.take(await this.api.getWidget(this.id));
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.hasFailed = true;
    }
  };

  /** Whether it was saved. */
  save = async (): Promise<boolean> => {
    if (this.draft === null || this.isSaving) return false;
    this.isSaving = true;
    this.failure = '';
    try {
      this.take(await this.send(this.draft));
      return true;
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.refuse(error);
      return false;
    } finally {
      this.isSaving = false;
    }
  };

  /** What is wrong with a field, a sentence a line; nothing where it is well. */
  problemsOf(field: string): string[] {
    return Object.entries(this.problems).flatMap(([name, code]) => {
      const line = name.startsWith(`${field}.`) ? Number(name.slice(field.length + 1)) : Number.NaN;
      if (name !== field && Number.isNaN(line)) return [];
      const key = `widget.problem.${code}`;
      const problem = isMessageKey(key) ? t(key) : code;
      return [name === field ? problem : t('widget.problem.line', { line: line + 1, problem })];
    });
  }

  private send(draft: Draft): Promise<WidgetDetails> {
    if (this.details === null) return this.api.createWidget(newOf(draft));
    return this.api.saveWidget(this.details.id, changeOf(draft, this.details));
  }

  private take(details: WidgetDetails): void {
    this.details = details;
    this.id = details.id;
    this.draft = draftOf(details);
    this.problems = {};
    this.failure = '';
    this.hasFailed = false;
  }

  private refuse(error: ApiError): void {
    this.message = error.message;
    this.problems = (error.fields['problems'] ?? {}) as Record<string, string>;
    if (error.code === 'invalid_widget') this.failure = 'fields';
    else if (error.code === 'account_changed') this.failure = 'account_changed';
    else this.failure = error.isTransient ? 'unavailable' : 'other';
  }
}
