import { describe, expect, it } from 'vitest';
import { findDynamodb, type Machine, NO_DYNAMODB } from '../src/engines/dynamodb-program.ts';

const JAVA_17 = 'openjdk version "17.0.15" 2025-04-15';

/** A machine with these packages and commands. */
const machine = (packages: readonly string[], commands: Readonly<Record<string, string>>): Machine => ({
  resolve: (module) => {
    const found = packages.find((name) => module.startsWith(`${name}/`));
    return found && `/modules/${module}`;
  },
  run: (program, args) => commands[[program, ...args].join(' ')],
});

const ALL = ['@dynoxide/linux-x64', 'amplify-dynamodb-simulator'];

describe('the DynamoDB engine', () => {
  it('is the bundled one where there is one, whatever else is there', () => {
    const { kind, args } = findDynamodb(machine(ALL, { 'java -version': JAVA_17, 'docker info': '' }));
    expect(kind).toBe('dynoxide');
    expect(args({ port: 8000, file: '/data/x.sqlite' }).join(' ')).toBe(
      'serve --host 127.0.0.1 --port 8000 --db-path /data/x.sqlite',
    );
  });

  it("is AWS's DynamoDB Local on Java, which stores data in the folder of the file", () => {
    const found = findDynamodb(
      machine(['amplify-dynamodb-simulator'], { 'java -version': JAVA_17, 'docker info': '' }),
    );
    expect(found.kind).toBe('java');
    const jar = '-jar /modules/amplify-dynamodb-simulator/emulator/DynamoDBLocal.jar';
    expect(found.args({ port: 8000, file: undefined }).join(' ')).toContain(jar);
    expect(found.args({ port: 8000, file: undefined })).toContain('-inMemory');
    expect(found.args({ port: 8000, file: '/data/x.sqlite' }).join(' ')).toContain('-dbPath /data');
  });

  it.each([
    ['the package is missing', [], { 'java -version': JAVA_17 }],
    ['Java is missing', ['amplify-dynamodb-simulator'], {}],
    ['Java is too old', ['amplify-dynamodb-simulator'], { 'java -version': 'java version "1.8.0_392"' }],
  ])('is a container where %s, on loopback', (_, packages, commands) => {
    const found = findDynamodb(machine(packages, { ...commands, 'podman info': '' }));
    expect(found).toMatchObject({ kind: 'container', program: 'podman' });
    expect(found.args({ port: 8123, file: undefined }).join(' ')).toContain('--publish 127.0.0.1:8123:8000');
  });

  it('is missing in one line that says what to install', () => {
    const find = () => findDynamodb(machine([], {}));
    expect(find).toThrow(expect.objectContaining({ code: NO_DYNAMODB }));
    expect(find).toThrow(/^Nothing here can run DynamoDB.*Docker or Podman.*npm install --no-save .*$/);
  });
});
