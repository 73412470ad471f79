import { describe, expect, it } from 'vitest';
import { pipelineIn } from '../../../packages/reporter/pipeline.mjs';

const commit = '9fceb02d0ae598e95dc970b74767f19372d61af8';

describe('the commit and the pipeline run of a report', () => {
  it.each([
    [
      'GitHub Actions',
      {
        GITHUB_SHA: commit,
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'example/payments',
        GITHUB_RUN_ID: '19630512345',
      },
      'https://github.com/example/payments/actions/runs/19630512345',
    ],
    [
      'GitLab CI',
      { CI_COMMIT_SHA: commit, CI_PIPELINE_URL: 'https://gitlab.example.org/payments/-/pipelines/7' },
      'https://gitlab.example.org/payments/-/pipelines/7',
    ],
    [
      'Azure Pipelines',
      {
        BUILD_SOURCEVERSION: commit,
        SYSTEM_COLLECTIONURI: 'https://dev.azure.com/example/',
        SYSTEM_TEAMPROJECTID: '6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c',
        BUILD_BUILDID: '42',
      },
      'https://dev.azure.com/example/6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c/_build/results?buildId=42',
    ],
    [
      'Bitbucket Pipelines',
      {
        BITBUCKET_COMMIT: commit,
        BITBUCKET_GIT_HTTP_ORIGIN: 'https://bitbucket.org/example/payments',
        BITBUCKET_BUILD_NUMBER: '12',
      },
      'https://bitbucket.org/example/payments/pipelines/results/12',
    ],
    [
      'CircleCI',
      { CIRCLE_SHA1: commit, CIRCLE_BUILD_URL: 'https://circleci.com/gh/example/payments/3' },
      'https://circleci.com/gh/example/payments/3',
    ],
    [
      'Jenkins',
      { GIT_COMMIT: commit, BUILD_URL: 'http://jenkins.example.org/job/payments/5/' },
      'http://jenkins.example.org/job/payments/5/',
    ],
    [
      'a system of its own',
      { GATEBELL_COMMIT: commit, GATEBELL_RUN_URL: 'https://ci.example.org/5', GITHUB_SHA: 'another' },
      'https://ci.example.org/5',
    ],
  ])('are those of %s', (_, env, run_url) => {
    expect(pipelineIn(env)).toEqual({ commit, run_url });
  });

  it('are left out where they are unknown, incomplete, or would be refused', () => {
    expect(pipelineIn({})).toEqual({});
    expect(pipelineIn({ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'a/b' })).toEqual({});
    expect(pipelineIn({ GIT_COMMIT: 'a commit', BUILD_URL: 'javascript:alert(1)' })).toEqual({});
    expect(pipelineIn({ BUILD_URL: 'https://user:secret@ci.example.org/5' })).toEqual({});
    expect(pipelineIn({ BUILD_URL: `https://ci.example.org/${'x'.repeat(500)}` })).toEqual({});
  });
});
