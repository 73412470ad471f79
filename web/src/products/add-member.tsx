import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { pathName } from '../api/path-name.ts';
import { asProblem, describeProblem } from '../api/problem.ts';
import { useUnsaved } from '../frame/unsaved.ts';
import { ROLE_KEYS, roleOption } from './roles.ts';

/** Why a member wasn't added. */
const reasonOf = (thrown: Error): string => {
  const problem = asProblem(thrown);
  return problem.errors.find(({ path }) => path === 'user')?.message ?? describeProblem(problem);
};

type AddMemberProps = { readonly path: string; readonly added: () => Promise<void> };

/** Adds a member: a person by their sign-in name, or a program by `client:` and its client ID. */
export const AddMember = ({ path, added }: AddMemberProps) => {
  const api = useApi();
  const [user, setUser] = useState('');
  const [role, setRole] = useState<Role>('reader');
  useUnsaved(user !== '');
  const adding = useMutation({
    mutationFn: async () => {
      await api.send('PUT', `${path}/${pathName(user.trim())}`, { role });
      setUser('');
      await added();
    },
  });
  return (
    <form
      aria-label="Add a member"
      onSubmit={(event) => {
        event.preventDefault();
        adding.mutate();
      }}
    >
      <SpaceBetween size="s">
        <Grid gridDefinition={[{ colspan: { default: 12, xs: 5 } }, { colspan: { default: 12, xs: 7 } }]}>
          <FormField
            label="New member"
            constraintText="For a program: client: followed by its client ID"
            errorText={adding.error && reasonOf(adding.error)}
          >
            <Input value={user} placeholder="Sign-in name" onChange={({ detail }) => setUser(detail.value)} />
          </FormField>
          <FormField label="Role of the new member">
            <Select
              selectedOption={roleOption(role)}
              options={ROLE_KEYS.map(roleOption)}
              expandToViewport
              onChange={({ detail }) =>
                setRole(ROLE_KEYS.find((key) => key === detail.selectedOption.value) ?? 'reader')
              }
            />
          </FormField>
        </Grid>
        <Button formAction="submit" loading={adding.isPending} disabled={user.trim() === ''}>
          Add
        </Button>
      </SpaceBetween>
    </form>
  );
};
