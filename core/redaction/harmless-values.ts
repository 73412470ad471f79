/** Words after the name of a secret that aren't a secret: in messages about it, in code, or in types. */
const WORDS: ReadonlySet<string> = new Set(
  `true false yes no on off ok null nil none undefined nan void empty blank unset n/a na tbd todo string str text char
  boolean bool number int integer float double object array list dict map bytes buffer date any unknown never optional
  required require requires missing invalid valid expired expires incorrect wrong bad mismatch mismatched
  rejected refused denied revoked disabled enabled unauthorized forbidden unsupported malformed changed accepted failed
  passed success error errors exception hidden masked redacted removed filtered omitted encrypted sealed provided
  given expected received found is are was were be been has have had must should shall may might can cannot could will
  would do does did not no the a an this that these those it its your our their my of for from to in at by with without
  and or but if when while then than too as via about because instead please enter use using used need needs see check
  set get reset verify verification validation authentication authorization authenticated authorized auth token tokens
  password passwords passphrase passwort key keys credential credentials cookie cookies header headers
  field fields value values option flag argument parameter parameters scheme schema type name user username identifier
  keyword challenge login account session expiry format default optional include omit same-origin inherit secretkeyref public
  private hash file path url input output length size count basic bearer digest negotiate only both either neither
  minimum maximum least most certificate doesn't don't isn't can't won't wasn't didn't it's`.split(/\s+/),
);

/** Roots of expressions that read a secret from elsewhere. */
const REFERENCE =
  /^(?:(?:this|self|req|request|process|os|config|conf|env|settings|ctx|context|props|args|opts|options|params|event|secrets|vars|var|local|data|body|input)\b[.[?]|[\w.]{1,80}\(|\$\{|\$\(|\{\{|\{\w{0,40}\}|%[sdvr](?!\w)|%\(\w{1,40}\)|\$(?:[A-Z][A-Z0-9_]{0,40}|[a-z][a-z_]{0,40})$|<[\w -]{1,40}>|&lt;|:\w{1,40}$)/;

/** Masks: stars, dots, and crosses of other programs, and Gatebell's own. */
const BLACKED_OUT = /^(?:[*•●.…_xX#-]{2,}|\[?\(?(?:redacted|filtered|hidden|masked|removed)\)?\]?)$/i;

const trimmed = (value: string): string => value.replace(/^[([{<*`]{1,3}/, '').replace(/[.,:!?)\]}>*`;]{1,4}$/, '');

const isWord = (value: string): boolean => {
  const word = trimmed(value).toLowerCase();
  return word === '' || WORDS.has(word) || WORDS.has(word.split(/[.,:;|?[]/, 1)[0] ?? '');
};

/** Whether a value is a placeholder, a reference, or a word that is no secret. Takes some 250 characters. */
export const isPlaceholder = (value: string): boolean =>
  REFERENCE.test(value) || BLACKED_OUT.test(value) || isWord(value);

/** Whether a text reads as a sentence: several words without a digit, of which the first or the second is a common one. */
export const isSentence = (text: string): boolean => {
  const words = text.trim().split(/\s+/, 6);
  return words.length > 1 && words.slice(0, 2).some(isWord) && !words.slice(0, 3).some((word) => /[\d=]/.test(word));
};

/** A time, a version, a quantity with its unit. */
const MEASURE = /^(?:\d{4}-\d{2}-\d{2}(?:[T ]|$)|v?\d{1,6}(?:\.\d{1,6})+(?:-[a-z]+)?$|\d{1,12}[A-Za-z]{1,3}$)/;

/** `color-blue-500`. */
const WORDS_AND_NUMBERS = /^[a-z]{3,20}(?:-(?:[a-z]{2,20}|\d{1,4}))+$/;

/** Whether a value looks drawn at random: letters and digits together, or one long run of letters. */
export const looksRandom = (value: string, least: number): boolean =>
  value.length >= least &&
  !WORDS_AND_NUMBERS.test(value) &&
  /^[^\s()[\]{}<>]+$/.test(value) &&
  !MEASURE.test(value) &&
  ((/[A-Za-z]/.test(value) && /\d/.test(value)) || /^[A-Za-z]{20,}$/.test(value));
