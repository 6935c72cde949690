/** The server's HTTP routes as functions. */
import { ApiError, errorFrom } from './errors';
import type { ContactPage, ConversationPage, DeskView, MessagesPage, WaitingPage } from './pages';
import type {
  AgentView,
  ConversationView,
  MessageView,
  Presence,
  RevisionView,
  SessionView,
} from './views';

export interface NewReply {
  client_id: string;
  text: string;
  reply_to_message_id?: string;
}

export interface NewNote {
  client_id: string;
  text: string;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const REQUEST_TIMEOUT_MS = 15_000;

export class ApiClient {
  constructor(private readonly fetcher: typeof fetch = (...args) => fetch(...args)) {}

  private async call(method: Method, path: string, body?: unknown): Promise<Response> {
    const init: RequestInit = {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    };
    if (body !== undefined) init.body = JSON.stringify(body);
    let response: Response;
    try {
      response = await this.fetcher(`/api${path}`, init);
    } catch (error) {
      throw new ApiError('offline', 0, 'offline', String(error));
    }
    if (!response.ok) throw await errorFrom(response);
    return response;
  }

  private async json<T>(method: Method, path: string, body?: unknown): Promise<T> {
    return (await (await this.call(method, path, body)).json()) as T;
  }

  getSession = () => this.json<SessionView>('GET', '/session');
  signIn = (email: string, password: string) =>
    this.json<SessionView>('POST', '/session', { email, password });
  signOut = () => this.call('DELETE', '/session');
  setLanguage = (language: string) => this.call('PUT', '/session/language', { language });

  getDesk = () => this.json<DeskView>('GET', '/desk');
  setPresence = (presence: Presence, reason: string) =>
    this.json<AgentView>('PUT', '/presence', { presence, reason });

  listWaiting(queueId: string, after: string | null): Promise<WaitingPage> {
    const cursor = after === null ? '' : `&after=${encodeURIComponent(after)}`;
    return this.json('GET', `/queues/${queueId}/conversations?limit=50${cursor}`);
  }

  getConversation = (id: string) => this.json<ConversationPage>('GET', `/conversations/${id}`);
  getContact = (id: string) => this.json<ContactPage>('GET', `/contacts/${id}`);

  listMessages(id: string, before: string | null): Promise<MessagesPage> {
    const cursor = before === null ? '' : `&before=${before}`;
    return this.json('GET', `/conversations/${id}/messages?limit=50${cursor}`);
  }

  listRevisions = (id: string, messageId: string) =>
    this.json<RevisionView[]>('GET', `/conversations/${id}/revisions/${messageId}`);

  reply = (id: string, reply: NewReply) =>
    this.json<MessageView>('POST', `/conversations/${id}/messages`, reply);
  addNote = (id: string, note: NewNote) =>
    this.json<MessageView>('POST', `/conversations/${id}/notes`, note);
  retry = (id: string, messageId: string) =>
    this.json<MessageView>('POST', `/conversations/${id}/messages/${messageId}/retry`);
  saveDraft = (id: string, text: string, version: number) =>
    this.json<{ version: number }>('PUT', `/conversations/${id}/draft`, { text, version });
  markRead = (id: string, messageId: string) =>
    this.call('POST', `/conversations/${id}/read`, { message_id: messageId });

  closeConversation = (id: string, isSolved: boolean, dispositionCode: string) =>
    this.json<ConversationView>('POST', `/conversations/${id}/close`, {
      is_solved: isSolved,
      disposition_code: dispositionCode,
    });
  finishWrapUp = (id: string) =>
    this.json<ConversationView>('POST', `/conversations/${id}/finish-wrap-up`);
  pull = (id: string) => this.json<ConversationView>('POST', `/conversations/${id}/pull`);
  acceptOffer = (id: string, epoch: number) =>
    this.json<ConversationView>('POST', `/offers/${id}/accept`, { epoch });
  declineOffer = (id: string, epoch: number, reason: string) =>
    this.call('POST', `/offers/${id}/decline`, { epoch, reason });
}

export const fileUrl = (fileId: string): string => `/api/files/${fileId}`;
