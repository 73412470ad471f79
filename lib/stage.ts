import type { App } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CertificateStack } from './certificate-stack.ts';
import type { StageConfiguration } from './configuration.ts';
import { GatebellStack, type GatebellStackProps } from './gatebell-stack.ts';

/** Null if the stage needs no certificate, or brings one. */
const makeCertificate = (app: App, stage: string, configuration: StageConfiguration): ICertificate | null => {
  const { account, domain, keepDataOnRemoval } = configuration;
  if (account === undefined || domain?.hostedZone === undefined || domain.certificateArn !== undefined) return null;
  const { certificate } = new CertificateStack(app, `gatebell-${stage}-certificate`, {
    env: { account, region: 'us-east-1' },
    crossRegionReferences: true,
    terminationProtection: keepDataOnRemoval,
    domainName: domain.name,
    hostedZone: domain.hostedZone,
  });
  return certificate;
};

/** Adds the stacks of a stage to the app: its own and, where it is to be issued, that of its certificate. */
export const addStage = (
  app: App,
  stage: string,
  configuration: StageConfiguration,
  options: Pick<GatebellStackProps, 'bundle' | 'page'> = {},
): GatebellStack => {
  const { account, region, ...props } = configuration;
  const certificate = makeCertificate(app, stage, configuration);
  return new GatebellStack(app, `gatebell-${stage}`, {
    stage,
    ...props,
    ...options,
    ...(account && region && { env: { account, region } }),
    ...(certificate && { certificate, crossRegionReferences: true }),
    terminationProtection: props.keepDataOnRemoval,
  });
};
