import { App, Validations } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { GatebellStack, type GatebellStackProps } from '../lib/gatebell-stack.ts';

/** What a stage may say; a deployed one can't open its webhooks to loopback. */
type Stage = Omit<GatebellStackProps, 'stage' | 'localWebhookOrigin'>;

/** The stages, each with all that sets it apart. Deploy one with `npx cdk deploy -c stage=<name>`. */
const STAGES: Readonly<Record<string, Stage>> = {
  prod: {
    issuer: 'https://login.example.com',
    audience: ['gatebell'],
    userClaim: 'sub',
    groupsClaim: 'groups',
    administratorsGroup: 'gatebell-administrators',
    webhookHosts: [],
    logRetentionDays: RetentionDays.THREE_MONTHS,
  },
};

const app = new App();
const stage: unknown = app.node.tryGetContext('stage') ?? 'prod';
const props = typeof stage === 'string' ? STAGES[stage] : undefined;
if (typeof stage !== 'string' || !props) {
  throw new Error(`No stage ${JSON.stringify(stage)}; there are: ${Object.keys(STAGES).join(', ')}`);
}
new GatebellStack(app, `gatebell-${stage}`, { stage, ...props });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
