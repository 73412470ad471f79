/** A Lambda function as the template declares it, with everything resolved. */
export type FunctionDefinition = {
  /** Logical id of the AWS::Lambda::Function. */
  readonly id: string;
  /** Its construct's id in kebab case, e.g. `gate-trigger`. */
  readonly name: string;
  /** Physical name. */
  readonly functionName: string;
  readonly arn: string;
  /** Folder of the bundled asset. */
  readonly assetDirectory: string;
  /** `file.export`, e.g. `index.handler`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  readonly runtime: string;
  readonly environment: Readonly<Record<string, string>>;
  /** At most so many instances at a time, when the template says so. */
  readonly reservedConcurrency: number | undefined;
  readonly logFormat: 'Text' | 'JSON';
  readonly logGroupName: string;
  /** ARN of the execution role. */
  readonly roleArn: string;
  readonly accessKeyId: string;
};
