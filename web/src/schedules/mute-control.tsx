import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { CHANNELS, type Channel } from '../../../core/channels/channels.ts';
import type { Mutes } from '../api/answers.ts';
import { Ago, At, useNow } from '../frame/time.tsx';
import { useAction } from '../frame/use-action.ts';
import { MuteDialog, type NewMute } from './mute-dialog.tsx';
import { type Scope, scopeLabel, scopesOf } from './scopes.ts';

type Mute = NonNullable<Mutes[keyof Mutes]>;
type Shown = { readonly scope: Scope['value']; readonly mute: Mute };

const SCOPES: readonly Scope['value'][] = ['all', ...CHANNELS.map(({ name }) => name)];

const active = (mutes: Mutes, nowMs: number): Shown[] =>
  SCOPES.flatMap((scope) => {
    const mute = mutes[scope];
    return mute !== undefined && Date.parse(mute.until) > nowMs ? [{ scope, mute }] : [];
  });

type OneProps = Shown & { readonly unmute: (() => Promise<void>) | null };

const Muted = ({ scope, mute: { until, by, since, reason }, unmute }: OneProps) => {
  const ending = useAction({ failure: () => "Can't unmute", work: async () => unmute?.() });
  const button = (
    <Button
      formAction="none"
      ariaLabel={`Unmute ${scopeLabel(scope)}`}
      loading={ending.isPending}
      onClick={() => ending.mutate()}
    >
      Unmute
    </Button>
  );
  return (
    <Alert type="info" header={`${scopeLabel(scope)}: muted`} action={unmute && button}>
      <span className="words">
        Nothing is sent until <At iso={until} />. Muted by {by} <Ago iso={since} />: {reason}
      </span>
    </Alert>
  );
};

/** A mute as the API takes it. */
type Sent = Readonly<Record<string, Pick<Mute, 'until' | 'reason'>>>;

type MutesProps = {
  readonly mutes: Mutes;
  /** The channels that are set. */
  readonly channels: readonly Channel[];
  /** Replaces all mutes; null if the reader may not. */
  readonly replace: ((mutes: Sent) => Promise<void>) | null;
};

/** What is muted, by whom, why, and until when, and how to mute and unmute. */
export const MuteControl = ({ mutes, channels, replace }: MutesProps) => {
  const shown = active(mutes, useNow());
  const [isAsking, setAsking] = useState(false);
  const without = (ended: string): Sent =>
    Object.fromEntries(
      shown
        .filter(({ scope }) => scope !== ended)
        .map(({ scope, mute: { until, reason } }) => [scope, { until, reason }]),
    );
  return (
    <>
      {shown.map((one) => (
        <Muted key={one.scope} {...one} unmute={replace && (() => replace(without(one.scope)))} />
      ))}
      {replace && channels.length > 0 && (
        <Button formAction="none" iconName="notification" onClick={() => setAsking(true)}>
          Mute
        </Button>
      )}
      {replace && isAsking && (
        <MuteDialog
          scopes={scopesOf(channels)}
          mute={({ scope, ...mute }: NewMute) => replace({ ...without(scope), [scope]: mute })}
          close={() => setAsking(false)}
        />
      )}
    </>
  );
};
