import Alert from '@cloudscape-design/components/alert';

type UnreadableProps = { readonly what: string; readonly ids: readonly string[] };

/** What a list leaves out, as it can't be read: administrators are told. */
export const Unreadable = ({ what, ids }: UnreadableProps) =>
  ids.length === 0 ? null : (
    <Alert
      type="warning"
      header={`${ids.length} ${what} can't be read and ${ids.length === 1 ? 'is' : 'are'} left out`}
    >
      <span className="words">{ids.join(', ')}. The runbook says how to mend them: “An item can not be read”.</span>
    </Alert>
  );
