import { findFunction } from './functions/function-definition.ts';
import { answerByApi } from './http/answer.ts';
import { createAuthorizer } from './http/authorizer.ts';
import { createDistribution } from './http/distribution.ts';
import { createHttpApi, type HttpApi } from './http/http-api.ts';
import { createThrottle } from './http/throttle.ts';
import type { Login } from './login/login.ts';
import type { PreparedStack } from './prepare-stack.ts';

/** Opens the page and the API. `landing` makes the HTML of the page about the stack. */
export const openWeb = (prepared: PreparedStack, login: Login, landing: () => Promise<string>): void => {
  const { runtime, model } = prepared;
  const api = answerByApi(apiOf(prepared));
  const { distribution, files } = model;
  runtime.web.open({
    // A template without a distribution has its API answer all.
    answer:
      distribution === undefined ? api : createDistribution({ ...distribution, files, api, now: runtime.clock.now }),
    extra: { login, landing },
  });
  runtime.executeApi.open({ answer: api });
};

const apiOf = ({ runtime, model, runner }: PreparedStack): HttpApi | undefined => {
  const { api, functions, mayInvoke, stack } = model;
  const { clock } = runtime;
  if (api === undefined) return undefined;
  return createHttpApi({
    api,
    accountId: stack.accountId,
    admit: createThrottle(() => performance.now()),
    authorize: createAuthorizer(clock.now),
    mayInvoke,
    functionId: (arn) => findFunction(functions, arn)?.target.id ?? arn,
    invoke: runner.invoke,
    now: clock.now,
    log: runtime.log,
  });
};
