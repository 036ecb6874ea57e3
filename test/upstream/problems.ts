export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** An RFC 9457 problem, thrown by a handler and sent as `application/problem+json`. */
export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(status: number, title: string, detail: string, errors?: ProblemBody["errors"]) {
    super(detail);
    this.body = { type: "about:blank", title, status, detail, ...(errors && { errors }) };
  }
}

export const notFound = (noun: string, id: unknown) =>
  new Problem(404, "Not Found", `There is no ${noun} with id ${String(id)}.`);
