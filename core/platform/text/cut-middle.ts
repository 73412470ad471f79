const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** Moves a cut inside a surrogate pair to before the pair. */
const wholeCharacterCut = (text: string, position: number): number =>
  position > 0 && isHighSurrogate(text.charCodeAt(position - 1)) ? position - 1 : position;

const withMiddleCut = (text: string, length: number): string => {
  const head = wholeCharacterCut(text, Math.ceil(length / 2));
  const tail = wholeCharacterCut(text, text.length - Math.floor(length / 2));
  return `${text.slice(0, head)} … ${tail - head} characters left out … ${text.slice(tail)}`;
};

/**
 * Cuts a long text in the middle and adds how much was left out. The beginning identifies a text, and its end is the most
 * recent part. `fits` must be true for every text that is shorter than one that fits.
 */
export const cutMiddle = (text: string, fits: (candidate: string) => boolean): string => {
  if (fits(text)) return text;
  let low = 0;
  let high = text.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(withMiddleCut(text, middle))) low = middle;
    else high = middle - 1;
  }
  return withMiddleCut(text, low);
};
