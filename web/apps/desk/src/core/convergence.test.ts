/** State read at seq n, plus the frames after n, equals the state read at the end. */
import type { ConversationView, DeskView, EventFrame, MessageView } from '@halfminute/api';
import { expect, test } from 'vitest';
import { withOpened, withWaitingPage } from './answers';
import { applyEvents } from './apply';
import { ME, QUEUE, sampleConversation, sampleDesk, sampleEvent, sampleMessage } from './samples';
import { ownLists, queueSummaries, unreadCount, waitingIn } from './selectors';
import { stateFrom, type DeskState } from './state';

function randomFrom(seed: number): () => number {
  let value = seed;
  return () => {
    value = (Math.imul(value, 1664525) + 1013904223) >>> 0;
    return value / 2 ** 32;
  };
}

/** A server in little: conversations wait, are taken by us or by others, talk and close. */
class Server {
  readonly conversations = new Map<string, ConversationView>();
  readonly messages = new Map<string, MessageView[]>();
  readonly streams = new Map<string, number>();
  readonly log: EventFrame[] = [];
  private number = 0;

  constructor(private readonly random: () => number) {}

  private record(event: string, streams: string[], data: EventFrame['data']): void {
    for (const stream of streams) {
      const seq = (this.streams.get(stream) ?? 0) + 1;
      this.streams.set(stream, seq);
      this.log.push(sampleEvent(stream, seq, event, data));
    }
  }

  private change(id: string, change: Partial<ConversationView>): ConversationView {
    const old = this.conversations.get(id) as ConversationView;
    const view = { ...old, ...change, version: old.version + 1 };
    this.conversations.set(id, view);
    return view;
  }

  private pick(state: string): string | undefined {
    const ids = [...this.conversations.values()].filter((view) => view.state === state);
    return ids[Math.floor(this.random() * ids.length)]?.id;
  }

  step(): void {
    const die = this.random();
    if (die < 0.3) this.arrive();
    else if (die < 0.5) this.assign(this.pick('queued'));
    else if (die < 0.85) this.talk(this.pick('active'));
    else this.close(this.pick('active'));
  }

  private arrive(): void {
    const id = `c${String((this.number += 1)).padStart(4, '0')}`;
    const queued_at = new Date(this.number * 1000).toISOString();
    const view = sampleConversation(id, { state: 'queued', agent_id: null, queued_at });
    this.conversations.set(id, view);
    this.messages.set(id, []);
    const data = { conversation_id: id, conversation: view };
    this.record('ConversationQueued', [`conversation:${id}`, `queue:${QUEUE}`], data);
  }

  private assign(id: string | undefined): void {
    if (id === undefined) return;
    const agent_id = this.random() < 0.4 ? ME : 'other';
    const conversation = this.change(id, { state: 'active', agent_id });
    const streams = [`conversation:${id}`, `queue:${QUEUE}`, `agent:${agent_id}`];
    this.record('ConversationAssigned', streams, { conversation, by: 'offer' });
  }

  private talk(id: string | undefined): void {
    if (id === undefined) return;
    const isReply = this.random() < 0.5;
    const message = sampleMessage(`m${String((this.number += 1)).padStart(6, '0')}`, id, {
      direction: isReply ? 'out' : 'in',
    });
    this.messages.get(id)?.push(message);
    const conversation = this.change(id, {
      awaiting: isReply ? 'customer' : 'agent',
      last_message: {
        id: message.id,
        direction: message.direction,
        author_kind: message.author_kind,
        kind: 'text',
        preview: '',
        is_deleted: false,
      },
    });
    this.record('MessageReceived', [`conversation:${id}`], { conversation, message });
  }

  private close(id: string | undefined): void {
    if (id === undefined) return;
    const owner = this.conversations.get(id)?.agent_id as string;
    const conversation = this.change(id, { state: 'closed', awaiting: 'nobody' });
    const streams = [`conversation:${id}`, `queue:${QUEUE}`, `agent:${owner}`];
    this.record('ConversationClosed', streams, { conversation });
  }

  snapshot(): DeskView {
    const all = [...this.conversations.values()];
    const own = all.filter((view) => view.agent_id === ME && view.state === 'active');
    const waiting = all.filter((view) => view.state === 'queued');
    const names = [`agent:${ME}`, `queue:${QUEUE}`, ...own.map((view) => `conversation:${view.id}`)];
    const desk = sampleDesk({
      conversations: own,
      streams: Object.fromEntries(names.map((name) => [name, this.streams.get(name) ?? 0])),
    });
    desk.queues[0]!.waiting_count = waiting.length;
    return desk;
  }

  waitingPage() {
    const items = [...this.conversations.values()].filter((view) => view.state === 'queued');
    return { items, next: null, stream_seq: this.streams.get(`queue:${QUEUE}`) ?? 0 };
  }

  page(id: string) {
    const stream_seq = this.streams.get(`conversation:${id}`) ?? 0;
    return { items: [...(this.messages.get(id) ?? [])], has_more: false, stream_seq };
  }
}

/** Follows what became ours, as the desk does. */
function followOwn(state: DeskState, server: Server): DeskState {
  let next = state;
  for (const view of [...ownLists(state).waiting, ...ownLists(state).answered]) {
    if (next.threads.get(view.id)?.isLoaded) continue;
    const page = server.page(view.id);
    const conversation = server.conversations.get(view.id) as ConversationView;
    const read = { draft: null, last_read_message_id: null, stream_seq: page.stream_seq };
    next = withOpened(next, { conversation, ...read }, page);
  }
  return next;
}

function shown(state: DeskState) {
  const lists = ownLists(state);
  const own = [...lists.waiting, ...lists.answered];
  return {
    own: own.map((view) => [view, unreadCount(state, view), state.threads.get(view.id)?.messages]),
    queues: queueSummaries(state).map(({ count, longestSince }) => [count, longestSince]),
    waiting: waitingIn(state, QUEUE),
  };
}

test.each(Array.from({ length: 25 }, (_, seed) => seed + 1))('seed %i converges', (seed) => {
  const random = randomFrom(seed);
  const server = new Server(random);
  for (let step = 0; step < 60; step += 1) server.step();

  let state = followOwn(withWaitingPage(stateFrom(server.snapshot()), QUEUE, server.waitingPage()), server);
  let sent = server.log.length;
  for (let step = 0; step < 200; step += 1) {
    server.step();
    if (random() < 0.4) continue;
    const frames = server.log.slice(Math.max(0, sent - 3));
    sent = server.log.length;
    state = applyEvents(state, frames).state;
    const before = state;
    state = followOwn(state, server);
    if (state !== before) {
      state = applyEvents(state, server.log.slice(0, sent)).state;
    }
  }
  state = applyEvents(state, server.log).state;
  state = followOwn(state, server);

  const fresh = followOwn(
    withWaitingPage(stateFrom(server.snapshot()), QUEUE, server.waitingPage()),
    server,
  );
  expect(shown(state)).toEqual(shown(fresh));
});
