/**
 * Names of secrets, by the values that can follow them: `strong` ones have a secret as their value unless it
 * is plainly none; `weak` ones have other values as often (`token=identifier`), so theirs must look like a secret.
 */
const STRONG = [
  'pass(?:word|wort|wd|phrase|code)',
  'pwd|kennwort|contrase(?:ñ|n)a|senha|mot[ _-]?de[ _-]?passe|wachtwoord|has[łl]o|пароль|密码|パスワード|비밀번호',
  '(?:root|bind|user|db|admin|sasl)?pw|psk|requirepass|masterauth',
  '(?:db|user|root|admin|smtp|ftp|ldap|mail|sql|redis|proxy|http|rpc|key|store|trust)[_.-]?pass(?![A-Za-z])',
  'secret(?:[ _.-]?access)?(?:[ _.-]?key)?',
  '(?:api|access|account|private|encryption|decryption|signing|master|ssh|license|app|auth|hmac|consumer|client|storage|shared[ _.-]?access|subscription|functions|session|jwt|symmetric|cookie|webhook|instrumentation|pre[ _.-]?shared)[ _.-]?key(?:[_-]?data)?',
  'accesskey(?:id)?|access[_-]?key[_-]?id',
  '(?:access|refresh|auth|api|bearer|id|session|security|deploy|bot|oauth|personal|private|service|vault|ci|job|registration|verification)[ _.-]?token',
  'totp|otp|(?:mfa|one[_-]?time|2fa)[_-]?code',
];
const WEAK = [
  'tokens?',
  'signature',
  'sig',
  'pass',
  'auth',
  'credential',
  'j?sess(?:ion)?[_-]?id',
  'phpsessid',
  'sid',
  'session',
  'saml(?:request|response)',
  'assertion',
  'code',
  'key',
];

/** `password2`, `tokens`, `password_hash`. */
const SUFFIX = '(?:s|_?\\d{1,3}|[_-]?(?:base|hash|confirm(?:ation)?|plain(?:text)?|value|raw|old|new|current))?';

const NAME = new RegExp(
  `(?<header>authorization|cookies?)|(?:(?<strong>${STRONG.join('|')})|(?<scheme>bearer|basic)|(?<weak>${WEAK.join('|')}))${SUFFIX}`,
  'gi',
);

/** Long enough to be meant wherever they stand in a word; the others must begin one, as `pass` does not in `compass`. */
const ANYWHERE =
  /^(?:pass.|pwd|secret|token|signature|credential|authorization|cookie|jsess|phpsess|kennwort|contrase)/i;

export type SecretName = {
  readonly kind: 'header' | 'strong' | 'scheme' | 'weak';
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

const isLetter = (character: string): boolean => /[A-Za-z]/.test(character);

/** Whether a word begins here: `_pass`, `dbPass`. */
const beginsWord = (text: string, at: number): boolean => {
  const before = text.charAt(at - 1);
  return !isLetter(before) || (/[a-z]/.test(before) && /[A-Z]/.test(text.charAt(at)));
};

const kindOf = (text: string, at: number, groups: Readonly<Record<string, string | undefined>>): SecretName['kind'] => {
  if (groups['header'] !== undefined) return 'header';
  if (groups['strong'] !== undefined) return 'strong';
  if (groups['scheme'] !== undefined) return 'scheme';
  // `DB_PASS`, `mail.pass`: of a pair, where `pass` alone counts tests.
  return /^pass$/i.test(groups['weak'] ?? '') && /[_.-]/.test(text.charAt(at - 1)) ? 'strong' : 'weak';
};

/** The first name of a secret at a position or behind it, or null. */
export const nextSecretName = (text: string, from: number): SecretName | null => {
  NAME.lastIndex = from;
  for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
    const [name] = match;
    if (ANYWHERE.test(name) || beginsWord(text, match.index)) {
      const kind = kindOf(text, match.index, match.groups ?? {});
      return { kind, text: name, start: match.index, end: match.index + name.length };
    }
    NAME.lastIndex = match.index + 1;
  }
  return null;
};

/** What a field of this name holds. Letters before it belong to it, `dbPassword` as `db_password`. */
export const kindOfField = (field: string): SecretName['kind'] | null => {
  for (let found = nextSecretName(field, 0); found !== null; found = nextSecretName(field, found.end)) {
    if (found.end === field.length && found.kind !== 'scheme') return found.kind;
  }
  return null;
};
