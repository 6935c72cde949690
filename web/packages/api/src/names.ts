/** Words of the trade that the server's description uses without a name of their own. */
import type { AgentView, MessageBrief, MessageView } from './server.generated';

export type Presence = AgentView['presence'];
export type Part = MessageView['parts'][number];
export type MessageKind = MessageBrief['kind'];
