import type { IncomingHttpHeaders } from 'node:http';

/** A message that a webhook got. */
export type ReceivedMessage = {
  readonly method: string;
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body, parsed; absent when it is no JSON. */
  readonly json?: unknown;
  /** ISO 8601. */
  readonly time: string;
};

const MAXIMUM_MESSAGES = 20_000;
const MAXIMUM_CHARACTERS = 100_000_000;

/** The latest messages, oldest first; a long run forgets the oldest rather than fill the memory. */
export type Inbox = {
  add(message: ReceivedMessage): void;
  /** All, or those to a path, which may carry its query. */
  list(path?: string): readonly ReceivedMessage[];
  clear(): void;
};

export const createInbox = (): Inbox => {
  let messages: ReceivedMessage[] = [];
  let characters = 0;
  return {
    add: (message) => {
      messages.push(message);
      characters += message.body.length;
      while (messages.length > MAXIMUM_MESSAGES || characters > MAXIMUM_CHARACTERS)
        characters -= messages.shift()?.body.length ?? 0;
    },
    list: (path) =>
      path === undefined
        ? messages
        : messages.filter((message) => message.path === path || message.path + message.query === path),
    clear: () => {
      messages = [];
      characters = 0;
    },
  };
};
