// @ts-check
/** The commit and the pipeline run, from the variables that CI platforms set: the history of the product shows them. */

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

/** Each platform: the commit's variable, and the parts of the run's address, of which those in capitals are variables. */
const PLATFORMS = [
  { commit: 'GATEBELL_COMMIT', run: ['GATEBELL_RUN_URL'] },
  { commit: 'GITHUB_SHA', run: ['GITHUB_SERVER_URL', '/', 'GITHUB_REPOSITORY', '/actions/runs/', 'GITHUB_RUN_ID'] },
  { commit: 'CI_COMMIT_SHA', run: ['CI_PIPELINE_URL'] },
  {
    commit: 'BUILD_SOURCEVERSION',
    run: ['SYSTEM_COLLECTIONURI', 'SYSTEM_TEAMPROJECTID', '/_build/results?buildId=', 'BUILD_BUILDID'],
  },
  {
    commit: 'BITBUCKET_COMMIT',
    run: ['BITBUCKET_GIT_HTTP_ORIGIN', '/pipelines/results/', 'BITBUCKET_BUILD_NUMBER'],
  },
  { commit: 'CIRCLE_SHA1', run: ['CIRCLE_BUILD_URL'] },
  { commit: 'GIT_COMMIT', run: ['BUILD_URL'] },
];

/** What Gatebell accepts: a platform's odd value must not make the report fail. */
const COMMIT = /^[\w.-]{1,64}$/;
const LONGEST_URL = 500;

/** @param {Environment} env @param {readonly string[]} parts @returns {string} empty where a variable is missing */
const addressOf = (env, parts) => {
  const texts = parts.map((part) => (/^[A-Z0-9_]+$/.test(part) ? env[part] : part));
  return texts.every(Boolean) ? texts.join('') : '';
};

/** @param {string} text */
const isRunUrl = (text) => {
  try {
    const { protocol, username, password } = new URL(text);
    return /^https?:$/.test(protocol) && !username && !password && text.length <= LONGEST_URL;
  } catch {
    return false;
  }
};

/**
 * The fields of a report that name its commit and its pipeline run; without those that are unknown.
 *
 * @param {Environment} env
 * @returns {{ readonly commit?: string, readonly run_url?: string }}
 */
export const pipelineIn = (env) => {
  const commit = PLATFORMS.map((platform) => env[platform.commit] ?? '').find((value) => COMMIT.test(value));
  const run_url = PLATFORMS.map(({ run }) => addressOf(env, run)).find(isRunUrl);
  return { ...(commit && { commit }), ...(run_url && { run_url }) };
};
