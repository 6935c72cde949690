import { describe, expect, test } from 'vitest';
import { withAnswer, withOpened, withPage, withWaitingPage } from './answers';
import { applyEvents } from './apply';
import { ringingOffer, unreadCount, waitingIn } from './selectors';
import {
  ME,
  QUEUE,
  sampleConversation,
  sampleDesk,
  sampleEvent,
  sampleMessage,
  sampleOffer,
} from './samples';
import { stateFrom, type DeskState } from './state';

const agentStream = `agent:${ME}`;
const queueStream = `queue:${QUEUE}`;
const count = (state: DeskState): number => state.waiting.get(QUEUE)?.count ?? -1;

describe('frames', () => {
  const state = stateFrom(
    sampleDesk({
      conversations: [sampleConversation('c')],
      streams: { 'conversation:c': 4, [agentStream]: 0 },
    }),
  );
  const received = sampleEvent('conversation:c', 5, 'MessageReceived', {
    conversation_id: 'c',
    message_id: 'm1',
    message: sampleMessage('m1', 'c'),
  });

  test('a frame seen twice changes nothing the second time', () => {
    const once = applyEvents(state, [received]);
    const twice = applyEvents(once.state, [received]);
    expect(twice.state).toBe(once.state);
    expect(twice.fresh).toEqual([]);
  });

  test('after a hole nothing of that stream is applied, and the others go on', () => {
    const later = { ...received, seq: 7 };
    const other = sampleEvent(agentStream, 1, 'AgentPresenceChanged', {
      agent: { ...sampleDesk().agent!, presence: 'away' },
    });
    const applied = applyEvents(state, [later, other]);
    expect(applied.gaps).toEqual(['conversation:c']);
    expect(applied.state.streams.get('conversation:c')).toBe(4);
    expect(applied.state.agent?.presence).toBe('away');
  });

  test('a stream that is not followed is ignored', () => {
    const stranger = sampleEvent('conversation:x', 1, 'MessageReceived', {
      message: sampleMessage('m', 'x'),
    });
    expect(applyEvents(state, [stranger]).state).toBe(state);
  });

  test('an older version of a conversation does not replace a newer one', () => {
    const newer = sampleEvent('conversation:c', 5, 'WrapUpStarted', {
      conversation: sampleConversation('c', { state: 'wrap_up', version: 9 }),
    });
    const older = sampleEvent(agentStream, 1, 'ConversationAssigned', {
      conversation: sampleConversation('c', { version: 8 }),
    });
    const applied = applyEvents(state, [newer, older]);
    expect(applied.state.conversations.get('c')?.state).toBe('wrap_up');
  });
});

describe('threads', () => {
  const followed = stateFrom(
    sampleDesk({ conversations: [sampleConversation('c')], streams: { 'conversation:c': 0 } }),
  );
  const frame = (seq: number, id: string, change = {}) =>
    sampleEvent('conversation:c', seq, 'MessageReceived', { message: sampleMessage(id, 'c', change) });

  test('a page read before a frame does not undo it', () => {
    const sent = applyEvents(followed, [frame(1, 'm1', { delivery: 'sent' })]).state;
    const page = { items: [sampleMessage('m1', 'c', { delivery: 'queued' })], has_more: false };
    expect(withPage(sent, 'c', { ...page, stream_seq: 0 }).threads.get('c')?.messages[0]).toMatchObject({
      delivery: 'sent',
    });
    expect(withPage(sent, 'c', { ...page, stream_seq: 1 }).threads.get('c')?.messages[0]).toMatchObject({
      delivery: 'queued',
    });
  });

  test('the answer to our own request does not undo what frames brought', () => {
    const read = applyEvents(followed, [frame(1, 'm1', { delivery: 'read' })]).state;
    const answered = withAnswer(read, sampleMessage('m1', 'c', { delivery: 'queued' }));
    expect(answered.threads.get('c')?.messages).toHaveLength(1);
    expect(answered.threads.get('c')?.messages[0]?.delivery).toBe('read');
  });

  test('an edit of a message older than what is loaded leaves no hole in the thread', () => {
    const page = { items: [sampleMessage('m5', 'c')], has_more: true, stream_seq: 0 };
    const loaded = withPage(followed, 'c', page);
    const edited = applyEvents(loaded, [frame(1, 'm2')]).state;
    expect(edited.threads.get('c')?.messages.map((message) => message.id)).toEqual(['m5']);
  });

  test('earlier pages go in front, whatever arrives meanwhile', () => {
    const page = (ids: string[], has_more: boolean) => ({
      items: ids.map((id) => sampleMessage(id, 'c')),
      has_more,
      stream_seq: 0,
    });
    let state = withPage(followed, 'c', page(['m4', 'm5'], true));
    state = applyEvents(state, [frame(1, 'm6')]).state;
    state = withPage(state, 'c', page(['m2', 'm3'], false));
    const thread = state.threads.get('c');
    expect(thread?.messages.map((message) => message.id)).toEqual(['m2', 'm3', 'm4', 'm5', 'm6']);
    expect(thread?.hasMore).toBe(false);
  });

  test('opening follows from the earlier of the two reads', () => {
    const opened = withOpened(
      stateFrom(sampleDesk()),
      {
        conversation: sampleConversation('z', { agent_id: 'other' }),
        draft: null,
        last_read_message_id: null,
        stream_seq: 7,
      },
      { items: [], has_more: false, stream_seq: 5 },
    );
    expect(opened.streams.get('conversation:z')).toBe(5);
  });

  test('what the agent has read elsewhere is read here', () => {
    const last = { id: 'm3', direction: 'in', author_kind: 'contact', kind: 'text', preview: 'x', is_deleted: false } as const;
    const view = sampleConversation('c', { last_message: last });
    const state = stateFrom(sampleDesk({ conversations: [view] }));
    expect(unreadCount(state, view)).toBe(1);
    const read = sampleEvent(agentStream, 1, 'ConversationRead', {
      conversation_id: 'c',
      agent_id: ME,
      message_id: 'm3',
    });
    expect(unreadCount(applyEvents(state, [read]).state, view)).toBe(0);
  });
});

describe('queues', () => {
  const waiting = (id: string, change = {}) =>
    sampleConversation(id, { state: 'queued', agent_id: null, ...change });
  const queued = (seq: number, id: string) =>
    sampleEvent(queueStream, seq, 'ConversationQueued', { conversation: waiting(id) });
  const taken = (seq: number, id: string) =>
    sampleEvent(queueStream, seq, 'ConversationAssigned', {
      conversation: waiting(id, { state: 'active', agent_id: 'other', version: 2 }),
      by: 'offer',
    });

  test('the count follows arrivals and departures, also of those never loaded', () => {
    const desk = sampleDesk();
    desk.queues[0]!.waiting_count = 80;
    let state = stateFrom(desk);
    state = applyEvents(state, [queued(1, 'a'), taken(2, 'unseen'), taken(3, 'a')]).state;
    expect(count(state)).toBe(79);
    expect(state.conversations.has('unseen')).toBe(false);
  });

  test('one that came and went within one batch counts nothing', () => {
    const desk = sampleDesk();
    desk.queues[0]!.waiting_count = 5;
    const gone = taken(1, 'a').data.conversation!;
    const frames = [
      sampleEvent(queueStream, 1, 'ConversationQueued', { conversation: gone }),
      taken(2, 'a'),
    ];
    expect(count(applyEvents(stateFrom(desk), frames).state)).toBe(5);
  });

  test('a page read before a departure does not bring the conversation back', () => {
    let state = applyEvents(stateFrom(sampleDesk()), [queued(1, 'a'), taken(2, 'a')]).state;
    const items = [waiting('a'), waiting('b')];
    state = withWaitingPage(state, QUEUE, { items, next: null, stream_seq: 1 });
    expect(waitingIn(state, QUEUE).map((view) => view.id)).toEqual(['b']);
    expect(count(state)).toBe(1);
  });

  test('an offered conversation still waits, and rings', () => {
    const offered = waiting('a', { state: 'offered', version: 2 });
    const state = applyEvents(stateFrom(sampleDesk()), [
      queued(1, 'a'),
      sampleEvent(agentStream, 1, 'ConversationOffered', {
        conversation: offered,
        offer: sampleOffer('o', 'a'),
      }),
    ]).state;
    expect(count(state)).toBe(1);
    expect(ringingOffer(state)?.id).toBe('o');
    const over = applyEvents(state, [
      sampleEvent(agentStream, 2, 'OfferTimedOut', {
        conversation: waiting('a', { version: 3 }),
        offer: { ...sampleOffer('o', 'a'), state: 'timed_out' },
      }),
    ]).state;
    expect(ringingOffer(over)).toBeNull();
    expect(count(over)).toBe(1);
  });
});
