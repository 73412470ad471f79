/** A Lambda function as the template declares it, with everything resolved. */
export type FunctionDefinition = {
  /** Logical id of the AWS::Lambda::Function. */
  readonly id: string;
  /** Its construct's id in kebab case, e.g. `gate-trigger`. */
  readonly name: string;
  /** Physical name. */
  readonly functionName: string;
  readonly arn: string;
  /** Names of its aliases. All run the one version that there is. */
  readonly aliases: readonly string[];
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

/** A function, and the ARN by which it is invoked: its own, or that of an alias. */
export type FunctionReference = { readonly target: FunctionDefinition; readonly invokedArn: string };

/** The function that a name or an ARN means, with or without an alias. */
export const findFunction = (
  functions: readonly FunctionDefinition[],
  nameOrArn: string,
): FunctionReference | undefined => {
  for (const target of functions) {
    for (const qualifier of ['', ...target.aliases.map((alias) => `:${alias}`)]) {
      const names = [target.functionName, target.arn].map((name) => `${name}${qualifier}`);
      if (names.includes(nameOrArn)) return { target, invokedArn: `${target.arn}${qualifier}` };
    }
  }
  return undefined;
};
