/** Where a conversation can go, as a list to choose from. */
import type { TransferTargets } from '@halfminute/api';
import { t, words } from '../../shell/words.svelte';

type QueueTarget = TransferTargets['queues'][number];
type AgentTarget = TransferTargets['agents'][number];

export interface Choice {
  id: string;
  kind: 'queue' | 'agent';
  name: string;
  /** How it stands there. */
  about: string;
  /** Somebody can take it there now. */
  isReady: boolean;
  /** It can never go there. */
  isShut: boolean;
}

/** `isGiven`: agents are not asked, so they must be there. Queues as the server names them; then agents, those who could take it now before the others. */
export function choicesOf(targets: TransferTargets, isGiven: boolean): Choice[] {
  const agents = targets.agents.map((agent) => ofAgent(agent, isGiven));
  return [
    ...targets.queues.map(ofQueue),
    ...agents.filter((choice) => choice.isReady),
    ...agents.filter((choice) => !choice.isReady && !choice.isShut),
    ...agents.filter((choice) => choice.isShut),
  ];
}

function ofQueue(queue: QueueTarget): Choice {
  const about = [
    queue.is_present ? t('transfer.queue.present') : '',
    queue.is_open ? '' : t('transfer.queue.closed'),
    t('transfer.queue.available', { count: queue.available_count }),
    queue.waiting_count === 0 ? t('queue.nobody') : t('queue.waiting', { count: queue.waiting_count }),
  ];
  return {
    id: queue.id,
    kind: 'queue',
    name: queue.name,
    about: about.filter(Boolean).join(' · '),
    isReady: queue.is_open && queue.available_count > 0,
    isShut: false,
  };
}

function ofAgent(agent: AgentTarget, isGiven: boolean): Choice {
  const reason = agent.presence_reason;
  const isAbsent = isGiven && agent.can_take === 'offline';
  const about = [
    t(isAbsent ? 'transfer.agent.absent' : `transfer.agent.${agent.can_take}`),
    agent.can_take === 'away' && reason !== '' ? words.coded('presence.reason', reason) : '',
    agent.serves_queue ? t('transfer.agent.serves') : '',
  ];
  return {
    id: agent.id,
    kind: 'agent',
    name: agent.name,
    about: about.filter(Boolean).join(' · '),
    isReady: agent.can_take === 'now',
    isShut: agent.can_take === 'channel' || isAbsent,
  };
}

const folded = (text: string): string => text.toLocaleLowerCase().replaceAll('ё', 'е');

/** Those whose name holds each of the words. */
export function findChoices(choices: readonly Choice[], wish: string): Choice[] {
  const wanted = folded(wish).split(/\s+/).filter(Boolean);
  return choices.filter((choice) => wanted.every((word) => folded(choice.name).includes(word)));
}
