import type { Outcome } from '../../deliveries/model.ts';
import { webhookBehaviour } from '../behaviour.ts';
import { type Answer, outcomeOfStatus, retryAfterSeconds } from '../http-outcome.ts';
import { renderBlocks } from './blocks.ts';

/** Why a message was refused for good, by Slack's word for it (docs.slack.dev, "Sending messages using incoming webhooks"). */
const REFUSED_WORDS: Readonly<Record<string, string>> = {
  invalid_payload: 'Slack could not read the message',
  invalid_blocks: 'Slack could not read the message',
  no_text: 'Slack could not read the message',
  user_not_found: 'The user is not there',
  action_prohibited: 'An administrator of Slack does not allow it',
  posting_to_general_channel_denied: 'An administrator of Slack does not allow it',
  invalid_token: 'The webhook is not valid any more',
  no_active_hooks: 'The webhook is switched off',
  no_service: 'The webhook was removed or switched off',
  no_service_id: 'The webhook was removed or switched off',
  no_team: 'The workspace is not there',
  team_disabled: 'The workspace is switched off',
  channel_not_found: 'The channel is not there',
  channel_is_archived: 'The channel is archived',
};

/** Of these words, those after which the webhook takes no message any more. */
const GONE_WORDS = new Set([
  'invalid_token',
  'no_active_hooks',
  'no_service',
  'no_service_id',
  'no_team',
  'team_disabled',
  'channel_not_found',
  'channel_is_archived',
]);

/** Words that pass, whatever status they come with. */
const PASSING_WORDS: Readonly<Record<string, { readonly reason: string; readonly burnsAttempt: boolean }>> = {
  rollup_error: { reason: 'Slack failed', burnsAttempt: true },
  rate_limited: { reason: 'Throttled', burnsAttempt: false },
  ratelimited: { reason: 'Throttled', burnsAttempt: false },
};

/** An incoming webhook has no other success. Workflow Builder's answer `{"ok":true}` and take another kind of message. */
const outcomeOfUnknownWord = (status: number, word: string, afterSeconds: number | null): Outcome => {
  const outcome = outcomeOfStatus(status, afterSeconds);
  if (outcome.kind !== 'sent' || (status === 200 && word === 'ok')) return outcome;
  return { kind: 'refused', reason: `Slack answered ${status}, but not "ok". Is this the URL of an incoming webhook?` };
};

/** Slack's word decides first, then the status. */
export const outcomeOfSlack = ({ status, retryAfter, body }: Answer, now: Date): Outcome => {
  const word = body.trim();
  const afterSeconds = retryAfterSeconds(retryAfter, now);
  const refused = Object.hasOwn(REFUSED_WORDS, word) ? REFUSED_WORDS[word] : undefined;
  if (refused !== undefined) {
    const reason = `${refused} (${word})`;
    return GONE_WORDS.has(word) ? { kind: 'refused', reason, gone: true } : { kind: 'refused', reason };
  }
  const passing = Object.hasOwn(PASSING_WORDS, word) ? PASSING_WORDS[word] : undefined;
  if (passing === undefined) return outcomeOfUnknownWord(status, word, afterSeconds);
  return { kind: 'retry', afterSeconds, burnsAttempt: passing.burnsAttempt, reason: `${passing.reason} (${word})` };
};

/** Block Kit to an incoming webhook of Slack. */
export const slack = webhookBehaviour({ render: ({ content }) => renderBlocks(content), classify: outcomeOfSlack });
