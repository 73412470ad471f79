// @ts-check
/**
 * Finds what a SARIF reference points to (SARIF 2.1.0, 3.52.3 and 3.54.2). The maps are built once for a run, so that a
 * look-up does not depend on the number of rules.
 */
import { fieldsOf, listOf, wordOf } from './fields.mjs';

/** @typedef {import('./fields.mjs').Fields} Fields */
/** @typedef {(reference: Fields) => Fields | undefined} Find */

/** @returns {value is number} @param {unknown} value -1 means none */
export const isIndex = (value) => typeof value === 'number' && value >= 0;

/** The first one counts where several have the same id. @param {readonly Fields[]} all @returns {Map<unknown, Fields>} */
const mapById = (all) => new Map([...all].reverse().map((each) => [each['id'], each]));

/** @template {Fields} T @param {readonly T[]} all @returns {Map<string, T>} by GUID, whose case does not matter */
const mapByGuid = (all) => new Map(all.flatMap((each) => (each['guid'] ? [[wordOf(each['guid']), each]] : [])));

/** By its id, or by the longest id that is a prefix of it: `CA5350/md5` is a case of `CA5350`. @param {Map<unknown, Fields>} byId @param {string} id */
const byHierarchicalId = (byId, id) => {
  for (let prefix = id; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')))) {
    const found = byId.get(prefix);
    if (found) return found;
  }
  return undefined;
};

/** Rules and notifications only: taxa, such as CWE's, have other ids. @param {Fields} component @param {'rules' | 'notifications'} kind */
const indexOf = (component, kind) => {
  const all = listOf(component[kind], kind);
  return { all, guid: component['guid'], byId: mapById(all), byGuid: mapByGuid(all) };
};

/**
 * @param {Fields} tool @param {'rules' | 'notifications'} kind
 * @returns {Find} takes a reportingDescriptorReference: `id`, `index`, `guid`, `toolComponent`
 */
export const makeFind = (tool, kind) => {
  const driver = indexOf(fieldsOf(tool['driver']), kind);
  const extensions = listOf(tool['extensions'], 'tool.extensions').map((extension) => indexOf(extension, kind));
  const components = [driver, ...extensions];
  const anywhere = mapById(components.flatMap(({ all }) => all));
  const componentByGuid = mapByGuid(components);

  /** @param {Fields} reference */
  const componentOf = ({ index, guid }) => {
    if (isIndex(index)) return extensions[index];
    return guid ? componentByGuid.get(wordOf(guid)) : driver;
  };

  return ({ id, index, guid, toolComponent }) => {
    const component = componentOf(fieldsOf(toolComponent));
    const placed = isIndex(index) ? component?.all[index] : undefined;
    if (placed && isCaseOf(id, placed['id'])) return placed;
    const byGuid = typeof guid === 'string' ? component?.byGuid.get(wordOf(guid)) : undefined;
    if (byGuid || typeof id !== 'string') return byGuid ?? placed;
    // Many tools name a rule of an extension without saying whose it is.
    return byHierarchicalId(component?.byId ?? anywhere, id) ?? placed ?? byHierarchicalId(anywhere, id);
  };
};

/** Whether an index may be believed: some tools write a wrong one beside the right id. @param {unknown} id @param {unknown} ruleId */
const isCaseOf = (id, ruleId) =>
  typeof id !== 'string' || typeof ruleId !== 'string' || id === ruleId || id.startsWith(`${ruleId}/`);
