import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import type { Role } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { pathName } from '../api/path-name.ts';
import { asProblem, describeProblem } from '../api/problem.ts';
import { useUnsaved } from '../frame/unsaved.ts';
import { ROLE_KEYS, roleOption } from './roles.ts';

type AddMemberProps = { readonly path: string; readonly added: () => Promise<void> };

/** Adds a member: a person by their sign-in name, or a program by `client:` and its client ID. */
export const AddMember = ({ path, added }: AddMemberProps) => {
  const api = useApi();
  const [user, setUser] = useState('');
  const [role, setRole] = useState<Role>('reader');
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  useUnsaved(user !== '');
  const add = async () => {
    setBusy(true);
    setError('');
    try {
      await api.send('PUT', `${path}/${pathName(user.trim())}`, { role });
      setUser('');
      await added();
    } catch (thrown) {
      const problem = asProblem(thrown);
      setError(problem.errors.find(({ path }) => path === 'user')?.message ?? describeProblem(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      aria-label="Add a member"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Grid
        gridDefinition={[
          { colspan: { default: 12, s: 4 } },
          { colspan: { default: 12, s: 6 } },
          { colspan: { default: 12, s: 2 } },
        ]}
      >
        <FormField label="New member" constraintText="For a program: client: and its client ID" errorText={error}>
          <Input value={user} placeholder="Sign-in name" onChange={({ detail }) => setUser(detail.value)} />
        </FormField>
        <FormField label="Role of the new member">
          <Select
            selectedOption={roleOption(role)}
            options={ROLE_KEYS.map(roleOption)}
            expandToViewport
            onChange={({ detail }) => setRole(ROLE_KEYS.find((key) => key === detail.selectedOption.value) ?? 'reader')}
          />
        </FormField>
        <FormField label="&nbsp;">
          <Button formAction="submit" loading={isBusy} disabled={user.trim() === ''}>
            Add
          </Button>
        </FormField>
      </Grid>
    </form>
  );
};
