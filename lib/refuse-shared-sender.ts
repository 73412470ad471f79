import type * as z from 'zod';

/** Of a stage's configuration, what its identity of SES is made of. */
type Stage = {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly sender?: { readonly domain: string } | { readonly address: string } | undefined;
};

/** Where a stage creates an identity of SES, and which; null if it creates none. */
const identityOf = ({ sender, account, region }: Stage): string | null =>
  sender ? JSON.stringify([account, region, 'domain' in sender ? sender.domain : sender.address]) : null;

/** An identity exists once in an account and region, so the second of two stages that create it couldn't be deployed. */
export const refuseSharedSender = ({
  value: stages,
  issues,
}: z.core.ParsePayload<Readonly<Record<string, Stage>>>): void => {
  const owners = new Map<string, string>();
  for (const [name, stage] of Object.entries(stages)) {
    const identity = identityOf(stage);
    if (identity === null) continue;
    const owner = owners.get(identity);
    if (owner === undefined) owners.set(identity, name);
    else {
      const message = `The stage ${owner} creates this identity. Leave it out here; email_from can use it in both stages`;
      issues.push({ code: 'custom', input: stage.sender, path: [name, 'sender'], message });
    }
  }
};
