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

/** What a channel declares, and the titles of notifications: plain data, which the template and the page read too. */
const declarations = '^core/(channels/(channels|declarations?|derived|[^/]+/declaration)|notifications/title)\\.ts$';

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
      { path: '^(core|functions)/', pathNot: `^core/contract\\.ts$|${declarations}` },
      'Infrastructure and functions share names and the channels’ declarations, and nothing else.',
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
      { path: '^(bin|lib|core|functions|local|scripts|web|test|bench)/' },
      'A package works for any product; its tests run without the repository.',
    ),
    rule(
      'page-takes-types-only',
      { path: '^web/' },
      {
        path: '^(bin|lib|core|functions|local|packages|test|bench)/',
        pathNot: declarations,
        dependencyTypesNot: ['type-only'],
      },
      'The page knows the shapes of the answers and the channels’ declarations, and runs no code of the functions.',
    ),
    rule(
      'declarations-are-data',
      { path: declarations },
      { pathNot: declarations },
      'The template and the page read them: they import nothing else.',
    ),
    rule(
      'senders-alone-load-behaviours',
      { path: '^(bin|lib|core|functions|local)/', pathNot: '^core/channels/(send|behaviours)\\.ts$' },
      { path: '^core/channels/(behaviours\\.ts$|[^/]+/index\\.ts$)', dependencyTypesNot: ['type-only'] },
      'Rendering and clients are loaded where messages are sent.',
    ),
    rule(
      'two-functions-send',
      { path: '^functions/', pathNot: '^functions/(dispatcher|test-notifications)/' },
      { path: '^core/channels/behaviours\\.ts$', reachable: true },
      'Only the dispatcher and the test messages send.',
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
