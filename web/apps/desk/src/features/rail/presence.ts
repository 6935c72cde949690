/** What an agent can choose to be, and why nothing rings. */
import type { AgentView, Presence } from '@halfminute/api';
import type { MessageKey } from '@halfminute/i18n';

export interface Choice {
  presence: Presence;
  reason: string;
}

export const AWAY_REASONS = ['break', 'lunch', 'meeting', 'training'] as const;

export const CHOICES: Choice[] = [
  { presence: 'available', reason: '' },
  { presence: 'busy', reason: '' },
  ...AWAY_REASONS.map((reason) => ({ presence: 'away', reason }) as const),
  { presence: 'offline', reason: '' },
];

/** The reason why no offer can come, or null when one may ring at any moment. */
export function silence(agent: AgentView): MessageKey | null {
  if (agent.presence !== 'available') return `presence.silent.${agent.presence}`;
  if (agent.queue_ids.length === 0) return 'presence.silent.no_queues';
  return agent.load_units >= agent.capacity_units ? 'presence.silent.full' : null;
}
