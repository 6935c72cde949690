/** Whether what a visitor has filled in will do. */
import type { GivenForm } from '@halfminute/api';
import type { Field, FieldName } from './asked';

export type Fault = 'missing' | 'wrong.email' | 'wrong.phone';

/** As the server has them: more is refused. */
export const LIMITS: Record<FieldName, number> = { name: 100, email: 254, phone: 30, topic: 60 };
const EMAIL = /^[^@\s]+@[^@\s]+$/;
const PHONE = /^\+?[0-9 ().-]{5,}$/;

export function faultOf({ name, isRequired }: Field, text: string): Fault | null {
  if (text.trim() === '') return isRequired ? 'missing' : null;
  if (name === 'email' && !EMAIL.test(text.trim())) return 'wrong.email';
  if (name === 'phone' && !PHONE.test(text.trim())) return 'wrong.phone';
  return null;
}

export const trimmed = (form: GivenForm): GivenForm =>
  Object.fromEntries(Object.entries(form).map(([name, text]) => [name, text.trim()]));
