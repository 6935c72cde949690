/** What is asked before the first words. It goes with them; nothing is sent before. */
import type { FormSettings, GivenForm } from '@halfminute/api';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Field, FieldName } from '../core/asked';
import { faultOf, LIMITS, trimmed, type Fault } from '../core/form';
import type { Words } from '../words';

interface Props {
  form: FormSettings;
  fields: readonly Field[];
  greeting: string;
  words: Words;
  onDone: (given: GivenForm) => void;
}

const KINDS = {
  name: { autoComplete: 'name' },
  email: { type: 'email', autoComplete: 'email' },
  phone: { type: 'tel', autoComplete: 'tel' },
} as const;

export function PreChat({ form, fields, greeting, words, onDone }: Props) {
  const [given, setGiven] = useState<GivenForm>({});
  const [faults, setFaults] = useState<Partial<Record<FieldName, Fault>>>({});
  const place = useRef<HTMLFormElement>(null);
  const control = (name: string) => place.current?.elements.namedItem(name) as HTMLElement | null | undefined;
  useEffect(() => control(fields[0]?.name ?? '')?.focus(), []);

  const finish = (event: Event): void => {
    event.preventDefault();
    const found = fields.flatMap((field) => {
      const fault = faultOf(field, given[field.name] ?? '');
      return fault === null ? [] : [[field.name, fault] as const];
    });
    setFaults(Object.fromEntries(found));
    if (found[0] === undefined) onDone(trimmed(given));
    else control(found[0][0])?.focus();
  };

  const take = (name: FieldName, text: string): void => {
    setGiven((before) => ({ ...before, [name]: text }));
    setFaults(({ [name]: _, ...others }) => others);
  };

  return (
    <form class="prechat" ref={place} noValidate onSubmit={finish} aria-label={words('form.title')}>
      <p>{greeting || words('form.title')}</p>
      {fields.map(({ name, isRequired }) => {
        const fault = faults[name];
        const own = {
          name,
          required: isRequired,
          value: given[name] ?? '',
          'aria-invalid': fault !== undefined,
          'aria-describedby': fault && `fault-${name}`,
          onInput: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLSelectElement }) => take(name, currentTarget.value),
        };
        return (
          <div key={name}>
            <label>
              <span>
                {words(`form.${name}`)}
                {!isRequired && <small> ({words('form.optional')})</small>}
              </span>
              {name === 'topic' ? (
                <select {...own}>
                  <option value="">{words('form.choose')}</option>
                  {(form.topics ?? []).map((topic) => (
                    <option key={topic}>{topic}</option>
                  ))}
                </select>
              ) : (
                <input {...own} {...KINDS[name]} maxLength={LIMITS[name]} />
              )}
            </label>
            {fault && (
              <em id={`fault-${name}`} role="alert">
                {words(`form.${fault}`)}
              </em>
            )}
          </div>
        );
      })}
      <button type="submit">{words('form.start')}</button>
    </form>
  );
}
