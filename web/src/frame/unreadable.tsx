import Alert from '@cloudscape-design/components/alert';

type UnreadableProps = { readonly what: string; readonly ids: readonly string[] };

/** Items that a list omits because they can't be read; shown to administrators. */
export const Unreadable = ({ what, ids }: UnreadableProps) =>
  ids.length === 0 ? null : (
    <Alert
      type="warning"
      header={`${ids.length} ${what} can't be read and ${ids.length === 1 ? "isn't" : "aren't"} shown`}
    >
      <span className="words">{ids.join(', ')}. To fix this, see “An item can't be read” in the runbook.</span>
    </Alert>
  );
