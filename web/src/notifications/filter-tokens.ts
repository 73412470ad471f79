import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import type { NotificationType } from '../api/answers.ts';
import { boundOf } from './created-bounds.ts';
import { FILTER_KEYS, type Filter, type FilterKey, TYPE_NAMES } from './filter.ts';

type Token = PropertyFilterProps.Token;
type Change = Partial<Record<FilterKey, string>>;

/** How each filter is shown as a token. A search is shown as one token for each of its words. */
const SHOWN_AS = {
  type: ['type', '='],
  product_id: ['product', '='],
  product_name: ['product', ':'],
  name: ['name', ':'],
  message: ['message', ':'],
  function: ['function', ':'],
  user: ['user', ':'],
  created_from: ['created', '>='],
  created_to: ['created', '<='],
} as const satisfies Record<Exclude<FilterKey, 'search'>, readonly [string, PropertyFilterProps.ComparisonOperator]>;

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** A filter as the tokens of a property filter. */
export const tokensOf = (filter: Filter): Token[] =>
  FILTER_KEYS.flatMap((key) => {
    if (key === 'search') return wordsOf(filter.search).map((value): Token => ({ operator: ':', value }));
    const [propertyKey, operator] = SHOWN_AS[key];
    return filter[key] === '' ? [] : [{ propertyKey, operator, value: filter[key] }];
  });

const isType = (text: string): text is NotificationType => text in TYPE_NAMES;

/** The type that a text names or begins to name; null if it is none, or could be several. */
const typeOf = (text: string): NotificationType | null => {
  if (isType(text)) return text;
  const begun = text.trim().toLowerCase();
  const matching = Object.entries(TYPE_NAMES).flatMap(([type, label]) =>
    isType(type) && begun !== '' && label.toLowerCase().startsWith(begun) ? [type] : [],
  );
  const [only = null] = matching;
  return matching.length === 1 ? only : null;
};

/** What a token asks for. A text that its property can't have is searched for as words. */
const changeOf = ({ propertyKey, operator, value }: Token, isProductId: (text: string) => boolean): Change => {
  const text = String(value);
  const words = { search: text };
  switch (propertyKey) {
    case 'type': {
      const type = typeOf(text);
      return type === null ? words : { type };
    }
    case 'product':
      return isProductId(text) ? { product_id: text } : { product_name: text };
    case 'created': {
      const isUpper = operator === '<=';
      const bound = boundOf(text, isUpper ? '<=' : '>=');
      if (bound === null) return words;
      return isUpper ? { created_to: bound } : { created_from: bound };
    }
    case 'name':
    case 'message':
    case 'function':
    case 'user':
      return { [propertyKey]: text };
    default:
      return words;
  }
};

/** The filter that tokens ask for: all words, and of each other property the last token. */
export const filterFrom = (tokens: readonly Token[], isProductId: (text: string) => boolean): Change => {
  const changes = tokens.map((token) => changeOf(token, isProductId));
  const words = new Set(changes.flatMap(({ search = '' }) => wordsOf(search)));
  const all: Change = {};
  for (const change of changes) {
    // A product is given by its id or by a part of its name, not by both.
    if (change.product_id !== undefined) delete all.product_name;
    if (change.product_name !== undefined) delete all.product_id;
    Object.assign(all, change);
  }
  return { ...all, search: [...words].join(' ') };
};
