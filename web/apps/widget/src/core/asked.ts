/** What a visitor is asked before they write. */
import type { FormSettings } from '@halfminute/api';
import type { State } from './state';

export type FieldName = 'name' | 'email' | 'phone' | 'topic';

export interface Field {
  name: FieldName;
  isRequired: boolean;
}

const ORDER: readonly FieldName[] = ['name', 'email', 'phone', 'topic'];

export const fieldsOf = (form: FormSettings): Field[] =>
  ORDER.filter((name) => (form[name] ?? 'no') !== 'no').map((name) => ({ name, isRequired: form[name] === 'required' }));

/** The fields that are to be filled in now: it is asked once, before the first words. */
export function askedNow({ widget, messages, items, filled, isLoaded }: State): Field[] {
  const isFirst = isLoaded && filled === null && messages.length === 0 && items.length === 0;
  return isFirst && widget !== null ? fieldsOf(widget.form) : [];
}
