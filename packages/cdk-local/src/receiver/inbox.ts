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
export class Inbox {
  #messages: ReceivedMessage[] = [];
  #characters = 0;

  add(message: ReceivedMessage): void {
    this.#messages.push(message);
    this.#characters += message.body.length;
    while (this.#messages.length > MAXIMUM_MESSAGES || this.#characters > MAXIMUM_CHARACTERS)
      this.#characters -= this.#messages.shift()?.body.length ?? 0;
  }

  /** All, or those to a path, which may carry its query. */
  list(path?: string): readonly ReceivedMessage[] {
    if (path === undefined) return this.#messages;
    return this.#messages.filter((message) => message.path === path || message.path + message.query === path);
  }

  clear(): void {
    this.#messages = [];
    this.#characters = 0;
  }
}
