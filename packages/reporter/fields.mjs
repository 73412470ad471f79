// @ts-check
/** Reads parts of a parsed report whose shape is not known. */

/** @typedef {Record<string, unknown>} Fields */

/** @returns {value is Fields} @param {unknown} value */
const isFields = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object that may be missing. @param {unknown} value @returns {Fields} */
export const fieldsOf = (value) => (isFields(value) ? value : {});

/**
 * A list of objects that may be missing. An entry that was left out could have been a finding, so a list with anything else
 * in it is an error.
 *
 * @param {unknown} value @param {string} name the field, for the message
 * @returns {Fields[]}
 */
export const listOf = (value, name) => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isFields)) throw new Error(`\`${name}\` is not a list of objects`);
  return value;
};

/** A word as it is compared: without spaces around it, in lower case. @param {unknown} value */
export const wordOf = (value) => (typeof value === 'string' ? value.trim().toLowerCase() : '');
