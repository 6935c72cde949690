import { describe, expect, it } from 'vitest';
import { askedNow, fieldsOf } from './asked';
import { faultOf } from './form';
import { EMPTY, type State } from './state';

const form = { name: 'required', email: 'optional', phone: 'no', topic: 'no', topics: [] } as const;
const colours = { accent: '#1a6b54', accent_ink: '#ffffff', head: '#1a6b54', head_ink: '#ffffff' };
const beside = { continues_in: null, file_limit: 0, has_stickers: false, is_attended: true };
const widget = { title: '', greeting: '', ...colours, ...beside, form: { ...form, topics: [] } };
const fresh: State = { ...EMPTY, widget, isLoaded: true };

describe('the form before a chat', () => {
  it('has the fields that are asked for, in one order', () => {
    expect(fieldsOf(widget.form)).toEqual([
      { name: 'name', isRequired: true },
      { name: 'email', isRequired: false },
    ]);
  });

  it('is asked before the first words, and never again', () => {
    expect(askedNow(fresh)).toHaveLength(2);
    expect(askedNow({ ...fresh, filled: {} })).toEqual([]);
    const item = { client_id: '1', text: 'Hi', created_at: '', refused: null };
    expect(askedNow({ ...fresh, items: [item] })).toEqual([]);
    expect(askedNow({ ...fresh, isLoaded: false })).toEqual([]);
  });

  it.each([
    ['email', true, ' ', 'missing'],
    ['email', false, ' ', null],
    ['email', false, 'olena', 'wrong.email'],
    ['email', false, ' olena@a.example ', null],
    ['phone', false, 'call me', 'wrong.phone'],
    ['phone', false, '+380 50 123-45-67', null],
    ['name', true, 'Olena', null],
  ] as const)('says of %s (required: %s) %j: %s', (name, isRequired, text, fault) => {
    expect(faultOf({ name, isRequired }, text)).toBe(fault);
  });
});
