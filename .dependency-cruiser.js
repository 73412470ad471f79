const lambdas =
  'products|settings|notifications|test-notifications|exceptions|alarms|gate-trigger|fan-out|dispatcher|background|watch|mail-feedback';

const room = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

/** The room rules: who may import whom. @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    room('no-cycles', {}, { circular: true }, 'A cycle is one room with two doors.'),
    room(
      'domain-is-pure',
      { path: '^functions/domain/' },
      { pathNot: '^functions/domain/|^node_modules/(zod|@types)/|^node:crypto$|^crypto$' },
      'The domain knows no AWS, no HTTP and no clock; zod and hashing are all it imports.',
    ),
    room(
      'middle-rooms-look-down',
      { path: '^functions/(store|channels|queues|batches|http|capture|secrets|routing)/' },
      { path: `^functions/(${lambdas})/` },
      'store, channels, queues, batches, http, secrets and routing serve the Lambda folders and never know them.',
    ),
    room(
      'middle-rooms-are-siblings',
      { path: '^functions/(store|channels|queues|batches|http|routing)/' },
      { path: '^functions/(store|channels|queues|batches|http|secrets|routing)/', pathNot: '^functions/$1/' },
      'What DynamoDB keeps and what a channel sends meet in a Lambda.',
    ),
    room(
      'lambdas-are-strangers',
      { path: `^functions/(${lambdas})/` },
      { path: `^functions/(${lambdas})/`, pathNot: '^functions/$1/' },
      'A Lambda never imports another.',
    ),
    room(
      'lib-takes-the-contract-only',
      { path: '^(lib|bin)/' },
      { path: '^functions/', pathNot: '^functions/contract\\.ts$' },
      'Infrastructure and functions share names, and nothing else.',
    ),
    room(
      'production-is-not-local',
      { path: '^(bin|lib|functions)/' },
      { path: '^(local|ops|test|bench)/' },
      'What is deployed knows neither the local stack nor the tests.',
    ),
    room(
      'page-takes-types-only',
      { path: '^web/' },
      { path: '^(bin|lib|functions|local|test|bench)/', dependencyTypesNot: ['type-only'] },
      'The page knows the shapes of the answers, and runs no code of the functions.',
    ),
    room('page-is-a-stranger', { path: '^(bin|lib|functions|local)/' }, { path: '^web/' }, 'The page is built apart.'),
    room(
      'config-reads-the-environment',
      { path: '^functions/(domain|store|channels|queues|batches|http|capture|secrets|routing)/' },
      { path: '^functions/config\\.ts$' },
      'Configuration comes as an argument.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'] },
  },
};
