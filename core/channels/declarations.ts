/** The channels by name, a line each. `behaviours.ts` lists how each sends. */
export { email } from './email/declaration.ts';
export { eventbridge } from './eventbridge/declaration.ts';
export { ms_teams } from './ms-teams/declaration.ts';
export { slack } from './slack/declaration.ts';
export { webhook } from './webhook/declaration.ts';
