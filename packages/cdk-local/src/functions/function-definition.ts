/** A Lambda function as the template declares it, with everything resolved. */
export type FunctionDefinition = {
  /** Logical id of the AWS::Lambda::Function. */
  id: string;
  /** Its construct's id in kebab case, e.g. `gate-trigger`. */
  name: string;
  /** Physical name. */
  functionName: string;
  arn: string;
  /** Folder of the bundled asset. */
  assetDirectory: string;
  /** `file.export`, e.g. `index.handler`. */
  handler: string;
  timeoutSeconds: number;
  memorySizeMb: number;
  runtime: string;
  environment: Readonly<Record<string, string>>;
  /** At most so many instances at a time, when the template says so. */
  reservedConcurrency: number | undefined;
  logFormat: 'Text' | 'JSON';
  logGroupName: string;
  /** ARN of the execution role. */
  roleArn: string;
  accessKeyId: string;
};
