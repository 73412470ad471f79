import * as z from 'zod/mini';
import type { Outcome } from '../../deliveries/model.ts';
import { webhookBehaviour } from '../behaviour.ts';
import { type Answer, outcomeOfAnswer } from '../http-outcome.ts';
import { renderCard } from './card.ts';

/** Teams' gateways answer 200 and say in the text what Teams itself answered: "… returned HTTP error 429 with ContextId …". */
const ERROR_IN_TEXT = /HTTP error (\d{3})/i;

/** Error codes after which the URL takes no message until somebody mends the flow or sets another URL. */
const GONE_CODES: Readonly<Record<string, string>> = {
  WorkflowTriggerIsNotEnabled: 'The flow is off or was deleted',
  WorkflowNotFound: 'The flow was deleted',
  DirectApiAuthorizationRequired: 'The flow does not let anyone start it, or the URL was not copied whole',
  MissingApiVersionParameter: 'The URL was not copied whole',
};

/** Error codes that are about the message. */
const REFUSED_CODES: Readonly<Record<string, string>> = {
  TriggerInputSchemaMismatch: 'The flow takes another kind of message',
};

/** The body of a failure at Power Automate: `{ "error": { "code": "WorkflowTriggerIsNotEnabled", "message": "…" } }`. */
const failureSchema = z.object({ error: z.object({ code: z.string().check(z.regex(/^[\w.-]{1,80}$/)) }) });

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const known = (reasons: Readonly<Record<string, string>>, code: string): string | undefined =>
  Object.hasOwn(reasons, code) ? reasons[code] : undefined;

/** A code that the tables lack leaves the status to decide; a success is none where an error is named. */
const outcomeOfCode = (code: string, byStatus: Outcome): Outcome => {
  const gone = known(GONE_CODES, code);
  if (gone !== undefined) return { kind: 'refused', reason: `${gone} (${code})`, gone: true };
  const refused = known(REFUSED_CODES, code);
  if (refused !== undefined) return { kind: 'refused', reason: `${refused} (${code})` };
  if (byStatus.kind === 'sent') return { kind: 'refused', reason: `The flow failed (${code})` };
  return { ...byStatus, reason: `${byStatus.reason} (${code})` };
};

/**
 * 202 is accepted, 200 where the flow answers by itself. The error code in the body decides first, then an error in the text,
 * then the status.
 */
export const outcomeOfTeams = (answer: Answer, now: Date): Outcome => {
  const { status, body } = answer;
  const inText = ERROR_IN_TEXT.exec(body)?.[1];
  const byStatus = outcomeOfAnswer(
    status < 300 && inText !== undefined ? { ...answer, status: Number(inText) } : answer,
    now,
  );
  const failure = failureSchema.safeParse(jsonOf(body));
  return failure.success ? outcomeOfCode(failure.data.error.code, byStatus) : byStatus;
};

/** An Adaptive Card to a webhook of Teams' Workflows. */
export const ms_teams = webhookBehaviour({ render: ({ content }) => renderCard(content), classify: outcomeOfTeams });
