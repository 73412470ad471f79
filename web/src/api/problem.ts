import type { FieldError } from './answers.ts';

/** A call that did not succeed, in words for people. `status` is 0 where no answer came at all. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[];

  constructor(status: number, message: string, errors: readonly FieldError[] = [], cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.errors = errors;
  }
}

/** The body of `application/problem+json` (RFC 9457), as far as it is there. */
type ProblemBody = {
  readonly title?: string;
  readonly detail?: string;
  readonly message?: string;
  readonly errors?: readonly FieldError[];
};

/** The problem that an answer tells of. API Gateway's own refusals have a `message` and no more. */
export const problemOf = async (response: Response): Promise<Problem> => {
  const body: ProblemBody = await response.json().catch(() => ({}));
  const text = body.detail ?? body.title ?? body.message ?? `The server answered ${response.status}`;
  return new Problem(response.status, text, body.errors ?? []);
};

/** Whatever was thrown, as a problem. */
export const asProblem = (thrown: unknown): Problem =>
  thrown instanceof Problem ? thrown : new Problem(0, thrown instanceof Error ? thrown.message : String(thrown));

/** A problem in one sentence, its wrong fields included. */
export const describeProblem = ({ message, errors }: Problem): string =>
  errors.length === 0 ? message : `${message}: ${errors.map((error) => `${error.path} ${error.message}`).join('; ')}`;

/** A problem without what it says of one field; null where nothing is left. */
export const withoutField = (problem: Problem, path: string): Problem | null => {
  const errors = problem.errors.filter((error) => error.path !== path);
  if (errors.length === problem.errors.length) return problem;
  return errors.length === 0 ? null : new Problem(problem.status, problem.message, errors);
};
