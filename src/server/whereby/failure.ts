/** What the API calls each refusal; anything more is said after it. */
const TEXTS = {
  400: 'The request is not valid',
  401: 'Access token is missing or invalid',
  403: 'Not allowed to perform action',
  404: "The requested resource doesn't exist",
  409: 'The request conflicts with what is there',
  413: 'The request is too large',
  429: 'Rate limit active',
  500: 'Something went wrong inside the service',
  503: 'The database does not answer; try again in a moment',
} as const;

export type WherebyStatus = keyof typeof TEXTS;

/** A refusal in the shape of Whereby, thrown by handlers and caught at the edge. Only the body of 429 is documented; the others follow it. */
export class WherebyFailure extends Error {
  readonly status: WherebyStatus;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(status: WherebyStatus, detail?: string, { data }: { readonly data?: Readonly<Record<string, unknown>> } = {}) {
    super(detail === undefined ? TEXTS[status] : detail);
    this.name = 'WherebyFailure';
    this.status = status;
    this.data = data;
  }
}

/** A 404, which says the same of what never was and of what is somebody else's. */
export function notFound(): WherebyFailure {
  return new WherebyFailure(404);
}

/** `{"error": "…"}` */
export function toWherebyBody({ message, data }: WherebyFailure): Readonly<Record<string, unknown>> {
  return { error: message, ...(data === undefined ? {} : { data }) };
}
