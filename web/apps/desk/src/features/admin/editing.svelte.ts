/** Things that are configured, one at a time: chosen, edited, saved, or found to be changed by
 * somebody else. */
import { isApiError, type ApiError } from '@halfminute/api';
import type { Params } from '@halfminute/i18n';
import { words } from '../../shell/words.svelte';

export interface Problem {
  code: string;
  params?: Params;
}
/** By the name of the field. */
export type Problems = Readonly<Record<string, Problem>>;

export interface Detailed {
  id: string;
  name: string;
}

/** How the things of one kind are read, edited and saved. */
export interface Kind<D extends Detailed, F> {
  list: () => Promise<D[]>;
  /** Left out where none can be made here. */
  blank?: () => F;
  draftOf: (details: D) => F;
  findProblems: (draft: F) => Problems;
  create?: (draft: F) => Promise<D>;
  save: (draft: F, details: D) => Promise<D>;
}

export type Failure = '' | 'fields' | 'changed' | 'unavailable' | 'other';

export class Editing<D extends Detailed, F> {
  items = $state.raw<D[] | null>(null);
  /** What was read of the one that is edited; null while a new one is made, or nothing is open. */
  details = $state.raw<D | null>(null);
  draft = $state<F | null>(null);
  hasFailed = $state(false);
  isSaving = $state(false);
  problems = $state.raw<Problems>({});
  failure = $state<Failure>('');
  message = $state('');
  isNew = $derived(this.draft !== null && this.details === null);
  isDirty = $derived(this.draft !== null && JSON.stringify(this.draft) !== JSON.stringify(this.untouched()));

  constructor(private readonly kind: Kind<D, F>) {}

  load = async (): Promise<void> => {
    try {
      this.items = await this.kind.list();
      this.hasFailed = false;
      const present = this.items.find(({ id }) => id === this.details?.id);
      // Nobody loses what they type; saving tells them that it was changed meanwhile.
      if (present !== undefined && !this.isDirty && !this.isSaving) this.open(present);
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.hasFailed = this.items === null;
    }
  };

  open = (details: D): void => {
    this.take(details, this.kind.draftOf(details));
  };

  begin = (): void => {
    this.take(null, this.kind.blank?.() ?? null);
  };

  shut = (): void => {
    this.take(null, null);
  };

  /** What somebody else has saved meanwhile, in the place of what was edited. */
  takePresent = async (): Promise<void> => {
    const id = this.details?.id;
    this.shut();
    await this.load();
    const present = this.items?.find((item) => item.id === id);
    if (present !== undefined) this.open(present);
  };

  /** Whether it was saved. */
  save = async (): Promise<boolean> => {
    if (this.draft === null || this.isSaving) return false;
    this.problems = this.kind.findProblems(this.draft);
    this.failure = Object.keys(this.problems).length > 0 ? 'fields' : '';
    if (this.failure !== '') return false;
    this.isSaving = true;
    try {
      const saved = await this.store(this.draft);
      if (saved !== undefined) this.open(saved);
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.refuse(error);
      return false;
    } finally {
      this.isSaving = false;
    }
    await this.load();
    return true;
  };

  /** Something else with the draft than saving it. Whether it was done: else the fields say what is
   * wrong with them, and what is refused otherwise is thrown on. */
  attempt = async (deed: (draft: F, details: D) => Promise<void>): Promise<boolean> => {
    if (this.draft === null || this.details === null) return false;
    this.problems = this.kind.findProblems(this.draft);
    this.failure = Object.keys(this.problems).length > 0 ? 'fields' : '';
    if (this.failure !== '') return false;
    try {
      await deed(this.draft, this.details);
    } catch (error) {
      const problems = isApiError(error) ? problemsIn(error) : {};
      if (Object.keys(problems).length === 0) throw error;
      this.problems = problems;
      this.failure = 'fields';
      return false;
    }
    return true;
  };

  /** What is wrong with a field, in words; nothing where it is well. */
  problemsOf = (field: string): string[] => {
    const problem = this.problems[field];
    return problem === undefined ? [] : [words.coded('admin.problem', problem.code, problem.params)];
  };

  private store(draft: F): Promise<D> | undefined {
    return this.details === null ? this.kind.create?.(draft) : this.kind.save(draft, this.details);
  }

  private untouched(): F | undefined {
    return this.details === null ? this.kind.blank?.() : this.kind.draftOf(this.details);
  }

  private take(details: D | null, draft: F | null): void {
    this.details = details;
    this.draft = draft;
    this.problems = {};
    this.failure = '';
  }

  private refuse(error: ApiError): void {
    this.message = error.message;
    this.problems = problemsIn(error);
    if (Object.keys(this.problems).length > 0) this.failure = 'fields';
    else if (error.code.endsWith('_changed')) this.failure = 'changed';
    else this.failure = error.isTransient ? 'unavailable' : 'other';
  }
}

/** The fields that the server names in its refusal. */
export function problemsIn(error: ApiError): Problems {
  if (error.code.endsWith('_name_taken')) return { name: { code: 'taken' } };
  if (error.code === 'skill_language_taken') return { language: { code: 'taken' } };
  if (['invalid_calendar', 'invalid_queue_rules', 'invalid_agent_capacity'].includes(error.code)) {
    const codes = Object.entries((error.fields['problems'] ?? {}) as Record<string, string>);
    const params = { queue: String(error.fields['queue_name'] ?? '') };
    return Object.fromEntries(codes.map(([field, code]) => [field, { code, params }]));
  }
  if (error.code !== 'invalid_request') return {};
  const errors = (error.fields['errors'] ?? []) as { key?: string }[];
  return Object.fromEntries(errors.flatMap(({ key }) => (key === undefined ? [] : [[key, { code: 'refused' }]])));
}
