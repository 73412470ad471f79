import { useMutation } from '@tanstack/react-query';
import { asProblem, describeProblem } from '../api/problem.ts';
import { useShowMessage } from './messages.tsx';

type Action<Input> = {
  readonly work: (input: Input) => Promise<unknown>;
  /** What failed, such as "Can't delete Payments". The reason follows it. */
  readonly failure: (input: Input) => string;
  /** Reads anew what the work may have changed, also when it failed. The action is pending until then. */
  readonly settled?: (input: Input) => Promise<unknown>;
};

/** Work that a reader starts. A message says why it failed, and offers to try again. */
export const useAction = <Input = void>({ work, failure, settled }: Action<Input>) => {
  const showMessage = useShowMessage();
  const mutation = useMutation<unknown, Error, Input>({
    mutationFn: work,
    onError: (thrown, input) => {
      const text = `${failure(input)}: ${describeProblem(asProblem(thrown))}`;
      showMessage({ type: 'error', text, action: { label: 'Try again', run: () => mutation.mutate(input) } });
    },
    onSettled: async (_data, _thrown, input) => {
      await settled?.(input);
    },
  });
  return mutation;
};
