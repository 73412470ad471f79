import { readdirSync } from 'node:fs';

const foldersOf = (parent) =>
  readdirSync(new URL(parent, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** A folder a Lambda, and a folder a subject: the rules follow the folders. */
const lambdas = foldersOf('functions').join('|');
const subjects = foldersOf('core')
  .filter((name) => name !== 'platform')
  .join('|');

const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

/** The module boundaries: what may import what. @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    rule('no-cycles', {}, { circular: true }, 'Two modules that import each other are one module.'),
    rule(
      'models-are-pure',
      { path: `^core/(${subjects})/model\\.ts$` },
      { pathNot: '^core/|^node_modules/(zod|@types)/|^(node:)?crypto$' },
      'A model knows no AWS, no HTTP and no clock: zod and hashing are all it imports.',
    ),
    rule(
      'models-reach-nothing-outside',
      { path: `^core/(${subjects})/model\\.ts$` },
      { path: '^node_modules/@aws-sdk/|^core/[^/]+/store(/|\\.ts$)|^core/(config|log)\\.ts$', reachable: true },
      'Not by what it imports either.',
    ),
    rule(
      'stores-alone-touch-the-table',
      { path: '^core/', pathNot: '^core/[^/]+/store(/|\\.ts$)|^core/platform/dynamodb/' },
      { path: '^node_modules/@aws-sdk/(client-dynamodb|lib-dynamodb)/', dependencyTypesNot: ['type-only'] },
      'What is read from and written to the table stands in a subject’s store.',
    ),
    rule(
      'platform-knows-no-subject',
      { path: '^core/platform/' },
      { path: `^core/(${subjects})/` },
      'The platform is what any product could use.',
    ),
    rule('core-knows-no-lambda', { path: '^core/' }, { path: '^functions/' }, 'Lambdas are made of core.'),
    rule(
      'lambdas-are-strangers',
      { path: `^functions/(${lambdas})/` },
      { path: `^functions/(${lambdas})/`, pathNot: '^functions/$1/' },
      'A Lambda never imports another.',
    ),
    rule(
      'lib-takes-the-contract-only',
      { path: '^(lib|bin)/' },
      { path: '^(core|functions)/', pathNot: '^core/contract\\.ts$' },
      'Infrastructure and functions share names, and nothing else.',
    ),
    rule(
      'production-is-not-local',
      { path: '^(bin|lib|core|functions)/' },
      { path: '^(local|scripts|packages|test|bench)/' },
      'What is deployed knows neither the local stack nor the tests.',
    ),
    rule(
      'packages-know-no-product',
      { path: '^packages/' },
      { path: '^(bin|lib|core|functions|local|scripts|web|test|bench)/', pathNot: '^test/eventually\\.ts$' },
      'A package works for any product.',
    ),
    rule(
      'page-takes-types-only',
      { path: '^web/' },
      { path: '^(bin|lib|core|functions|local|packages|test|bench)/', dependencyTypesNot: ['type-only'] },
      'The page knows the shapes of the answers, and runs no code of the functions.',
    ),
    rule(
      'page-is-a-stranger',
      { path: '^(bin|lib|core|functions|local)/' },
      { path: '^web/' },
      'The page is built apart.',
    ),
    rule(
      'config-reads-the-environment',
      { path: `^core/(platform|${subjects})/` },
      { path: '^core/config\\.ts$' },
      'Configuration comes as an argument.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // It sees type-only imports too; dependency-cruiser can't use TypeScript 7.
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'] },
  },
};
