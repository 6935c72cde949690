import { ApiError, type QueueDetails, type ReplayView } from '@halfminute/api';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Editing } from '../editing.svelte';
import { findQueueProblems, queueChangeOf, queueDraftOf, type QueueDraft } from './draft';
import { Trial } from './trial.svelte';
import { ROWS, tellFigure } from './trialTable';

// The words ask the browser for its language as they are made.
vi.hoisted(() => vi.stubGlobal('navigator', { language: 'en' }));

const DETAILS: QueueDetails = {
  id: 'q1', name: 'Line', priority_credit_seconds: 0, offer_timeout_seconds: 20, wrap_up: 'fixed', wrap_up_seconds: 30,
  target_seconds: 30, is_pull_allowed: true, is_enabled: true, requirements: {}, least_language_proficiency: null,
  calendar_id: null, closed_action: 'wait', closed_words: {}, agent_ids: [], account_names: [], waiting_count: 0,
  longest_waiting_since: null, revision: 'a1',
  rules: { rings: [], overflow: null, slope_per_mille: 1000, greatest_wait_seconds: null, agent_choice: 'longest_idle', keep_after_seconds: null },
  returns: { silence_seconds: null, return_wait_seconds: 60, last_agent_seconds: null, last_agent_wait_seconds: 60 },
  wrap_up_extension_seconds: 0,
};

const view = (more: Partial<ReplayView> = {}): ReplayView => ({
  id: 'r1', queue_id: 'q1', day: '2026-11-27', time_zone: 'UTC', state: 'running', progress: 0.2, error_code: '',
  error_message: '', result: null, ...more,
});

const refusal = (status: number, code: string, fields: Record<string, unknown> = {}): ApiError =>
  new ApiError(status >= 500 ? 'unavailable' : 'refused', status, code, code, null, fields);

function setUp(answers: { requestReplay?: unknown; getReplay?: unknown }) {
  const api = {
    requestReplay: vi.fn().mockImplementation(() => answerOf(answers.requestReplay ?? view())),
    getReplay: vi.fn().mockImplementation(() => answerOf(answers.getReplay ?? view({ state: 'done', progress: 1 }))),
    cancelReplay: vi.fn().mockResolvedValue(undefined),
  };
  const editing = new Editing<QueueDetails, QueueDraft>({
    list: () => Promise.resolve([DETAILS]), draftOf: queueDraftOf, findProblems: findQueueProblems,
    save: () => Promise.resolve(DETAILS),
  });
  editing.open(DETAILS);
  return { api, editing, trial: new Trial(api as never, editing) };
}

const answerOf = (answer: unknown): Promise<unknown> =>
  answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);

beforeEach(() => {
  vi.useFakeTimers();
});

describe('a trial', () => {
  it('asks with what stands in the fields, and looks until it is over', async () => {
    const { api, editing, trial } = setUp({});
    editing.draft!.offerSeconds = 44;
    await trial.start();
    expect(trial.isRunning).toBe(true);
    expect(api.requestReplay).toHaveBeenCalledWith({ queue_id: 'q1', queue: queueChangeOf(editing.draft!, DETAILS) });
    await vi.advanceTimersByTimeAsync(1000);
    expect([trial.isRunning, trial.isShown, trial.isOutdated]).toEqual([false, true, false]);
    editing.draft!.offerSeconds = 45;
    expect(trial.isOutdated).toBe(true);
  });

  it('is not begun with a wrong field', async () => {
    const { api, editing, trial } = setUp({});
    editing.draft!.offerSeconds = 0;
    await trial.start();
    expect(api.requestReplay).not.toHaveBeenCalled();
    expect([editing.failure, trial.isShown]).toEqual(['fields', false]);
  });

  it('shows beside the field what the server refuses of it', async () => {
    const problems = { 'rings.0.after_seconds': 'not_later' };
    const { editing, trial } = setUp({ requestReplay: refusal(400, 'invalid_queue_rules', { problems }) });
    await trial.start();
    expect(Object.keys(editing.problems)).toEqual(['rings.0.after_seconds']);
    expect(trial.failure).toBe('');
  });

  it('says why there is none', async () => {
    const { trial } = setUp({ requestReplay: refusal(409, 'replay_under_way') });
    await trial.start();
    expect([trial.failure, trial.isRunning, trial.isShown]).toEqual(['replay_under_way', false, true]);
  });

  it('says why it has failed', async () => {
    const { trial } = setUp({ getReplay: view({ state: 'failed', error_code: 'replay_lost' }) });
    await trial.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect([trial.failure, trial.isRunning]).toEqual(['replay_lost', false]);
  });

  it('goes on when the network is away for a while', async () => {
    const { api, trial } = setUp({ getReplay: refusal(503, 'database_unavailable') });
    await trial.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect([trial.failure, trial.isRunning]).toEqual(['', true]);
    api.getReplay.mockResolvedValue(view({ state: 'done', progress: 1 }));
    await vi.advanceTimersByTimeAsync(5000);
    expect(trial.replay?.state).toBe('done');
  });

  it('is cancelled, and what comes of it later is not shown', async () => {
    const { api, trial } = setUp({});
    await trial.start();
    await trial.cancel();
    expect(api.cancelReplay).toHaveBeenCalledWith('r1');
    await vi.advanceTimersByTimeAsync(5000);
    expect([trial.isShown, api.getReplay.mock.calls.length]).toEqual([false, 0]);
  });
});

describe('the table', () => {
  it('has a dash where there is nothing to tell, and one digit elsewhere', () => {
    const figures = {
      conversations: 3, answered: 0, abandoned: 1, waiting: 2, mean_wait_seconds: 12.34, longest_wait_seconds: 20,
      service_level: 2 / 3, abandon_ratio: 0.5, solved_within_180_ratio: null,
    };
    const told = Object.fromEntries(ROWS.map((row) => [row.name, tellFigure(row, figures)]));
    expect(told).toEqual({
      conversations: '3', waiting: '2', mean_wait: '12.3\u00a0s', longest_wait: '20\u00a0s', service_level: '66.7\u00a0%',
      abandoned: '50\u00a0%', solved: '–',
    });
    expect(ROWS.map((row) => tellFigure(row, null))).toEqual(ROWS.map(() => '–'));
  });
});
