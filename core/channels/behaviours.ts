/** How each channel renders and sends, by its name. Only the dispatcher and the test messages load this. */
export { email } from './email/index.ts';
export { eventbridge } from './eventbridge/index.ts';
export { ms_teams } from './ms-teams/index.ts';
export { slack } from './slack/index.ts';
export { webhook } from './webhook/index.ts';
