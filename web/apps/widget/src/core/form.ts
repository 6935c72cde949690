/** What a visitor is asked before they write, and whether what they wrote will do. */
import type { FormSettings, GivenForm } from '@halfminute/api';
import type { State } from './state';

export type FieldName = 'name' | 'email' | 'phone' | 'topic';
export type Fault = 'missing' | 'wrong.email' | 'wrong.phone';

export interface Field {
  name: FieldName;
  isRequired: boolean;
}

const ORDER: readonly FieldName[] = ['name', 'email', 'phone', 'topic'];
/** As the server has them: more is refused. */
export const LIMITS: Record<FieldName, number> = { name: 100, email: 254, phone: 30, topic: 60 };
const EMAIL = /^[^@\s]+@[^@\s]+$/;
const PHONE = /^\+?[0-9 ().-]{5,}$/;

export const fieldsOf = (form: FormSettings): Field[] =>
  ORDER.filter((name) => (form[name] ?? 'no') !== 'no').map((name) => ({ name, isRequired: form[name] === 'required' }));

/** The fields that are to be filled in now: it is asked once, before the first words. */
export function askedNow({ widget, messages, items, filled, isLoaded }: State): Field[] {
  const isFirst = isLoaded && filled === null && messages.length === 0 && items.length === 0;
  return isFirst && widget !== null ? fieldsOf(widget.form) : [];
}

export function faultOf({ name, isRequired }: Field, text: string): Fault | null {
  if (text.trim() === '') return isRequired ? 'missing' : null;
  if (name === 'email' && !EMAIL.test(text.trim())) return 'wrong.email';
  if (name === 'phone' && !PHONE.test(text.trim())) return 'wrong.phone';
  return null;
}

export const trimmed = (form: GivenForm): GivenForm =>
  Object.fromEntries(Object.entries(form).map(([name, text]) => [name, text.trim()]));
