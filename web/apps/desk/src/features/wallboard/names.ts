/** The tiles that have a definition. */
export type TileName =
  | 'waiting'
  | 'longest'
  | 'wait'
  | 'solved'
  | 'level'
  | 'abandoned'
  | 'agents';
