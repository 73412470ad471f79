/** A rule for URLs on a channel's own hosts, and what the caller reads when a URL breaks it. */
export type UrlRule =
  | { readonly kind: 'refused-path'; readonly path: RegExp; readonly reason: string }
  | { readonly kind: 'required-parameter'; readonly name: string; readonly reason: string };

/**
 * What a product or the settings hold for a channel. `wire` ends the field's name in the API: `email_to` is
 * `notification_email_to` of a product and `exception_email_to` of the settings.
 */
export type ChannelField =
  | { readonly kind: 'addresses'; readonly wire: string; readonly placeholder: string }
  /**
   * A URL that is a secret. `hosts`: `*.` stands for any host below. A stage's configuration can add hosts. Messages of a
   * `signed_webhook` are signed with a generated secret, whose field in the API is named as the URL's, with `_secret`.
   */
  | {
      readonly kind: 'webhook' | 'signed_webhook';
      readonly wire: string;
      readonly placeholder: string;
      readonly hosts: readonly string[];
      readonly rules: readonly UrlRule[];
    }
  /** An event bus of the account, one of those in the stage's configuration. No secret. */
  | { readonly kind: 'bus'; readonly wire: string; readonly placeholder: string };

/**
 * How often a target gets a message: once in the stage's interval for webhooks or for email, or as often as something happens.
 * Email also keeps to the account's send rate.
 */
type Interval = 'webhook' | 'email' | 'none';

/** What a function that sends needs permission for. */
export type ChannelGrant = 'none' | 'ses' | 'event-buses';

/** All that the API, the template, and the page need to know of a channel. Plain data: it imports nothing. */
export type Declaration = {
  readonly name: string;
  /** What people read, everywhere. */
  readonly label: string;
  readonly field: ChannelField;
  readonly interval: Interval;
  readonly grant: ChannelGrant;
};
