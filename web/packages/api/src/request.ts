/** Sends one request that the server's description knows, and tells why it did not succeed. */
import { ApiError, errorFrom } from './errors';
import type { paths } from './server.generated';

type Method = 'get' | 'post' | 'put' | 'delete';

/** The routes that answer to a method. */
export type Route<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

type Operation<M extends Method, R extends Route<M>> = paths[R][M];
type Asked<O> = O extends { parameters: { path: infer Values } } ? { path: Values } : unknown;
type Filtered<O> = O extends { parameters: { query?: infer Values } } ? { query?: Values } : unknown;
type Said<O> = O extends { requestBody: { content: { 'application/json': infer Body } } }
  ? { body: Body }
  : unknown;

/** What a request must say beside its route: ids in the path, filters, a body. */
export type Question<O> = Asked<O> & Filtered<O> & Said<O>;

/** The body of an answer that succeeded; undefined where it has none. */
export type Answer<O> = O extends { responses: infer Answers }
  ? Answers[keyof Answers & (200 | 201)] extends { content: { 'application/json': infer Body } }
    ? Body
    : undefined
  : never;

interface AnyQuestion {
  path?: Record<string, string>;
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
}

const TIMEOUT_MS = 15_000;
const NO_CONTENT = 204;

function addressOf(route: string, { path = {}, query = {} }: AnyQuestion): string {
  const filled = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const filters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) filters.set(name, String(value));
  }
  const written = filters.toString();
  return written === '' ? filled : `${filled}?${written}`;
}

export class Requests {
  constructor(private readonly fetcher: typeof fetch) {}

  /** Throws ApiError. */
  async send<M extends Method, R extends Route<M>>(
    method: M,
    route: R,
    question: Question<Operation<M, R>>,
  ): Promise<Answer<Operation<M, R>>> {
    const response = await this.call(method, route, question as AnyQuestion);
    const answer = response.status === NO_CONTENT ? undefined : await response.json();
    return answer as Answer<Operation<M, R>>;
  }

  private async call(method: Method, route: string, question: AnyQuestion): Promise<Response> {
    const init: RequestInit = {
      method: method.toUpperCase(),
      credentials: 'same-origin',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    if (question.body !== undefined) init.body = JSON.stringify(question.body);
    let response: Response;
    try {
      response = await this.fetcher(addressOf(route, question), init);
    } catch (error) {
      throw new ApiError('offline', 0, 'offline', String(error));
    }
    if (!response.ok) throw await errorFrom(response);
    return response;
  }
}
