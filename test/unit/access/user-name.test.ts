import { describe, expect, it } from 'vitest';
import { memberNameSchema } from '../../../core/access/user-name.ts';

const exact = memberNameSchema({ ignoreCase: false });
const folded = memberNameSchema({ ignoreCase: true });

describe('the name of a member', () => {
  it.each(['rita', 'rita.smith@example.org', 'Ann Smith', 'a/b', '50%', 'who?', '#1', '愛', 'client:c1', 'client:C1'])(
    'is %s',
    (name) => {
      expect(exact.parse(name)).toBe(name);
    },
  );

  it('is as the login spells it', () => {
    expect(exact.parse('Olivia')).toBe('Olivia');
    expect(folded.parse('Olivia')).toBe('olivia');
    expect(folded.parse('OLI\u0308VIA')).toBe(folded.parse('oli\u0308via'));
    expect(folded.parse('client:C1')).toBe('client:C1');
  });

  it.each([
    'rita ',
    ' rita',
    'ri\u200bta',
    'rita\u202e',
    '\u3164',
    '',
    'client:',
    'client: c1',
    'group:ops',
    'Group:ops',
    '.',
  ])('is not %j, which no token has', (name) => {
    expect(exact.safeParse(name).success).toBe(false);
    expect(folded.safeParse(name).success).toBe(false);
  });

  it('is not that of a client by another case', () => {
    expect(exact.safeParse('Client:c1').success).toBe(false);
    expect(folded.safeParse('CLIENT:c1').success).toBe(false);
  });
});
