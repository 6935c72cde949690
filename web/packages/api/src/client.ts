/** The verbs of the desk as requests; what each takes and gives is the server's own description. */
import type { Presence } from './names';
import { Requests } from './request';
import { uploadFile } from './uploading';
import type {
  AccountRequirementsChange,
  AgentChange,
  CalendarChange,
  NewConsult,
  NewNote,
  NewReplay,
  NewReassignment,
  NewReply,
  NewSignInKey,
  NewTransfer,
  NewWidget,
  NewWords,
  QueueChange,
  SkillSettings,
  WidgetChange,
} from './server.generated';

const PAGE = 50;

const of = (conversation_id: string) => ({ path: { conversation_id } });

export class ApiClient {
  private readonly requests: Requests;

  constructor(fetcher: typeof fetch = (...args) => fetch(...args)) {
    this.requests = new Requests(fetcher);
  }

  getSession = () => this.requests.send('get', '/api/session', {});
  signIn = (email: string, password: string) =>
    this.requests.send('post', '/api/session', { body: { email, password } });
  signOut = () => this.requests.send('delete', '/api/session', {});
  setLanguage = (language: string) =>
    this.requests.send('put', '/api/session/language', { body: { language } });

  getDesk = () => this.requests.send('get', '/api/desk', {});
  setPresence = (presence: Presence, reason: string) =>
    this.requests.send('put', '/api/presence', { body: { presence, reason } });

  listWaiting = (queue_id: string, after: string | null) =>
    this.requests.send('get', '/api/queues/{queue_id}/conversations', {
      path: { queue_id },
      query: { limit: PAGE, after },
    });

  listHeld = (queue_id: string, after: string | null) =>
    this.requests.send('get', '/api/queues/{queue_id}/held-conversations', {
      path: { queue_id },
      query: { limit: PAGE, after },
    });

  getConversation = (id: string) =>
    this.requests.send('get', '/api/conversations/{conversation_id}', of(id));
  explainConversation = (id: string) =>
    this.requests.send('get', '/api/conversations/{conversation_id}/explanation', of(id));
  getExpectedWaits = (queue_id: string) =>
    this.requests.send('get', '/api/queues/{queue_id}/expected-waits', { path: { queue_id } });
  listTransferTargets = (id: string) =>
    this.requests.send('get', '/api/conversations/{conversation_id}/transfer-targets', of(id));
  transferConversation = (id: string, body: NewTransfer) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/transfer', { ...of(id), body });
  reassignConversation = (id: string, body: NewReassignment) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/reassign', { ...of(id), body });
  askConsult = (id: string, body: NewConsult) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/consults', { ...of(id), body });
  answerConsult = (consult_id: string, verb: 'accept' | 'decline') =>
    this.requests.send('post', `/api/consults/{consult_id}/${verb}`, { path: { consult_id } });
  endConsult = (consult_id: string) =>
    this.requests.send('post', '/api/consults/{consult_id}/end', { path: { consult_id } });
  getContact = (contact_id: string) =>
    this.requests.send('get', '/api/contacts/{contact_id}', { path: { contact_id } });

  listChannelAccounts = () => this.requests.send('get', '/api/channel-accounts', {});
  replaceSecrets = (account_id: string, secrets: Record<string, string>) =>
    this.requests.send('put', '/api/channel-accounts/{account_id}/secrets', {
      path: { account_id },
      body: { secrets },
    });

  listQueues = () => this.requests.send('get', '/api/queues', {});
  createQueue = (body: QueueChange) => this.requests.send('post', '/api/queues', { body });
  configureQueue = (queue_id: string, body: QueueChange) =>
    this.requests.send('put', '/api/queues/{queue_id}', { path: { queue_id }, body });
  listAgents = () => this.requests.send('get', '/api/agents', {});
  listAgentDetails = () => this.requests.send('get', '/api/agents/details', {});
  configureAgent = (agent_id: string, body: AgentChange) =>
    this.requests.send('put', '/api/agents/{agent_id}', { path: { agent_id }, body });
  getAccountRequirements = (account_id: string) =>
    this.requests.send('get', '/api/channel-accounts/{account_id}/requirements', { path: { account_id } });
  setAccountRequirements = (account_id: string, body: AccountRequirementsChange) =>
    this.requests.send('put', '/api/channel-accounts/{account_id}/requirements', {
      path: { account_id },
      body,
    });
  listCalendars = () => this.requests.send('get', '/api/calendars', {});
  createCalendar = (body: CalendarChange) => this.requests.send('post', '/api/calendars', { body });
  configureCalendar = (calendar_id: string, body: CalendarChange) =>
    this.requests.send('put', '/api/calendars/{calendar_id}', { path: { calendar_id }, body });
  removeCalendar = (calendar_id: string) =>
    this.requests.send('delete', '/api/calendars/{calendar_id}', { path: { calendar_id } });
  listSkills = () => this.requests.send('get', '/api/skills', {});
  createSkill = (body: SkillSettings) => this.requests.send('post', '/api/skills', { body });
  configureSkill = (skill_id: string, body: SkillSettings) =>
    this.requests.send('put', '/api/skills/{skill_id}', { path: { skill_id }, body });
  removeSkill = (skill_id: string) =>
    this.requests.send('delete', '/api/skills/{skill_id}', { path: { skill_id } });
  requestReplay = (body: NewReplay) => this.requests.send('post', '/api/replays', { body });
  getReplay = (replay_id: string) =>
    this.requests.send('get', '/api/replays/{replay_id}', { path: { replay_id } });
  cancelReplay = (replay_id: string) =>
    this.requests.send('delete', '/api/replays/{replay_id}', { path: { replay_id } });
  getWallboard = () => this.requests.send('get', '/api/wallboard', {});

  getWidget = (account_id: string) =>
    this.requests.send('get', '/api/widgets/{account_id}', { path: { account_id } });
  createWidget = (body: NewWidget) => this.requests.send('post', '/api/widgets', { body });
  listSignInKeys = (account_id: string) =>
    this.requests.send('get', '/api/channel-accounts/{account_id}/sign-in-keys', { path: { account_id } });
  makeSignInKey = (account_id: string, body: NewSignInKey) =>
    this.requests.send('put', '/api/channel-accounts/{account_id}/sign-in-key', { path: { account_id }, body });
  revokeSignInKey = (account_id: string, key_id: string) =>
    this.requests.send('delete', '/api/channel-accounts/{account_id}/sign-in-keys/{key_id}', {
      path: { account_id, key_id },
    });
  saveWidget = (account_id: string, body: WidgetChange) =>
    this.requests.send('put', '/api/widgets/{account_id}', { path: { account_id }, body });
  fixLoader = (account_id: string) =>
    this.requests.send('post', '/api/widgets/{account_id}/versions', { path: { account_id } });

  /** `name` is the contact's, typed by whoever wants it erased. */
  eraseContact = (contact_id: string, name: string) =>
    this.requests.send('post', '/api/contacts/{contact_id}/erasure', {
      path: { contact_id },
      body: { name },
    });

  listMessages = (id: string, before: string | null) =>
    this.requests.send('get', '/api/conversations/{conversation_id}/messages', {
      ...of(id),
      query: { limit: PAGE, before },
    });

  listRevisions = (conversation_id: string, message_id: string) =>
    this.requests.send('get', '/api/conversations/{conversation_id}/revisions/{message_id}', {
      path: { conversation_id, message_id },
    });

  reply = (id: string, body: NewReply) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/messages', { ...of(id), body });
  addNote = (id: string, body: NewNote) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/notes', { ...of(id), body });
  retry = (conversation_id: string, message_id: string) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/messages/{message_id}/retry', {
      path: { conversation_id, message_id },
    });
  editMessage = (conversation_id: string, message_id: string, body: NewWords) =>
    this.requests.send('put', '/api/conversations/{conversation_id}/messages/{message_id}', {
      path: { conversation_id, message_id },
      body,
    });
  deleteMessage = (conversation_id: string, message_id: string) =>
    this.requests.send('delete', '/api/conversations/{conversation_id}/messages/{message_id}', {
      path: { conversation_id, message_id },
    });
  dropChange = (conversation_id: string, message_id: string) =>
    this.requests.send('delete', '/api/conversations/{conversation_id}/messages/{message_id}/change', {
      path: { conversation_id, message_id },
    });
  readonly upload = uploadFile;
  removeFile = (file_id: string) =>
    this.requests.send('delete', '/api/files/{file_id}', { path: { file_id } });
  /** Throws `file_not_ready` until the file can be seen. */
  getFileAddress = (file_id: string) =>
    this.requests.send('get', '/api/files/{file_id}/address', { path: { file_id } });
  fetchFileAgain = (file_id: string) =>
    this.requests.send('post', '/api/files/{file_id}/retry', { path: { file_id } });


  showTyping = (id: string, is_typing: boolean) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/typing', {
      ...of(id),
      body: { is_typing },
    });

  listStickerSets = (account_id: string) =>
    this.requests.send('get', '/api/channel-accounts/{account_id}/sticker-sets', {
      path: { account_id },
    });
  addStickerSet = (account_id: string, name: string) =>
    this.requests.send('post', '/api/channel-accounts/{account_id}/sticker-sets', {
      path: { account_id },
      body: { name },
    });
  refreshStickerSet = (account_id: string, set_id: string) =>
    this.requests.send('post', '/api/channel-accounts/{account_id}/sticker-sets/{set_id}/refresh', {
      path: { account_id, set_id },
    });
  removeStickerSet = (account_id: string, set_id: string) =>
    this.requests.send('delete', '/api/channel-accounts/{account_id}/sticker-sets/{set_id}', {
      path: { account_id, set_id },
    });

  saveDraft = (id: string, text: string, version: number) =>
    this.requests.send('put', '/api/conversations/{conversation_id}/draft', {
      ...of(id),
      body: { text, version },
    });
  markRead = (id: string, message_id: string) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/read', {
      ...of(id),
      body: { message_id },
    });

  closeConversation = (id: string, is_solved: boolean, disposition_code: string) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/close', {
      ...of(id),
      body: { is_solved, disposition_code },
    });
  finishWrapUp = (id: string) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/finish-wrap-up', of(id));
  extendWrapUp = (id: string) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/extend-wrap-up', of(id));
  pull = (id: string) =>
    this.requests.send('post', '/api/conversations/{conversation_id}/pull', of(id));
  acceptOffer = (offer_id: string, epoch: number) =>
    this.requests.send('post', '/api/offers/{offer_id}/accept', { path: { offer_id }, body: { epoch } });
  declineOffer = (offer_id: string, epoch: number, reason: string) =>
    this.requests.send('post', '/api/offers/{offer_id}/decline', {
      path: { offer_id },
      body: { epoch, reason },
    });
}

/** Small pictures of pictures, and of how films begin; the server has made one, or has not. */
export const thumbnailUrl = (fileId: string): string => `/api/files/${fileId}/thumbnail`;
/** All that is held on a contact, as a zip archive that a browser saves. */
export const exportUrl = (contactId: string): string => `/api/contacts/${contactId}/export`;

export const fileUrl = (fileId: string): string => `/api/files/${fileId}`;
