import type { Schedule } from '../api/answers.ts';

/** When a channel sends, in words: "Every day at 09:00 (Europe/Berlin)". */
export const scheduleText = (schedule: Schedule): string => {
  switch (schedule.kind) {
    case 'immediately':
      return 'Immediately';
    case 'hourly':
      return 'Every hour';
    case 'daily':
      return `Every day at ${schedule.time} (${schedule.time_zone})`;
    default:
      return schedule satisfies never;
  }
};
