const NAMES = {
  400: ['BadRequestException', 'Bad Request'],
  401: ['UnauthorizedException', 'Unauthorized'],
  403: ['ForbiddenException', 'Forbidden'],
  404: ['NotFoundException', 'Not Found'],
  409: ['ConflictException', 'Conflict'],
  413: ['PayloadTooLargeException', 'Payload Too Large'],
  422: ['UnprocessableEntityException', 'Unprocessable Entity'],
  429: ['ThrottlerException', 'Too Many Requests'],
  500: ['InternalServerErrorException', 'Internal Server Error'],
  501: ['NotImplementedException', 'Not Implemented'],
  503: ['ServiceUnavailableException', 'Service Unavailable'],
} as const;

export type FailureStatus = keyof typeof NAMES;

export interface FailureOptions {
  /** `error.code` where it is not the one of the status, such as `TRPCError`. */
  readonly code?: string;
  /** Further members of `error.details`. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The top-level `message` where a plainer sentence than the contract's own text can be given. */
  readonly plainMessage?: string;
  readonly cause?: unknown;
}

/** A refusal as the API answers it; thrown by handlers, caught at the edge of the service. */
export class HttpFailure extends Error {
  readonly status: FailureStatus;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly plainMessage: string;

  constructor(status: FailureStatus, message: string, options: FailureOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'HttpFailure';
    this.status = status;
    this.code = options.code ?? NAMES[status][0];
    this.details = { message, error: NAMES[status][1], statusCode: status, ...options.details };
    this.plainMessage = options.plainMessage ?? message;
  }
}

/** The error envelope of the API, and beside it the `message` that simpler clients look for. */
export function toErrorBody(failure: HttpFailure, path: string): Readonly<Record<string, unknown>> {
  return {
    status: 'error',
    timestamp: new Date().toISOString(),
    path,
    message: failure.plainMessage,
    error: { code: failure.code, message: failure.message, details: failure.details },
  };
}
