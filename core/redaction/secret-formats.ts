/** Replaces a secret. */
export const REDACTED = '[redacted]';

/** `replacement`: what replaces a match, in the syntax of `String.replace`. */
type Format = { readonly what: string; readonly pattern: RegExp; readonly replacement: string };

/** Not in the middle of a word, so that a long run of letters is tried once and not at each of its positions. */
const START = String.raw`(?<![\w-])`;

const token = (what: string, forms: readonly string[], flags = 'g'): Format => ({
  what,
  pattern: new RegExp(`${START}(?:${forms.join('|')})`, flags),
  replacement: REDACTED,
});

/** A line break, or how JSON, an environment file or a URL writes one. */
const BREAK = String.raw`(?:\s|\\{1,4}[nr]|%0[AaDd]|&#1[03];)`;

const PRIVATE_KEY = '-{4,5} ?(?:BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}';
const BEGIN = PRIVATE_KEY.replace('(?:BEGIN|END)', 'BEGIN');
const END = String.raw`-{4,5} ?END(?: [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}|(?![ \w]))`;

/**
 * Secrets that are known by their own form, after the documentation of those who issue them. Each pattern is linear: it
 * starts at a fixed prefix, and what follows is bounded, or one run of characters that is then consumed.
 */
export const FORMATS: readonly Format[] = [
  {
    what: 'private key (PEM, OpenSSH, PGP, SSH2), to its end or to the end of the text',
    pattern: new RegExp(`${BEGIN}(?=${BREAK}{1,8}[\\w+/])[\\s\\S]*?(?:${END}|$)`, 'g'),
    replacement: `${REDACTED} (private key)`,
  },
  {
    what: 'private key of PuTTY',
    pattern: /(\bPrivate-Lines: \d{1,4})(?:\r?\n[\w+/=]{1,200})+/g,
    replacement: `$1\n${REDACTED}`,
  },
  {
    what: 'user and password in a URL, a literal @ or / in the password included',
    pattern:
      /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,40}:(?:\\{0,4}\/){2})[^\s/:@?#"'<>[\]]{0,200}:(?!\d{1,5}(?:[/?#\s"']|$))[^\s"'<>]{1,400}(?=@)/gi,
    replacement: `$1${REDACTED}`,
  },
  {
    what: 'key in place of a user in a URL, as in the DSN of Sentry',
    pattern: /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,40}:(?:\\{0,4}\/){2})(?=[^\s@]{0,400}\d)[\w.~%+=-]{16,400}(?=@)/gi,
    replacement: `$1${REDACTED}`,
  },
  {
    what: 'percent-encoded URL with user and password',
    pattern: /(?<![\w%+.-])([a-z][a-z0-9+.-]{1,40}%3A%2F%2F)[\w.~-]{1,200}%3A[\w.~%-]{1,400}?(?=%40)/gi,
    replacement: `$1${REDACTED}`,
  },
  {
    what: 'user and password of Oracle',
    pattern: /(\bjdbc:oracle:\w{1,10}:|\bsqlplus\s{1,3}(?:-\w{1,3}\s)?)[^\s/@:"']{1,100}\/[^\s/@"']{1,100}(?=@)/gi,
    replacement: `$1${REDACTED}`,
  },
  {
    what: 'user and password of curl and the like',
    pattern:
      /\b((?:curl|wget|smbclient|lftp|xh|https?(?=\s))\b[^\n]{0,300}?\s(?:-u|--user|--proxy-user|-U|-a|--auth)["',\s=]{0,6}[^\s:%"'=]{1,100}[:%])(?!\/\/)[^\s"']{1,400}/gi,
    replacement: `$1${REDACTED}`,
  },
  {
    what: 'password of a command, joined to its option',
    pattern:
      /\b((?:mysql\w{0,12}|mariadb[\w-]{0,12}|sshpass|7z[ar]?)\b[^\n]{0,200}?\s-p)(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|[^\s"'-][^\s"']{0,200})/g,
    replacement: `$1${REDACTED}`,
  },
  {
    what: 'password of a command, behind its option',
    pattern:
      /\b((?:sshpass|docker\s{1,3}login|podman\s{1,3}login|helm\s{1,3}registry|az\s{1,3}login|zip|unzip|mongo\w{0,12}|cqlsh)\b[^\n]{0,200}?\s-[pP]\s{1,4}|redis-cli\b[^\n]{0,200}?\s-a\s{0,4}|(?:ldap\w{1,10})\b[^\n]{0,200}?\s-w\s{0,4})(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|[^\s"'-][^\s"']{0,200})/g,
    replacement: `$1${REDACTED}`,
  },
  {
    what: 'password of OpenSSL, PowerShell, SQL and Python',
    pattern:
      /(\bConvertTo-SecureString\s{1,3}(?:-String\s{1,3})?|\bauth\s?=\s?\(\s?["'][^"'\n]{1,100}["'],\s?|\bpass(?:in|out)?\s{1,3}pass:|\bidentified\s{1,3}(?:with\s{1,3}[\w"'`]{1,40}\s{1,3})?by\s{1,3}(?:password\s{1,3})?|\b(?:with|encrypted|set)\s{1,3}password\s{1,3}(?:for\s{1,3}[^\s=]{1,80}\s{0,3})?=?\s{0,3}(?=['"]))(?:"[^"\n]{1,400}"|'[^'\n]{1,400}'|[^\s"';]{1,400})/gi,
    replacement: `$1${REDACTED}`,
  },
  {
    what: 'webhook of Discord',
    pattern:
      /((?:(?<!\w)|(?<=%2F))discord(?:app)?\.com(?:\\{0,4}\/|%2F)api(?:\\{0,4}\/|%2F)(?:v\d{1,2}(?:\\{0,4}\/|%2F))?webhooks(?:\\{0,4}\/|%2F))[\w\\/%-]{8,}/gi,
    replacement: `$1${REDACTED}`,
  },
  token('JWT', [
    String.raw`eyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]{0,8000}){0,3}`,
    String.raw`eyJ(?:hbGciOi|0eXAiOi|raWQiOi)[\w-]{8,}`,
  ]),
  token('access key and session token of AWS', [
    '(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])',
    String.raw`(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[\w+/=%]{8,}`,
    'ABSK[A-Za-z0-9+/]{40,}={0,2}',
  ]),
  token('GitHub, GitLab', [
    String.raw`gh[oprsu]_\w{16,}`,
    String.raw`github_pat_\w{16,}`,
    String.raw`gl(?:pat|rt|rtr|cbt|ptt|ft|soat|oas|dt|imt|agent|ffct|wt)-[\w.-]{12,}`,
    String.raw`GR1348941[\w-]{16,}`,
  ]),
  token('Slack, Stripe, Shopify, SendGrid', [
    String.raw`xox[a-z](?:\.xox[a-z])?-(?=[\w-]{0,80}\d)[\w-]{8,}`,
    String.raw`xapp-\d-[\w-]{8,}`,
    String.raw`[sr]k_(?:live|test|prod)_\w{10,}`,
    String.raw`whsec_[\w+/=-]{12,}`,
    'shp(?:at|ca|pa|ss|tka)_[0-9a-fA-F]{16,}',
    String.raw`SG\.[\w-]{12,}\.[\w-]{12,}`,
  ]),
  token('Google', [
    String.raw`AIza[\w-]{24,}`,
    String.raw`ya29\.[\w.-]{10,}`,
    String.raw`GOCSPX-[\w-]{16,}`,
    String.raw`1//0[\w-]{24,}`,
  ]),
  token('Azure AD', [String.raw`[\w.~]{3}\dQ~[\w.~-]{31,34}`]),
  token('key of a model', [
    String.raw`sk-(?=[\w-]{0,80}\d)[\w-]{20,}`,
    'sk-[A-Za-z0-9]{40,}',
    String.raw`sk-(?:proj|ant|svcacct|admin|or)-[\w-]{12,}`,
    '(?:hf|gsk|r8|api_org)_[A-Za-z0-9]{20,}',
    String.raw`(?:xai|pplx|nvapi)-[\w-]{20,}`,
  ]),
  token('package registries', [
    'npm_[A-Za-z0-9]{20,}',
    String.raw`pypi-[\w-]{16,}`,
    'rubygems_[0-9a-f]{24,}',
    String.raw`dckr_(?:pat|oat)_[\w-]{16,}`,
    'oy2[a-z0-9]{43}(?![a-z0-9])',
    'AKCp[A-Za-z0-9]{60,}',
    String.raw`cio[A-Za-z0-9]{32}(?!\w)`,
  ]),
  token('hosting and tools, by their own prefixes', [
    'do[opr]_v1_[0-9a-f]{24,}',
    String.raw`hv[sbr]\.[\w-]{16,}`,
    String.raw`[sb]\.[A-Za-z0-9]{24}(?![\w.])`,
    String.raw`AT(?:ATT|CTT|BB)[\w=-]{16,}`,
    'dapi[0-9a-f]{32}',
    String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.]{20,}`,
    String.raw`(?:lin_(?:api|oauth)|figdr?|sntry[su]|nf[pc]|sbp|sb_secret|fo1|pnu|bkua|shippo_live|ntn|glc|glsa|ph[cx]|rdme|waka|tfp|vercel_blob_rw|pscale_(?:tkn|pw|oauth)|cfut|CCIPAT|fm2)_(?=[\w.+/=-]{0,60}\d)[\w.+/=-]{20,}`,
    String.raw`(?:PMAK|NRAK|NRRA|HRKU|tskey|pul|CFPAT|xkeysib|xsmtpsib|sq0atp|sq0csp|p8e|ico)-(?=[\w-]{0,60}\d)[\w-]{20,}`,
    String.raw`(?:secret|ops)_(?=[A-Za-z0-9]{0,60}\d)[A-Za-z0-9]{40,}`,
    'key-[0-9a-f]{32}(?![0-9a-f])',
    String.raw`dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{40,}`,
    String.raw`FlyV1 [\w+/=,-]{20,}`,
    'EZ[AT]K[A-Za-z0-9]{40,}',
    String.raw`[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}`,
    'EAA[A-Za-z0-9]{60,}',
    'LTAI[A-Za-z0-9]{12,20}(?![A-Za-z0-9])',
    'AGE-SECRET-KEY-1[0-9A-Z]{40,}',
    'SK[0-9a-f]{32}(?![0-9a-f])',
    String.raw`[0-9a-f]{32}-us\d{1,2}(?!\d)`,
  ]),
  token('bot of Telegram, of Discord', [
    String.raw`(?:bot)?\d{8,10}:AA[\w-]{30,}`,
    String.raw`bot\d{5,12}:[\w-]{20,}`,
    String.raw`[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}`,
  ]),
  {
    what: 'hash of a password',
    pattern: /\$(?:2[abxy]|5|6|y|apr1|argon2\w{1,2}|scrypt|pbkdf2[\w-]{0,10})\$[\w./$=,+-]{16,}/g,
    replacement: REDACTED,
  },
];
