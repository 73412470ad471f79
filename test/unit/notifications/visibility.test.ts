import { describe, expect, it } from 'vitest';
import { MASK, shownTo } from '../../../core/notifications/visibility.ts';
import { exception } from '../channels/samples.ts';

const task = { ...exception, type: 'task', product_id: 'shop' } as const;
const MEMBER = { isAdministrator: false };

describe('a task', () => {
  it('has its texts masked for members, not for administrators', () => {
    expect(shownTo(task, MEMBER)).toEqual({ ...task, message: MASK, arguments: MASK, trace: MASK });
    expect(shownTo(task, { isAdministrator: true })).toEqual(task);
  });

  it('about a broken channel is shown to members in full: its texts are our own', () => {
    const notice = { ...task, broken_channel: 'slack', arguments: null, trace: null };
    expect(shownTo(notice, MEMBER)).toEqual(notice);
  });
});
