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

const bodyOf = (text: string): ProblemBody => {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
};

/** The problem that a response describes. API Gateway's own refusals have a `message` and no more. */
export const problemOf = async (response: Response): Promise<Problem> => {
  const body = bodyOf(await response.text());
  const text = body.detail ?? body.title ?? body.message ?? `The server failed (HTTP status ${response.status})`;
  return new Problem(response.status, text, body.errors ?? []);
};

/** Shown in place of a browser's or a parser's own message, such as "Failed to fetch". */
const UNEXPECTED = 'The page or the server failed unexpectedly. Try again.';

/** Anything thrown, as a problem in plain words. */
export const asProblem = (thrown: unknown): Problem =>
  thrown instanceof Problem ? thrown : new Problem(0, UNEXPECTED, [], thrown);

/** A problem in one sentence, its wrong fields included. */
export const describeProblem = ({ message, errors }: Problem): string => {
  const details = errors.map((error) => (error.path === '' ? error.message : `${error.path}: ${error.message}`));
  return [message, ...details].join('. ');
};

/** A problem without its errors at some fields; null if it had no others. */
const withoutFields = (problem: Problem, isLeftOut: (path: string) => boolean): Problem | null => {
  const errors = problem.errors.filter(({ path }) => !isLeftOut(path));
  if (errors.length === problem.errors.length) return problem;
  return errors.length === 0 ? null : new Problem(problem.status, problem.message, errors);
};

/** Whether a path is a field's, or that of a part of it. */
const isWithin = (path: string, field: string): boolean => path === field || path.startsWith(`${field}.`);

/** A problem without its errors at one field; null if it had no others. */
export const withoutField = (problem: Problem, field: string): Problem | null =>
  withoutFields(problem, (path) => isWithin(path, field));

/** What a form shows above its fields: the problem without the errors that the fields show; null if it had no others. */
export const beyondFields = (problem: Problem, fields: readonly string[]): Problem | null =>
  withoutFields(problem, (path) => fields.some((field) => isWithin(path, field)));
