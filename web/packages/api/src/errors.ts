/** Why a request to the server did not succeed, in the words a screen can act on. */

/** - `offline`: no answer at all
 *  - `unavailable`: the server or its database cannot serve now (5xx); the same request may be repeated
 *  - `signed_out`: the session is gone
 *  - `refused`: the server understood and said no; repeating changes nothing */
export type FailureKind = 'offline' | 'unavailable' | 'signed_out' | 'too_many' | 'refused';

export class ApiError extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterSeconds: number | null = null,
    /** What else the server tells of it. */
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }

  get isTransient(): boolean {
    return this.kind === 'offline' || this.kind === 'unavailable' || this.kind === 'too_many';
  }
}

export function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

function kindOf(status: number): FailureKind {
  if (status === 401) return 'signed_out';
  if (status === 429) return 'too_many';
  return status >= 500 || status === 408 ? 'unavailable' : 'refused';
}

interface ErrorBody {
  code?: unknown;
  message?: unknown;
  fields?: unknown;
}

function bodyOf(text: string): ErrorBody {
  try {
    return (JSON.parse(text) ?? {}) as ErrorBody;
  } catch {
    return {};
  }
}

/** Of an answer that was read in another way than by `fetch`. */
export function errorOf(status: number, text: string, retryAfter: string | null): ApiError {
  const body = bodyOf(text);
  const seconds = Number(retryAfter ?? Number.NaN);
  return new ApiError(
    kindOf(status),
    status,
    typeof body.code === 'string' ? body.code : `http_${status}`,
    typeof body.message === 'string' ? body.message : '',
    Number.isFinite(seconds) ? seconds : null,
    typeof body.fields === 'object' && body.fields !== null ? { ...body.fields } : {},
  );
}

export async function errorFrom(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  return errorOf(response.status, text, response.headers.get('retry-after'));
}
