/** What the panel asks of the server, in the name of its visitor. */
import type {
  ContinuationView,
  ConversationView,
  FileAddress,
  GivenForm,
  MessageView,
  NewRating,
  OfferedStickers,
  SaidView,
  SignInView,
  ThreadView,
  TicketView,
  UploadedFile,
  VisitView,
  WidgetView,
} from '@halfminute/api';
import { sendBody, type SendingOptions } from '@halfminute/api/sending';

export interface NewMessage {
  client_id: string;
  text: string;
  language: string;
  form?: GivenForm;
  file_ids?: string[];
  reply_to_message_id?: string;
  sticker_id?: string;
}

/** Why a request did not succeed. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfterSeconds = 0,
  ) {
    super(code);
  }

  /** The same request may succeed later: nobody heard it, or the server asked for patience. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const TIMEOUT_MS = 15_000;
const NO_CONTENT = 204;

export class Api {
  token: string | null = null;

  constructor(private readonly widgetId: string) {}

  getWidget = (): Promise<WidgetView> => this.ask('GET', '');
  /** The visit of the one whom the site's token names; `person` is whom things were kept for. */
  signIn = (token: string, person: string | null): Promise<SignInView> =>
    this.ask('POST', '/identity', { token, person });
  endVisit = (): Promise<undefined> => this.ask('DELETE', '/visit');
  /** A link of one press to another channel. */
  leadOn = (): Promise<ContinuationView> => this.ask('POST', '/continuation');
  beginVisit = (): Promise<VisitView> => this.ask('POST', '/visits');
  getThread = (before?: string): Promise<ThreadView> =>
    this.ask('GET', `/thread${before === undefined ? '' : `?before=${before}`}`);
  say = (message: NewMessage): Promise<SaidView> => this.ask('POST', '/messages', message);
  getTicket = (): Promise<TicketView> => this.ask('POST', '/ticket');
  getAddresses = (fileIds: string[]): Promise<Record<string, FileAddress>> =>
    this.ask('POST', '/files/addresses', { file_ids: fileIds });
  getStickers = (): Promise<OfferedStickers> => this.ask('GET', '/stickers');
  takeBack = (fileId: string): Promise<undefined> => this.ask('DELETE', `/files/${fileId}`);
  confirm = (message: MessageView, isRead: boolean): Promise<undefined> =>
    this.ask('POST', '/receipts', { message_id: message.id, is_read: isRead });

  /** Throws Refusal. The same client id again gives the file that is there. */
  async upload(clientId: string, name: string, file: Blob, sending: Omit<SendingOptions, 'headers'>): Promise<UploadedFile> {
    const url = `/api/webchat/${this.widgetId}/files?client_id=${clientId}&name=${encodeURIComponent(name)}`;
    const headers = { authorization: `Bearer ${this.token}` };
    const { status, text, retryAfter } = await sendBody(url, file, { ...sending, headers });
    if (status === 0) throw new Refusal(0, 'offline');
    if (status < 300) return JSON.parse(text) as UploadedFile;
    // A proxy that refuses a body says so in words of its own.
    const [, code] = /"code":\s*"(\w+)"/.exec(text) ?? [];
    throw new Refusal(status, code ?? (status === 413 ? 'too_large' : 'unknown'), Number(retryAfter) || 0);
  }

  endConversation = (id: string): Promise<ConversationView> => this.ask('POST', `/conversations/${id}/end`);
  rate = (id: string, rating: NewRating): Promise<ConversationView> =>
    this.ask('PUT', `/conversations/${id}/rating`, rating);
  /** Before the first words there is nobody to see it. */
  showTyping = async (isTyping: boolean): Promise<void> => {
    if (this.token !== null) await this.ask('POST', '/typing', { is_typing: isTyping });
  };
  /** A page to keep; the token goes in a header, so that no address of it can be passed on. */
  getTranscript = async (language: string, minutesEast: number): Promise<Blob> => {
    const path = `/transcript?language=${language}&minutes_east=${minutesEast}`;
    return (await this.fetch('GET', path)).blob();
  };

  /** Throws Refusal. */
  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.fetch(method, path, body);
    return (answer.status === NO_CONTENT ? undefined : await answer.json()) as T;
  }

  private async fetch(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (this.token !== null) headers['authorization'] = `Bearer ${this.token}`;
    // An end is heard though the page that asks for it goes.
    const keepalive = method === 'DELETE';
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS), keepalive };
    if (body !== undefined) init.body = JSON.stringify(body);
    const answer = await fetch(`/api/webchat/${this.widgetId}${path}`, init).catch(() => null);
    if (answer === null) throw new Refusal(0, 'offline');
    if (!answer.ok) throw await refusalOf(answer);
    return answer;
  }
}

async function refusalOf(answer: Response): Promise<Refusal> {
  const told = (await answer.json().catch(() => null)) as { code?: unknown } | null;
  const seconds = Number(answer.headers.get('retry-after')) || 0;
  return new Refusal(answer.status, String(told?.code ?? 'unknown'), seconds);
}
