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
}

async function bodyOf(response: Response): Promise<ErrorBody> {
  try {
    return (await response.json()) as ErrorBody;
  } catch {
    return {};
  }
}

export async function errorFrom(response: Response): Promise<ApiError> {
  const body = await bodyOf(response);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError(
    kindOf(response.status),
    response.status,
    typeof body.code === 'string' ? body.code : `http_${response.status}`,
    typeof body.message === 'string' ? body.message : response.statusText,
    Number.isFinite(seconds) ? seconds : null,
  );
}
