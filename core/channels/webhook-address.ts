import { CHANNELS, type ChannelName, channelOf } from './channels.ts';
import type { ChannelField, UrlRule } from './declaration.ts';

/** Teams' URLs reach some 2,000 characters. */
const MAX_LENGTH = 3_000;

/** What a stage adds to the rules: hosts that ops allows, and the local stack's receiver. */
export type WebhookPolicy = {
  /** Allowed for every webhook, in the form of a declaration's `hosts`. */
  readonly extraHosts: readonly string[];
  /** One origin on loopback such as `http://127.0.0.1:4567` that is exempt from https and port; the local stack's receiver. */
  readonly localOrigin: string | null;
  /** Names of event buses that events may be sent to. */
  readonly buses?: readonly string[];
};

export type CheckedWebhook = { readonly kind: 'allowed'; readonly url: URL; readonly isLocal: boolean };
export type RefusedWebhook = { readonly kind: 'refused'; readonly reason: string };

/** So that the exception, wherever it was set, could reach nothing but the function's own machine. */
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

const isExempt = (url: URL, { localOrigin }: WebhookPolicy): boolean =>
  localOrigin !== null && url.origin === localOrigin && LOOPBACK.includes(url.hostname);

const matches = (host: string, pattern: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 : host === pattern;

const refused = (reason: string): RefusedWebhook => ({ kind: 'refused', reason });

const isBroken = (rule: UrlRule, { pathname, searchParams }: URL): boolean => {
  switch (rule.kind) {
    case 'refused-path':
      return rule.path.test(pathname);
    case 'required-parameter':
      return !searchParams.get(rule.name);
    default:
      return rule satisfies never;
  }
};

type HostField = Pick<Extract<ChannelField, { readonly hosts: unknown }>, 'hosts' | 'rules'>;

/** A channel without a webhook has no hosts of its own. */
const hostsOf = (field: ChannelField): HostField => ('hosts' in field ? field : { hosts: [], rules: [] });

/**
 * Holds a webhook's URL against the rules, when it is set and again when it is posted to: https on port 443, no
 * credentials, no fragment, a host of the channel's allow-list, and on the channel's own hosts the form of an incoming
 * webhook. The reason never quotes the URL, which is a secret.
 */
export const checkWebhookAddress = (
  address: string,
  channel: ChannelName,
  policy: WebhookPolicy,
): CheckedWebhook | RefusedWebhook => {
  if (address.length > MAX_LENGTH) return refused(`is longer than ${MAX_LENGTH} characters`);
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) return refused('is not a URL');
  if (url.username !== '' || url.password !== '') return refused('must not carry credentials');
  if (url.hash !== '') return refused('must not carry a fragment');
  if (isExempt(url, policy)) return { kind: 'allowed', url, isLocal: true };
  if (url.protocol !== 'https:') return refused('must start with https://');
  if (url.port !== '') return refused('must use port 443');
  const host = url.hostname.replace(/\.$/, '');
  const { hosts, rules } = hostsOf(channelOf(channel).field);
  if (hosts.some((pattern) => matches(host, pattern))) {
    const broken = rules.find((rule) => isBroken(rule, url));
    return broken === undefined ? { kind: 'allowed', url, isLocal: false } : refused(broken.reason);
  }
  if (policy.extraHosts.some((pattern) => matches(host, pattern))) return { kind: 'allowed', url, isLocal: false };
  const own = hosts.length === 0 ? 'Ask' : `Use ${hosts.join(' or ')}, or ask`;
  return refused(`has a host that isn't allowed. ${own} an operator to allow the host`);
};

/** What a part of a webhook's URL must look like to be what keeps it secret, and not a word of its path. */
const isSecretPart = (part: string): boolean => part.length >= 8 && (/\d/.test(part) || part.length >= 20);

/** A text that may quote a webhook, without the parts of its URL that give access. */
export const hideWebhook = (text: string, webhook: string): string => {
  if (!URL.canParse(webhook)) return text;
  const { pathname, searchParams, search } = new URL(webhook);
  const written = [...pathname.split('/'), ...search.slice(1).split(/[&=]/), ...searchParams.values()];
  const parts = written.filter(isSecretPart).toSorted((one, other) => other.length - one.length);
  return parts.reduce((hidden, part) => hidden.replaceAll(part, '[hidden]'), text);
};

/** Their webhooks take no message any more, but stand in old texts. */
const RETIRED_HOSTS: readonly string[] = ['*.logic.azure.com', '*.webhook.office.com'];
const SECRET_HOSTS: readonly string[] = [...CHANNELS.flatMap(({ field }) => hostsOf(field).hosts), ...RETIRED_HOSTS];

/** Hosts whose URLs are secrets beyond the built-in ones: those that ops adds, and the local stack's receiver. */
export const addedHosts = ({ extraHosts, localOrigin }: WebhookPolicy): string[] =>
  localOrigin !== null && URL.canParse(localOrigin) ? [...extraHosts, new URL(localOrigin).host] : [...extraHosts];

/** A slash, or how JSON or a URL writes one. */
const SLASH = String.raw`(?:\\{0,4}\/|%(?:25)?2F|\\{1,4}u002f|&#(?:47|x2f);)`;

/** A host and what follows it, with or without `https://`. A soft line break of mail (`=` at the end of a line) is part of it. */
const HOST_AND_PATH = new RegExp(
  `((?:(?<![\\w.%-])(?!u002f)|(?<=%2F|u002f))([\\w.-]{1,253}?)\\.?(:\\d{1,5})?)${SLASH}(?:[^\\s"'<>\\\\]|\\\\{1,4}(?:\\/|u00)|=\\r?\\n)*`,
  'gi',
);

/** A text without what stands behind the host of a webhook: path and query are the secret. */
export const hideWebhookUrls = (text: string, added: readonly string[]): string =>
  text.replace(HOST_AND_PATH, (url: string, kept: string, host: string, port = '') => {
    const name = host.toLowerCase();
    const isWebhook = [...SECRET_HOSTS, ...added].some(
      (pattern) => matches(name, pattern) || `${name}${port}` === pattern,
    );
    return isWebhook ? `${kept}/[redacted]` : url;
  });
