/** How Lambda treats an event that a service hands over without waiting (`AWS::Lambda::EventInvokeConfig`, `DeadLetterConfig`). */
export type AsyncTarget = {
  readonly functionId: string;
  readonly functionArn: string;
  /** Default 2. */
  readonly maximumRetryAttempts?: number;
  /** Where an event goes that failed each time. A `destination` gets a record about it, a `dead-letter-queue` the event itself. */
  readonly onFailure?: { readonly kind: 'destination' | 'dead-letter-queue'; readonly queueUrl: string };
};
