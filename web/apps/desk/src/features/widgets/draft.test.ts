import type { WidgetDetails } from '@halfminute/api';
import { describe, expect, it } from 'vitest';
import { BLANK, changeOf, draftOf, launcherOf, newOf, viewOf } from './draft';

const details: WidgetDetails = {
  id: '0190163d-8694-739b-aea5-966c26f8ad90',
  name: 'Shop',
  queue_id: '0190163d-8694-739b-aea5-966c26f8ad92',
  is_enabled: true,
  revision: 'r1',
  address: 'https://chat.example/widget/v1/1/loader.js',
  settings: {
    origins: ['https://a.example', 'https://b.example'],
    title: 'Operator',
    greeting: '',
    accent: '#1a6b54',
    head: '',
    side: 'left',
    hidden_pages: ['/checkout*'],
    form: { name: 'required', email: 'no', phone: 'no', topic: 'optional', topics: ['Roaming', 'Bills'] },
    invitation: { text: 'Questions?', seconds: 20, pages: [] },
    sticker_sets: ['0190163d-8694-739b-aea5-966c26f8ad91'],
  },
};

describe('a widget in its fields', () => {
  it('comes back as it was', () => {
    const { settings, revision, name, queue_id } = details;
    expect(changeOf(draftOf(details), details)).toEqual({ name, queue_id, is_enabled: true, revision, settings });
  });

  it('keeps what the screen does not know of', () => {
    const newer = { ...details, settings: { ...details.settings, newer: 'kept' } } as WidgetDetails;
    expect(changeOf(draftOf(newer), newer).settings).toMatchObject({ newer: 'kept' });
  });

  it('that is new has what was filled in, and no queue before one is chosen', () => {
    const draft = { ...draftOf(BLANK), name: 'Shop', origins: 'https://a.example' };
    expect(newOf(draft)).toMatchObject({ name: 'Shop', queue_id: null, settings: { origins: ['https://a.example'] } });
    expect(newOf({ ...draft, queueId: 'q' }).queue_id).toBe('q');
  });

  it('has no empty lines', () => {
    const draft = { ...draftOf(details), origins: ' https://a.example \n\n' };
    expect(changeOf(draft, details).settings.origins).toEqual(['https://a.example']);
  });

  it('is previewed with a colour even while one is being typed', () => {
    const draft = { ...draftOf(details), accent: '#FFD400', head: '#12' };
    expect(launcherOf(draft)).toMatchObject({ accent: '#ffd400', ink: '#000000', side: 'left' });
    expect(viewOf(draft).head).toBe('#ffd400');
    expect(viewOf({ ...draft, accent: '#' }).accent).toBe('#1a6b54');
  });
});
